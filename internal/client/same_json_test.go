package client

import (
	"encoding/json"
	"testing"
)

func TestEqualJSON(t *testing.T) {
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
		if got := EqualJSON(json.RawMessage(test.one), json.RawMessage(test.two)); got != test.want {
			t.Errorf("%s and %s: got %t", test.one, test.two, got)
		}
	}
}
