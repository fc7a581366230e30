package client

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Null, empty and set fields result in different queries.
func TestFilterQuery(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		filter Filter
		want   string
	}{
		"nothing":         {Filter{}, "per_page=1000"},
		"no creator":      {Filter{Creator: new("")}, "creator=&per_page=1000"},
		"a creator":       {Filter{Creator: new("a b")}, "creator=a+b&per_page=1000"},
		"sorted":          {Filter{SortOrder: "asc"}, "per_page=1000&sort_order=asc"},
		"fewer than ten":  {Filter{MaxItems: 9}, "per_page=10"},
		"ten":             {Filter{MaxItems: 10}, "per_page=10"},
		"eleven":          {Filter{MaxItems: 11}, "per_page=11"},
		"a thousand":      {Filter{MaxItems: 1000}, "per_page=1000"},
		"a thousand more": {Filter{MaxItems: 2000}, "per_page=1000"},
		"metadata": {
			Filter{Meta: map[string]MetaMatch{"a.b": stringMatch("x"), "c": stringMatch("")}},
			"meta.a.b%5Beq%3Astring%5D=x&meta.c%5Beq%3Astring%5D=&per_page=1000",
		},
		"one number": {
			Filter{Meta: map[string]MetaMatch{"n": numberMatch("-1.5")}},
			"meta.n%5Beq%3Anumber%5D=-1.5&per_page=1000",
		},
		"one boolean": {
			Filter{
				Meta: map[string]MetaMatch{"on": {MetaBoolean, []string{"false"}}},
			}, "meta.on%5Beq%3Aboolean%5D=false&per_page=1000",
		},
		"strings, in their order": {
			Filter{Meta: map[string]MetaMatch{"t": stringMatch("b", "a", "")}}, "meta.t%5Bin%3Astring%5D=b%7Ca%7C&per_page=1000",
		},
		"numbers": {
			Filter{Meta: map[string]MetaMatch{"n": numberMatch("1", "2")}},
			"meta.n%5Bin%3Anumber%5D=1%7C2&per_page=1000",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, test.filter.query().Encode()); diff != "" {
				t.Errorf("query (-want +got):\n%s", diff)
			}
		})
	}
}

// An image that doesn't match the filter is an error.
func TestFilterCheck(t *testing.T) {
	t.Parallel()
	meta := json.RawMessage(`{"a":{"b":"x"},"n":5,"s":"y"}`)
	tests := map[string]struct {
		filter Filter
		image  Image
		want   string // empty for a match
	}{
		"no filter": {filter: Filter{}, image: Image{ID: "i"}},
		"creator":   {filter: Filter{Creator: new("me")}, image: Image{ID: "i", Creator: new("me")}},
		"another creator": {
			filter: Filter{
				Creator: new("me"),
			}, image: Image{ID: "i", Creator: new("you")}, want: `has creator "you", want "me"`,
		},
		"no creator at all": {
			filter: Filter{Creator: new("me")},
			image:  Image{ID: "i"},
			want:   `has creator "", want "me"`,
		},
		"without a creator": {filter: Filter{Creator: new("")}, image: Image{ID: "i"}},
		"with a creator": {
			filter: Filter{Creator: new("")},
			image:  Image{ID: "i", Creator: new("you")},
			want:   `has creator "you", want ""`,
		},
		"metadata": {
			filter: Filter{Meta: map[string]MetaMatch{"a.b": stringMatch("x"), "s": stringMatch("y")}},
			image:  Image{ID: "i", Meta: meta},
		},
		"other metadata": {
			filter: Filter{Meta: map[string]MetaMatch{"a.b": stringMatch("z")}},
			image:  Image{ID: "i", Meta: meta},
			want:   `has "x" at "a.b" in its metadata, want "z"`,
		},
		"a number": {
			filter: Filter{Meta: map[string]MetaMatch{"n": stringMatch("5")}},
			image:  Image{ID: "i", Meta: meta},
			want:   `has no string at "n"`,
		},
		"no such path": {
			filter: Filter{Meta: map[string]MetaMatch{"a.c": stringMatch("x")}},
			image:  Image{ID: "i", Meta: meta},
			want:   `has no string at "a.c"`,
		},
		"a path through text": {
			filter: Filter{Meta: map[string]MetaMatch{"s.t": stringMatch("x")}},
			image:  Image{ID: "i", Meta: meta},
			want:   `has no string at "s.t"`,
		},
		"no metadata": {
			filter: Filter{Meta: map[string]MetaMatch{"s": stringMatch("y")}},
			image:  Image{ID: "i"},
			want:   `has no string at "s"`,
		},
		"a matching number": {
			filter: Filter{Meta: map[string]MetaMatch{"n": numberMatch("5")}},
			image:  Image{ID: "i", Meta: meta},
		},
		"another number": {
			filter: Filter{Meta: map[string]MetaMatch{"n": numberMatch("6")}},
			image:  Image{ID: "i", Meta: meta},
			want:   `has 5 at "n" in its metadata, want 6`,
		},
		"the first of several": {
			filter: Filter{
				Meta: map[string]MetaMatch{"z": stringMatch("1"), "b": stringMatch("1")},
			}, image: Image{ID: "i"}, want: `has no string at "b"`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.filter.check(&test.image)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), `image "i" `+test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// Metadata that doesn't match the filter is an error.
func TestMetaMatchCheck(t *testing.T) {
	t.Parallel()
	yes := MetaMatch{MetaBoolean, []string{"true"}}
	tests := map[string]struct {
		match MetaMatch
		meta  string
		want  string // empty for a match
	}{
		"text":               {match: stringMatch("x"), meta: `{"a":{"b":"x"}}`},
		"escaped string":     {match: stringMatch("x|y"), meta: `{"a":{"b":"\u0078|y"}}`},
		"empty string":       {match: stringMatch(""), meta: `{"a":{"b":""}}`},
		"one of the strings": {match: stringMatch("x", "y"), meta: `{"a":{"b":"y"}}`},
		"none of the strings": {
			match: stringMatch("x", "y"),
			meta:  `{"a":{"b":"z"}}`,
			want:  `has "z" at "a.b" in its metadata, want "x" or "y"`,
		},
		"the texts, joined": {
			match: stringMatch("x", "y"),
			meta:  `{"a":{"b":"x|y"}}`,
			want:  `has "x|y" at "a.b" in its metadata, want "x" or "y"`,
		},
		"number for string": {
			match: stringMatch("5"),
			meta:  `{"a":{"b":5}}`,
			want:  `has no string at "a.b" in its metadata, want "5"`,
		},
		"number":             {match: numberMatch("5"), meta: `{"a":{"b": 5.0 }}`},
		"one of the numbers": {match: numberMatch("1", "5"), meta: `{"a":{"b":5}}`},
		"none of the numbers": {
			match: numberMatch("1", "5"),
			meta:  `{"a":{"b":5.1}}`,
			want:  `has 5.1 at "a.b" in its metadata, want 1 or 5`,
		},
		"string for number": {
			match: numberMatch("5"),
			meta:  `{"a":{"b":"5"}}`,
			want:  `has no number at "a.b" in its metadata, want 5`,
		},
		"null for number": {
			match: numberMatch("0"),
			meta:  `{"a":{"b":null}}`,
			want:  `has no number at "a.b" in its metadata, want 0`,
		},
		"boolean": {match: yes, meta: `{"a":{"b":true}}`},
		"the other boolean": {
			match: yes,
			meta:  `{"a":{"b":false}}`,
			want:  `has false at "a.b" in its metadata, want true`,
		},
		"string for boolean": {
			match: yes,
			meta:  `{"a":{"b":"true"}}`,
			want:  `has no boolean at "a.b" in its metadata, want true`,
		},
		"number for boolean": {
			match: yes,
			meta:  `{"a":{"b":1}}`,
			want:  `has no boolean at "a.b" in its metadata, want true`,
		},
		"array of the value": {
			match: stringMatch("x"),
			meta:  `{"a":{"b":["x"]}}`,
			want:  `has no string at "a.b" in its metadata, want "x"`,
		},
		"no metadata": {match: yes, want: `has no boolean at "a.b" in its metadata, want true`},
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
