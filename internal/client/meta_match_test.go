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
