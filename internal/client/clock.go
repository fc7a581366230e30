package client

import (
	"net/http"
	"sync"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// clock knows by how much the API's clock differs from ours.
type clock struct {
	mu   sync.Mutex
	skew time.Duration
}

// maxSkew is how wrong one of the clocks may be. Something in between that has no
// clock at all says 1970, and every image would seem new.
const maxSkew = 24 * time.Hour

// observe takes in what an answer says of the time.
func (c *clock) observe(header http.Header, now time.Time) {
	date, err := http.ParseTime(header.Get("Date"))
	ahead := date.Sub(now)
	if err != nil || ahead.Abs() > maxSkew {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skew = ahead
}

// isBefore is whether a time that the API told, as RFC 3339, lies before one of
// ours. One that it did not tell does.
func (c *clock) isBefore(told string, ours time.Time) bool {
	at, err := delivery.ParseTime(told)
	if err != nil {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return at.Before(ours.Add(c.skew - uploadTolerance))
}
