package client

import (
	"net/http"
	"testing"
	"time"
)

// What the API says of an image is compared with our time by its own clock, and
// generously; what it does not say, or says of another world, counts for nothing.
func TestClockObserve(t *testing.T) {
	t.Parallel()
	ours := time.Date(2026, 11, 2, 9, 15, 0, 0, time.UTC)
	tests := map[string]struct {
		date string // the latest header, at ours
		told string
		want bool
	}{
		"nothing known, the same time":      {"", "2026-11-02T09:15:00.000Z", false},
		"nothing known, just tolerated":     {"", "2026-11-02T09:14:59.000Z", false},
		"nothing known, a little too early": {"", "2026-11-02T09:14:58.999Z", true},
		"another time zone":                 {"", "2026-11-02T10:14:59+01:00", false},
		"a minute ahead, just tolerated":    {"Mon, 02 Nov 2026 09:16:00 GMT", "2026-11-02T09:15:59Z", false},
		"a minute ahead, too early":         {"Mon, 02 Nov 2026 09:16:00 GMT", "2026-11-02T09:15:58Z", true},
		"a minute behind, just tolerated":   {"Mon, 02 Nov 2026 09:14:00 GMT", "2026-11-02T09:13:59Z", false},
		"a minute behind, too early":        {"Mon, 02 Nov 2026 09:14:00 GMT", "2026-11-02T09:13:58Z", true},
		"a day behind":                      {"Sun, 01 Nov 2026 09:15:00 GMT", "2026-11-01T09:14:59Z", false},
		"more than a day behind":            {"Sun, 01 Nov 2026 09:14:59 GMT", "2026-11-01T09:14:59Z", true},
		"more than a day ahead":             {"Tue, 03 Nov 2026 09:15:01 GMT", "2026-11-02T09:15:00Z", false},
		"no clock at all":                   {"Thu, 01 Jan 1970 00:00:00 GMT", "2026-11-02T09:14:56Z", true},
		"no date":                           {"yesterday", "2026-11-02T09:14:56Z", true},
		"nothing told":                      {"", "", true},
		"no time":                           {"", "now", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c clock
			c.observe(http.Header{"Date": {test.date}}, ours)
			c.observe(nil, ours) // no answer says nothing
			if got := c.isBefore(test.told, ours); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}
