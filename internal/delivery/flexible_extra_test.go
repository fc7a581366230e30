package delivery

import (
	"strings"
	"testing"
)

// TestFlexibleVariantExtraErrors checks the syntax of entries, whose names and
// values are not validated.
func TestFlexibleVariantExtraErrors(t *testing.T) {
	t.Parallel()
	const syntax = `extra: expected "name=value"`
	tests := map[string]struct {
		extra any
		want  string
	}{
		"a string":          {extra: "a=1", want: "extra: expected a list of strings"},
		"a number":          {extra: num("1"), want: "extra: expected a list of strings"},
		"no value":          {extra: []string{"a="}, want: syntax},
		"no name":           {extra: []string{"=1"}, want: syntax},
		"no equals sign":    {extra: []string{"a"}, want: syntax},
		"empty":             {extra: []string{""}, want: syntax},
		"two in one":        {extra: []string{"a=1,b=2"}, want: syntax},
		"slash":             {extra: []string{"a=1/2"}, want: syntax},
		"encoded slash":     {extra: []string{"a=1%2F2"}, want: syntax},
		"space":             {extra: []string{"a=1 2"}, want: syntax},
		"space around":      {extra: []string{" a=1"}, want: syntax},
		"query":             {extra: []string{"a=1?b"}, want: syntax},
		"fragment":          {extra: []string{"a=#fff"}, want: syntax},
		"raw percent sign":  {extra: []string{"a=50%"}, want: syntax},
		"control character": {extra: []string{"a=%00"}, want: syntax},
		"non-ASCII":         {extra: []string{"a=é"}, want: syntax},
		"twice":             {extra: []string{"a=1", "a=2"}, want: "extra: a is set twice"},
		"set already":       {extra: []string{"height=1"}, want: "extra: height is set twice"},
		"set by alias":      {extra: []string{"h=1"}, want: "extra: height is set twice"},
		"too many":          {extra: make([]string, 51), want: "extra: expected at most 50 entries, got 51"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := FlexibleVariant(map[string]any{"h": num("300"), "extra": test.extra})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q, %v, want an error with %q", got, err, test.want)
			}
		})
	}
}
