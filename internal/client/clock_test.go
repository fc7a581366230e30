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
		"nothing known, the same time":      {told: "2026-11-02T09:15:00.000Z"},
		"nothing known, just tolerated":     {told: "2026-11-02T09:14:59.000Z"},
		"nothing known, a little too early": {told: "2026-11-02T09:14:58.999Z", want: true},
		"another time zone":                 {told: "2026-11-02T10:14:59+01:00"},
		"a minute ahead, just tolerated":    {date: "Mon, 02 Nov 2026 09:16:00 GMT", told: "2026-11-02T09:15:59Z"},
		"a minute ahead, too early": {
			date: "Mon, 02 Nov 2026 09:16:00 GMT",
			told: "2026-11-02T09:15:58Z",
			want: true,
		},
		"a minute behind, just tolerated": {date: "Mon, 02 Nov 2026 09:14:00 GMT", told: "2026-11-02T09:13:59Z"},
		"a minute behind, too early": {
			date: "Mon, 02 Nov 2026 09:14:00 GMT",
			told: "2026-11-02T09:13:58Z",
			want: true,
		},
		"a day behind": {date: "Sun, 01 Nov 2026 09:15:00 GMT", told: "2026-11-01T09:14:59Z"},
		"more than a day behind": {
			date: "Sun, 01 Nov 2026 09:14:59 GMT",
			told: "2026-11-01T09:14:59Z",
			want: true,
		},
		"more than a day ahead": {date: "Tue, 03 Nov 2026 09:15:01 GMT", told: "2026-11-02T09:15:00Z"},
		"no clock at all": {
			date: "Thu, 01 Jan 1970 00:00:00 GMT",
			told: "2026-11-02T09:14:56Z",
			want: true,
		},
		"no date":      {date: "yesterday", told: "2026-11-02T09:14:56Z", want: true},
		"nothing told": {want: true},
		"no time":      {told: "now", want: true},
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
