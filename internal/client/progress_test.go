package client

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// slowly gives a text in pieces, one at each interval.
type slowly struct {
	strings.Reader

	interval time.Duration
}

func (s *slowly) Read(p []byte) (int, error) {
	if s.Len() > 0 && ratelimit.Sleep(context.Background(), s.interval) != nil {
		return 0, io.ErrUnexpectedEOF // which cannot be
	}
	return s.Reader.Read(p[:min(len(p), 1000)])
}

// How far a body is on its way is told every five seconds, and not where it
// takes less.
func TestProgress(t *testing.T) {
	t.Parallel()
	type told struct {
		At   time.Duration
		What Progress
	}
	const path = fakeapi.BasePath + "/accounts/" + fakeapi.AccountID + "/a%2Fb"
	at := func(seconds int, sent int64) told {
		return told{
			time.Duration(seconds) * time.Second,
			Progress{Method: http.MethodPost, Path: path, Sent: sent, Size: 14_000},
		}
	}
	tests := map[string]struct {
		interval time.Duration
		want     []told
	}{
		"slow": {time.Second, []told{at(5, 5000), at(10, 10_000)}},
		"slow, with halts": {3 * time.Second, []told{
			at(6, 2000), at(12, 4000), at(18, 6000), at(24, 8000), at(30, 10_000), at(36, 12_000), at(42, 14_000),
		}},
		"in time":           {350 * time.Millisecond, nil},
		"in time, barely":   {355 * time.Millisecond, nil},
		"a little too slow": {360 * time.Millisecond, []told{{5040 * time.Millisecond, at(0, 14_000).What}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var got []told
				began := time.Now()
				c := newPipeClient(t, readThen(200, "application/json", success("{}")), func(config *Config) {
					config.RequestTimeout = time.Hour
					config.OnProgress = func(_ context.Context, p Progress) { got = append(got, told{time.Since(began), p}) }
				})
				r := request{method: http.MethodPost, segments: []string{"accounts", fakeapi.AccountID, "a/b"}, limit: 1000}
				r.body = func() (io.ReadCloser, int64, error) {
					return io.NopCloser(&slowly{*strings.NewReader(strings.Repeat("x", 14_000)), test.interval}), 14_000, nil
				}
				if _, err := c.do(t.Context(), r, new(nothing)); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("progress (-want +got):\n%s", diff)
				}
			})
		})
	}
}
