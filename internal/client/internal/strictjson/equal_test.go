package strictjson

import (
	"encoding/json"
	"testing"
)

func TestEqual(t *testing.T) {
	t.Parallel()
	tests := []struct {
		one, two string
		want     bool
	}{
		{want: true},
		{two: `{}`, want: true},
		{one: `{"a":1,"b":[1,2]}`, two: " {\"b\" : [1, 2],\n\"a\":1}", want: true},
		{one: `{"a":[1,100,1e-7,0,-5]}`, two: `{"a":[1.0,1E2,0.0000001,-0.00,-5e+0]}`, want: true},
		{one: `{"a":1000000000000000000000}`, two: `{"a":1e21}`, want: true},
		{one: `{"a":{"b":1}}`, two: `{"a":{"b":10}}`},
		{one: `{"a":1}`, two: `{"a":-1}`},
		{one: `{"a":1}`, two: `{"a":0.1}`},
		{one: `{"a":1}`, two: `{"a":"1"}`},
		{one: `{"a":1e999999999}`, two: `{"a":1e999999998}`},
		{one: `{"a":1e9999999999}`, two: `{"a":1e9999999999}`, want: true},
		{one: `{"a":12345678901234567890}`, two: `{"a":12345678901234567891}`},
		{one: `{"a":[1,2]}`, two: `{"a":[2,1]}`},
		{one: `{"a":null}`, two: `{}`},
		{one: `{"a":"<"}`, two: `{"a":"\u003c"}`, want: true},
		{one: `{"a"`, two: `{"a"`, want: true},
		{one: `{"a"`, two: `{}`},
		{one: `{"a"`, two: `{"b"`},
	}
	for _, test := range tests {
		if got := Equal(json.RawMessage(test.one), json.RawMessage(test.two)); got != test.want {
			t.Errorf("%s and %s: got %t", test.one, test.two, got)
		}
	}
}

// Numbers are equal if their values are, to the last digit.
func TestEqualNumbers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		a, b string
		want bool
	}{
		"fraction of nothing":             {a: "1.0", b: "1", want: true},
		"power of ten":                    {a: "1e2", b: "100", want: true},
		"capital, with a sign":            {a: "1.50E+1", b: "15", want: true},
		"negative power":                  {a: "25e-2", b: "0.25", want: true},
		"zeros between":                   {a: "1002.0030", b: "1002.003", want: true},
		"negative":                        {a: "-7", b: "-7.0", want: true},
		"another sign":                    {a: "-7", b: "7"},
		"negative nothing":                {a: "-0.0", b: "0", want: true},
		"ten times as much":               {a: "10", b: "1"},
		"zeros count":                     {a: "101", b: "11"},
		"beyond a float":                  {a: "9007199254740993", b: "9007199254740992"},
		"beyond an integer":               {a: "12345678901234567890123", b: "12345678901234567890123.0", want: true},
		"small difference":                {a: "0.1", b: "0.1000000000000000055511151231257827"},
		"exponent of a million":           {a: "1e1000000", b: "10e999999", want: true},
		"larger exponent":                 {a: "1e999999999", b: "10e999999998"},
		"larger exponent, as written":     {a: "1e99999999999999999999", b: "1e99999999999999999999", want: true},
		"malformed exponent of the other": {a: "1", b: "1e99999999999999999999"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, reverse := EqualNumbers(test.a, test.b), EqualNumbers(test.b, test.a)
			if got != test.want || reverse != test.want {
				t.Errorf("%s and %s: got %t, and %t the other way round, want %t", test.a, test.b, got, reverse, test.want)
			}
		})
	}
}

// The encoding is compact, and doesn't escape characters of HTML.
func TestMarshal(t *testing.T) {
	t.Parallel()
	got, err := Marshal(map[string]any{"b": "<&>", "a": []int{1, 2}})
	if want := `{"a":[1,2],"b":"<&>"}`; string(got) != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}
