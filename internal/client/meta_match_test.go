package client

import (
	"encoding/json"
	"testing"
)

// The metadata of an image is held to what was asked for.
func TestMetaMatchCheck(t *testing.T) {
	t.Parallel()
	yes := MetaMatch{MetaBoolean, []string{"true"}}
	tests := map[string]struct {
		match MetaMatch
		meta  string
		want  string // empty where it fits
	}{
		"text":             {match: textMatch("x"), meta: `{"a":{"b":"x"}}`},
		"escaped text":     {match: textMatch("x|y"), meta: `{"a":{"b":"\u0078|y"}}`},
		"no text":          {match: textMatch(""), meta: `{"a":{"b":""}}`},
		"one of the texts": {match: textMatch("x", "y"), meta: `{"a":{"b":"y"}}`},
		"none of the texts": {
			match: textMatch("x", "y"),
			meta:  `{"a":{"b":"z"}}`,
			want:  `has "z" at "a.b" in its metadata, but "x" or "y" was asked for`,
		},
		"the texts, joined": {
			match: textMatch("x", "y"),
			meta:  `{"a":{"b":"x|y"}}`,
			want:  `has "x|y" at "a.b" in its metadata, but "x" or "y" was asked for`,
		},
		"number for text": {
			match: textMatch("5"),
			meta:  `{"a":{"b":5}}`,
			want:  `has no text at "a.b" in its metadata, but "5" was asked for`,
		},
		"number":             {match: numberMatch("5"), meta: `{"a":{"b": 5.0 }}`},
		"one of the numbers": {match: numberMatch("1", "5"), meta: `{"a":{"b":5}}`},
		"none of the numbers": {
			match: numberMatch("1", "5"),
			meta:  `{"a":{"b":5.1}}`,
			want:  `has 5.1 at "a.b" in its metadata, but 1 or 5 was asked for`,
		},
		"text for number": {
			match: numberMatch("5"),
			meta:  `{"a":{"b":"5"}}`,
			want:  `has no number at "a.b" in its metadata, but 5 was asked for`,
		},
		"null for number": {
			match: numberMatch("0"),
			meta:  `{"a":{"b":null}}`,
			want:  `has no number at "a.b" in its metadata, but 0 was asked for`,
		},
		"boolean": {match: yes, meta: `{"a":{"b":true}}`},
		"the other boolean": {
			match: yes,
			meta:  `{"a":{"b":false}}`,
			want:  `has false at "a.b" in its metadata, but true was asked for`,
		},
		"text for boolean": {
			match: yes,
			meta:  `{"a":{"b":"true"}}`,
			want:  `has no boolean at "a.b" in its metadata, but true was asked for`,
		},
		"number for boolean": {
			match: yes,
			meta:  `{"a":{"b":1}}`,
			want:  `has no boolean at "a.b" in its metadata, but true was asked for`,
		},
		"array of what was asked": {
			match: textMatch("x"),
			meta:  `{"a":{"b":["x"]}}`,
			want:  `has no text at "a.b" in its metadata, but "x" was asked for`,
		},
		"no metadata": {match: yes, want: `has no boolean at "a.b" in its metadata, but true was asked for`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := test.match.check(json.RawMessage(test.meta), "a.b"); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// Numbers are the same where their values are, to the last digit.
func TestSameNumber(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		a, b string
		want bool
	}{
		"fraction of nothing":       {a: "1.0", b: "1", want: true},
		"power of ten":              {a: "1e2", b: "100", want: true},
		"capital, with a sign":      {a: "1.50E+1", b: "15", want: true},
		"negative power":            {a: "25e-2", b: "0.25", want: true},
		"zeros between":             {a: "1002.0030", b: "1002.003", want: true},
		"negative":                  {a: "-7", b: "-7.0", want: true},
		"another sign":              {a: "-7", b: "7"},
		"negative nothing":          {a: "-0.0", b: "0", want: true},
		"nothing, times a lot":      {a: "0e99999999999999999999", b: "0", want: true},
		"ten times as much":         {a: "10", b: "1"},
		"zeros count":               {a: "101", b: "11"},
		"beyond a float":            {a: "9007199254740993", b: "9007199254740992"},
		"beyond an integer":         {a: "12345678901234567890123", b: "12345678901234567890123.0", want: true},
		"small difference":          {a: "0.1", b: "0.1000000000000000055511151231257827"},
		"enormous power":            {a: "1e999999999", b: "10e999999998", want: true},
		"power that no int can be":  {a: "1e99999999999999999999", b: "1e99999999999999999999"},
		"power of the other is odd": {a: "1", b: "1e99999999999999999999"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, reverse := sameNumber(test.a, test.b), sameNumber(test.b, test.a); got != test.want || reverse != test.want {
				t.Errorf("%s and %s: got %t, and %t the other way round, want %t", test.a, test.b, got, reverse, test.want)
			}
		})
	}
}
