package client

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func TestObjectFieldsAndElements(t *testing.T) {
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
			for name, value := range objectFields([]byte(data)) {
				got = append(got, string(name)+"="+string(value))
			}
		} else {
			for value := range elements([]byte(data)) {
				got = append(got, string(value))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", data, diff)
		}
	}
}

// Only a whole object is taken apart.
func TestIsObject(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]bool{
		"{}": true, `{"a": [1]}`: true, "": false, "{": false, "{}x": false, "[{}]": false, `"{}"`: false,
	} {
		if got := isObject([]byte(data)); got != want {
			t.Errorf("%q: got %t, want %t", data, got, want)
		}
	}
}

// An answer that lists odd variants or messages names them, and null is none.
func TestObjectFieldsMalformed(t *testing.T) {
	t.Parallel()
	var list variantList
	if err := list.UnmarshalJSON([]byte(`{"variants":{"a\ud83d":{}}}`)); err == nil ||
		!strings.Contains(err.Error(), "surrogates") {
		t.Errorf("half a surrogate in a name: got %v", err)
	}
	messages, err := decodeMessages([]byte("null"), 1)
	if messages != nil || err != nil {
		t.Errorf("null: got %v, %v", messages, err)
	}
	m, err := decodeMessage([]byte(`{"code":1,"error_chain":5}`), 1)
	if m.Code != 1 || err == nil || !strings.Contains(err.Error(), "error_chain: want an array of objects, got a number") {
		t.Errorf("got %+v, %v", m, err)
	}
}

// What is taken apart here is what encoding/json sees.
func FuzzObjectFields(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1,"b":[{"c":"\u0041"}]}`, `[1,"\\\"",{"x":[]}]`, `{"a":{},"a":2}`, ` [ null , -1e9 ] `} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !json.Valid(data) {
			return
		}
		switch jsonKind(data) {
		case "an object":
			var want map[string]json.RawMessage
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			got := map[string]json.RawMessage{}
			for rawName, value := range objectFields(data) {
				name, ok := decodeString(rawName)
				if !ok {
					t.Fatalf("%q is no name", rawName)
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
			got := slices.Collect(elements(data))
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

// A name that stands twice makes an answer say two things at once, whether in
// the envelope or in what was asked for, and however it is written.
func TestObjectFieldsDuplicateKeys(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"success":false,"success":true,"result":{"id":"a"}}`:                  `the name "success" stands twice`,
		`{"success":true,"result":{"id":"b"},"result":{"id":"a"}}`:              `the name "result" stands twice`,
		`{"success":true,"result":{"id":"b","id":"a"}}`:                         `result: the name "id" stands twice`,
		`{"success":true,"result":{"id":"a","\u0069d":"a"}}`:                    `result: the name "id" stands twice`,
		`{"success":true,"result":{"id":"a","unknown":1,"unknown":1}}`:          `result: the name "unknown" stands twice`,
		`{"success":true,"result":{"id":"a","meta":{"k":1,"k":2}}}`:             "", // the uploader's own
		`{"success":true,"result":{"id":"a"},"messages":[{"code":1,"code":2}]}`: `messages: the name "code" stands twice`,
	} {
		fake := fakeapi.New()
		fake.Fail("a", -1, fakeapi.Respond(200, "application/json", body))
		_, _, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", body, err, want)
		}
	}
	fake := fakeapi.New()
	fake.Fail("variants", 1, fakeapi.Respond(200, "application/json", success(`{"variants":{"hero":{},"hero":{}}}`)))
	if _, _, err := start(t, fake).ListVariants(t.Context(), fakeapi.AccountID); err == nil ||
		!strings.Contains(err.Error(), `"hero": the name stands twice`) {
		t.Errorf("got %v", err)
	}
}

// Half a pair of surrogates is no character, and must not become one.
func TestDecodeStringUnpairedSurrogates(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`"a"`:                      "a",
		`"\ud83d\ude00"`:           "😀",
		`"\ufffd"`:                 "\uFFFD",
		`"\uFFFD` + "\uFFFD" + `"`: "\uFFFD\uFFFD",
		`"\ud83d"`:                 "",
		`"\ude00\ud83d"`:           "",
		`"x\uD83Dy"`:               "",
		`"\ud83d\ufffd"`:           "",
	} {
		var got strictString
		if err := got.UnmarshalJSON([]byte(raw)); (err == nil) != (want != "") || string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", raw, got, err, want)
		}
	}
	fake := fakeapi.New()
	fake.Fail("v2", 1, fakeapi.Respond(200, "application/json", success(`{"images":[{"id":"a\ud83d"}]}`)))
	if _, err := list(t, fake, Filter{}); err == nil ||
		!strings.Contains(err.Error(), "id: half a pair of UTF-16 surrogates") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkObjectFields(b *testing.B) {
	var object strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&object, `,{"id":"many/%d","variants":["https://imagedelivery.net/hash/many/%d/public"]}`, i, i)
	}
	data := []byte("[" + object.String()[1:] + "]")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for element := range elements(data) {
			for range objectFields(element) {
			}
		}
	}
}
