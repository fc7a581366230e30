package client

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// How the API is asked: null, empty and set are three things.
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
			Filter{Meta: map[string]MetaMatch{"a.b": textMatch("x"), "c": textMatch("")}},
			"meta.a.b%5Beq%3Astring%5D=x&meta.c%5Beq%3Astring%5D=&per_page=1000",
		},
		"one number": {Filter{Meta: map[string]MetaMatch{"n": numberMatch("-1.5")}}, "meta.n%5Beq%3Anumber%5D=-1.5&per_page=1000"},
		"one boolean": {
			Filter{Meta: map[string]MetaMatch{"on": {MetaBoolean, []string{"false"}}}}, "meta.on%5Beq%3Aboolean%5D=false&per_page=1000",
		},
		"texts, in their order": {
			Filter{Meta: map[string]MetaMatch{"t": textMatch("b", "a", "")}}, "meta.t%5Bin%3Astring%5D=b%7Ca%7C&per_page=1000",
		},
		"numbers": {Filter{Meta: map[string]MetaMatch{"n": numberMatch("1", "2")}}, "meta.n%5Bin%3Anumber%5D=1%7C2&per_page=1000"},
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

// An image that contradicts the filter is told apart from one that fits.
func TestFilterCheck(t *testing.T) {
	t.Parallel()
	meta := json.RawMessage(`{"a":{"b":"x"},"n":5,"s":"y"}`)
	tests := map[string]struct {
		filter Filter
		image  Image
		want   string // empty where it fits
	}{
		"no filter": {Filter{}, Image{ID: "i"}, ""},
		"creator":   {Filter{Creator: new("me")}, Image{ID: "i", Creator: new("me")}, ""},
		"another creator": {
			Filter{Creator: new("me")}, Image{ID: "i", Creator: new("you")}, `has the creator "you", but "me" was asked for`,
		},
		"no creator at all": {Filter{Creator: new("me")}, Image{ID: "i"}, `has the creator "", but "me" was asked for`},
		"without a creator": {Filter{Creator: new("")}, Image{ID: "i"}, ""},
		"with a creator":    {Filter{Creator: new("")}, Image{ID: "i", Creator: new("you")}, `has the creator "you", but "" was asked for`},
		"metadata":          {Filter{Meta: map[string]MetaMatch{"a.b": textMatch("x"), "s": textMatch("y")}}, Image{ID: "i", Meta: meta}, ""},
		"other metadata": {
			Filter{Meta: map[string]MetaMatch{"a.b": textMatch("z")}},
			Image{ID: "i", Meta: meta},
			`has "x" at "a.b" in its metadata, but "z"`,
		},
		"a number":            {Filter{Meta: map[string]MetaMatch{"n": textMatch("5")}}, Image{ID: "i", Meta: meta}, `has no text at "n"`},
		"no such path":        {Filter{Meta: map[string]MetaMatch{"a.c": textMatch("x")}}, Image{ID: "i", Meta: meta}, `has no text at "a.c"`},
		"a path through text": {Filter{Meta: map[string]MetaMatch{"s.t": textMatch("x")}}, Image{ID: "i", Meta: meta}, `has no text at "s.t"`},
		"no metadata":         {Filter{Meta: map[string]MetaMatch{"s": textMatch("y")}}, Image{ID: "i"}, `has no text at "s"`},
		"a number as asked":   {Filter{Meta: map[string]MetaMatch{"n": numberMatch("5")}}, Image{ID: "i", Meta: meta}, ""},
		"another number": {
			Filter{Meta: map[string]MetaMatch{"n": numberMatch("6")}},
			Image{ID: "i", Meta: meta},
			`has 5 at "n" in its metadata, but 6 was asked for`,
		},
		"the first of several": {
			Filter{Meta: map[string]MetaMatch{"z": textMatch("1"), "b": textMatch("1")}}, Image{ID: "i"}, `has no text at "b"`,
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

func textMatch(values ...string) MetaMatch   { return MetaMatch{MetaString, values} }
func numberMatch(values ...string) MetaMatch { return MetaMatch{MetaNumber, values} }
