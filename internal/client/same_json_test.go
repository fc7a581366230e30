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
		{``, ``, true},
		{``, `{}`, true},
		{`{"a":1,"b":[1,2]}`, " {\"b\" : [1, 2],\n\"a\":1}", true},
		{`{"a":[1,100,1e-7,0,-5]}`, `{"a":[1.0,1E2,0.0000001,-0.00,-5e+0]}`, true},
		{`{"a":1000000000000000000000}`, `{"a":1e21}`, true},
		{`{"a":{"b":1}}`, `{"a":{"b":10}}`, false},
		{`{"a":1}`, `{"a":-1}`, false},
		{`{"a":1}`, `{"a":0.1}`, false},
		{`{"a":1}`, `{"a":"1"}`, false},
		{`{"a":1e999999999}`, `{"a":1e999999998}`, false},
		{`{"a":1e9999999999}`, `{"a":1e9999999999}`, true},
		{`{"a":12345678901234567890}`, `{"a":12345678901234567891}`, false},
		{`{"a":[1,2]}`, `{"a":[2,1]}`, false},
		{`{"a":null}`, `{}`, false},
		{`{"a":"<"}`, `{"a":"\u003c"}`, true},
		{`{"a"`, `{"a"`, true},
		{`{"a"`, `{}`, false},
		{`{"a"`, `{"b"`, false},
	}
	for _, test := range tests {
		if got := EqualJSON(json.RawMessage(test.one), json.RawMessage(test.two)); got != test.want {
			t.Errorf("%s and %s: got %t", test.one, test.two, got)
		}
	}
}
