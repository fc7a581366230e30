package strictjson

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Keys match exactly, and the first of several errors is returned.
func TestDecode(t *testing.T) {
	t.Parallel()
	type values struct {
		Name  string
		Inner float64
		Rest  map[string]json.RawMessage
	}
	tests := map[string]struct {
		data    string
		want    values
		wantErr string
	}{
		"all":              {data: `{"name":"a","nested":{"n":1}}`, want: values{Name: "a", Inner: 1}},
		"absent":           {data: `{}`},
		"null":             {data: `{"name":null,"nested":null}`},
		"escaped key":      {data: `{"n\u0061me":"a"}`, want: values{Name: "a"}},
		"unknown":          {data: `{"Name":"a"}`, want: values{Rest: map[string]json.RawMessage{"Name": json.RawMessage(`"a"`)}}},
		"duplicate":        {data: `{"name":"a","name":"b"}`, want: values{Name: "a"}, wantErr: `duplicate key "name"`},
		"duplicate nested": {data: `{"nested":{"x":1,"x":1}}`, wantErr: `nested: duplicate key "x"`},
		"wrong type":       {data: `{"name":1}`, wantErr: "name: expected a string, got a number"},
		"wrong, then good": {data: `{"nested":{"n":"1"},"name":"a"}`, want: values{Name: "a"}, wantErr: "nested: n: expected a number, got a string"},
		"two errors":       {data: `{"nested":[],"name":1}`, wantErr: "nested: expected an object, got an array"},
		"array":            {data: `[]`, wantErr: "expected an object, got an array"},
		"empty":            {wantErr: "expected an object, got nothing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got values
			nested := Object{Key("n", "a number", &got.Inner)}
			err := Decode([]byte(test.data), Key("name", "a string", &got.Name), Key("nested", "an object", &nested), Rest(&got.Rest))
			if message := errorText(err); message != test.wantErr {
				t.Errorf("error: got %q, want %q", message, test.wantErr)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// An unpaired surrogate is not a character, and must not be replaced with one.
func TestStringUnpairedSurrogates(t *testing.T) {
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
		var got String
		if err := got.UnmarshalJSON([]byte(raw)); (err == nil) != (want != "") || string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", raw, got, err, want)
		}
	}
}

func TestDecodeString(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		want string
		ok   bool
	}{
		`"a"`: {"a", true}, `"\u0061\n"`: {"a\n", true}, `""`: {"", true}, `"`: {}, `1`: {}, `null`: {}, `"\x"`: {},
	}
	for raw, test := range tests {
		if got, ok := DecodeString([]byte(raw)); got != test.want || ok != test.ok {
			t.Errorf("%s: got %q, %t, want %q, %t", raw, got, ok, test.want, test.ok)
		}
	}
}

// A value of another type inside an array is named by its type.
func TestDecodeArrays(t *testing.T) {
	t.Parallel()
	var names []string
	err := Decode([]byte(`{"names":["a",1]}`), Key("names", "an array of strings", &names))
	const want = "names: expected an array of strings, got an array with a value of type number"
	if got := errorText(err); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var id String
	if err := id.UnmarshalJSON([]byte("1")); err == nil {
		t.Errorf("a number as an ID: got %q and no error", id)
	}
}
