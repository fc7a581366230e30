package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
)

// Whoever asks an engine, or a plugin library, for a provider's log gets it
// whole; nobody else pays for it.
func TestIsHeard(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environment []string
		want        bool
	}{
		"nothing set":                      {nil, false},
		"others set":                       {[]string{"HOME=/root", "TF_CLI_ARGS=-no-color", "MY_TF_LOG=DEBUG"}, false},
		"everything":                       {[]string{"HOME=/root", "TF_LOG=TRACE"}, true},
		"everything as JSON":               {[]string{"TF_LOG=json"}, true},
		"what the engine switches off":     {[]string{"TF_LOG=off"}, true},
		"in lower case, as Windows has it": {[]string{"tf_log=warn"}, true},
		"providers":                        {[]string{"TF_LOG_PROVIDER=WARN"}, true},
		"this provider":                    {[]string{"TF_LOG_PROVIDER_CLOUDFLARE=WARN"}, true},
		"libraries":                        {[]string{"TF_LOG_SDK=DEBUG"}, true},
		"the protocol":                     {[]string{"TF_LOG_SDK_PROTO=DEBUG"}, true},
		"the protocol's data":              {[]string{"TF_LOG_SDK_PROTO_DATA_DIR=/tmp/data"}, true},
		"a file that keeps it all":         {[]string{"TF_TEMP_LOG_PATH=/tmp/log"}, true},
		"empty":                            {[]string{"TF_LOG=", "TF_LOG_PROVIDER=", "TF_LOG_SDK_PROTO="}, false},
		"the engine's own":                 {[]string{"TF_LOG_CORE=TRACE", "TF_LOG_CLOUD=TRACE"}, false},
		"a file without a level":           {[]string{"TF_LOG_PATH=/tmp/log"}, false},
		"one that no library knows":        {[]string{"TF_LOG_PROVIDERS=TRACE"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := isHeard(test.environment); got != test.want {
				t.Errorf("%q: got %t, want %t", test.environment, got, test.want)
			}
		})
	}
}

// Garbage is collected late only while there is little of it, and only where
// the user has no other wish.
func TestCollectLate(t *testing.T) { //nolint:paralleltest // the pace is the process's
	// In this order, as collections are watched until much is held.
	for _, test := range []struct { //nolint:paralleltest // as above
		name    string
		percent int   // that the user set
		limit   int64 // that the user set
		held    int   // bytes
		want    int
	}{
		{"with a pace set", 50, math.MaxInt64, 1 << 20, 50},
		{"with collection off", -1, math.MaxInt64, 1 << 20, -1},
		{"with a limit set", 100, 1 << 30, 1 << 20, 100},
		{"little held", 100, math.MaxInt64, 1 << 20, 400},
		{"much held", 100, math.MaxInt64, littleHeap, 100},
	} {
		t.Run(test.name, func(t *testing.T) {
			oldPercent, oldLimit := debug.SetGCPercent(test.percent), debug.SetMemoryLimit(test.limit)
			defer debug.SetMemoryLimit(oldLimit)
			defer debug.SetGCPercent(oldPercent)
			collectLate()
			held := make([]byte, test.held)
			got := 0
			for range 100 { // collections, and cleanups after them
				runtime.GC()
				runtime.Gosched()
				if got = debug.SetGCPercent(test.want); got == test.want {
					break
				}
				debug.SetGCPercent(got)
			}
			runtime.KeepAlive(held)
			if got != test.want {
				t.Errorf("pace: got %d, want %d", got, test.want)
			}
			wantLimit := test.limit
			if test.want == 400 {
				wantLimit = littleHeap
			}
			if got := debug.SetMemoryLimit(-1); got != wantLimit {
				t.Errorf("limit: got %d, want %d", got, wantLimit)
			}
		})
	}
}
