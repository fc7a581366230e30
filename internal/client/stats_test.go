package client

import (
	"strings"
	"testing"
)

func TestStats(t *testing.T) {
	t.Parallel()
	const gap = "count: current or allowed is missing or negative"
	for result, want := range map[string]string{
		`{"count":{"current":0,"allowed":5000000000,"more":1}}`: "",
		`{"count":{"current":7}}`:                               gap,
		`{"count":{"allowed":7}}`:                               gap,
		`{"count":{"current":7,"allowed":-1}}`:                  gap,
		`{"count":{"current":-1,"allowed":9}}`:                  gap,
		`{"count":null}`:                                        gap,
		`{"count":{"current":1.5,"allowed":9}}`:                 "count: current: expected an integer, got a number",
		`{"count":[]}`:                                          "count: expected an object, got an array",
	} {
		var got Stats
		err := got.UnmarshalJSON([]byte(result))
		if want == "" && (err != nil || got != Stats{0, 5_000_000_000}) ||
			want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %+v, %v, want %q", result, got, err, want)
		}
	}
}

// Both numbers may be 0.
func TestStatsWithoutCount(t *testing.T) {
	t.Parallel()
	got := Stats{1, 1}
	if err := got.UnmarshalJSON([]byte(`{"count":{"current":0,"allowed":0}}`)); err != nil || got != (Stats{}) {
		t.Errorf("got %+v, %v", got, err)
	}
}
