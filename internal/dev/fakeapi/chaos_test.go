package fakeapi

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
)

// A seed determines the sequence, which has every fault; writes that were not
// applied leave no trace. Reads are not affected.
func TestChaos(t *testing.T) {
	t.Parallel()
	sequence := func(seed uint64) (outcomes []string) {
		a := newAccount(t)
		a.Chaos(seed, 90, time.Millisecond)
		for i := range 60 {
			id := fmt.Sprint("v", i)
			got := a.request(http.MethodPost, "images/v1/variants", `{"id":"`+id+`","options":{"width":1}}`)
			_, stored := a.Variant(id)
			outcomes = append(outcomes, fmt.Sprint(got.status, " ", stored))
			if got.status == http.StatusTooManyRequests && got.header.Get("Retry-After") != "1" {
				t.Errorf("got 429 with %v", got.header)
			}
			if read := a.request(http.MethodGet, "images/v1/stats", ""); read.status != http.StatusOK {
				t.Errorf("a read got %+v", read)
			}
		}
		return outcomes
	}
	first := sequence(1)
	if again := sequence(1); !slices.Equal(first, again) {
		t.Errorf("got %v, and then %v", first, again)
	}
	if other := sequence(2); slices.Equal(first, other) {
		t.Error("another seed gave the same")
	}
	for _, want := range []string{"200 true", "0 false", "0 true", "429 false", "500 false", "500 true"} {
		if !slices.Contains(first, want) {
			t.Errorf("%q is not among %v", want, first)
		}
	}
}

// The percentage is the share of writes that get a fault.
func TestChaosShare(t *testing.T) {
	t.Parallel()
	for percent, want := range map[int]bool{0: false, 100: true} {
		a := newAccount(t)
		a.Chaos(1, percent, 0)
		for range 50 {
			if met, _ := a.nextWriteFault(); (met != noFault) != want {
				t.Errorf("%d%%: got %d", percent, met)
			}
		}
	}
}
