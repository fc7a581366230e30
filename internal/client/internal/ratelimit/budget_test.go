package ratelimit

import (
	"testing"
	"time"
)

// Waits that overlap count once.
func TestBudget(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	type wait struct {
		at, delay time.Duration
		ok        bool
	}
	const minute = time.Minute
	tests := map[string][]wait{
		"just as much as allowed": {
			{delay: 30 * minute, ok: true},
			{at: 30 * minute, delay: time.Nanosecond},
			{at: 30 * minute, ok: true},
		},
		"too much at once": {{delay: 30*minute + 1}, {delay: minute, ok: true}},
		"one after the other": {
			{delay: 20 * minute, ok: true},
			{at: 25 * minute, delay: 10 * minute, ok: true},
			{at: 50 * minute, delay: time.Second},
		},
		"all at the same time": {
			{delay: 20 * minute, ok: true},
			{delay: 20 * minute, ok: true},
			{at: minute, delay: 19 * minute, ok: true},
		},
		"one within the other": {
			{
				delay: 20 * minute,
				ok:    true,
			}, {at: minute, delay: 5 * minute, ok: true}, {at: 20 * minute, delay: 10 * minute, ok: true}, {at: 30 * minute, delay: time.Nanosecond},
		},
		"one into the other": {
			{delay: 20 * minute, ok: true},
			{at: 10 * minute, delay: 20 * minute, ok: true},
			{at: 30 * minute, delay: time.Second},
		},
	}
	for name, waits := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var l budget
			for i, w := range waits {
				if err := l.spend(begin.Add(w.at), w.delay); (err == nil) != w.ok {
					t.Errorf("wait %d: got %v, want it allowed: %t", i, err, w.ok)
				}
			}
		})
	}
}
