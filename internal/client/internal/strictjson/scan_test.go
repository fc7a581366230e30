package strictjson

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFieldsAndElements(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		`{}`:                          nil,
		"{ \n\t}":                     nil,
		`{"a":1}`:                     {`"a"=1`},
		` { "a" : 1 , "b" : [ ] } `:   {`"a"=1`, `"b"=[ ]`},
		`{"a":{"b":"}"},"c":"\"],}"}`: {`"a"={"b":"}"}`, `"c"="\"],}"`},
		`{"a\"":-1.5e3,"":null}`:      {`"a\""=-1.5e3`, `""=null`},
		`{"a":"\\","b":true}`:         {`"a"="\\"`, `"b"=true`},
		`[]`:                          nil,
		`[1]`:                         {"1"},
		`[ 1 , "," , [2,[3]] ]`:       {"1", `","`, "[2,[3]]"},
		"[null\n,false\t]":            {"null", "false"},
	}
	for data, want := range tests {
		var got []string
		if strings.TrimSpace(data)[0] == '{' {
			for name, value := range Fields([]byte(data)) {
				got = append(got, string(name)+"="+string(value))
			}
		} else {
			for value := range Elements([]byte(data)) {
				got = append(got, string(value))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", data, diff)
		}
	}
}

// A loop may end early.
func TestFieldsBreak(t *testing.T) {
	t.Parallel()
	for key, value := range Fields([]byte(`{"a":1,"b":2}`)) {
		if string(key) != `"a"` || string(value) != "1" {
			t.Errorf("got %s and %s, want the first field only", key, value)
		}
		break
	}
}

// Only a complete object is parsed.
func TestIsObject(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]bool{
		"{}": true, `{"a": [1]}`: true, "": false, "{": false, "{}x": false, "[{}]": false, `"{}"`: false,
	} {
		if got := IsObject([]byte(data)); got != want {
			t.Errorf("%q: got %t, want %t", data, got, want)
		}
	}
}

// FuzzFields checks that Fields and encoding/json agree.
func FuzzFields(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1,"b":[{"c":"\u0041"}]}`, `[1,"\\\"",{"x":[]}]`, `{"a":{},"a":2}`, ` [ null , -1e9 ] `} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !json.Valid(data) {
			return
		}
		switch Kind(data) {
		case "an object":
			var want map[string]json.RawMessage
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			got := map[string]json.RawMessage{}
			for rawName, value := range Fields(data) {
				name, ok := DecodeString(rawName)
				if !ok {
					t.Fatalf("%q is not a key", rawName)
				}
				got[strings.ToValidUTF8(name, "\uFFFD")] = value
			}
			if len(got) != len(want) {
				t.Fatalf("got %q, want %q", got, want)
			}
		case "an array":
			var want []json.RawMessage
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			got := slices.Collect(Elements(data))
			if len(got) != len(want) {
				t.Fatalf("got %q, want %q", got, want)
			}
			for i := range got {
				if string(got[i]) != string(want[i]) {
					t.Fatalf("got %q, want %q", got, want)
				}
			}
		}
	})
}

func BenchmarkFields(b *testing.B) {
	var object strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&object, `,{"id":"many/%d","variants":["https://imagedelivery.net/hash/many/%d/public"]}`, i, i)
	}
	data := []byte("[" + object.String()[1:] + "]")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for element := range Elements(data) {
			for range Fields(element) {
			}
		}
	}
}
