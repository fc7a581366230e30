package provider

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// The log tells what went wrong with a listing, but quotes nothing of it.
func TestLogPrefetchError(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"of the API": {
			&client.Error{
				Kind: client.WrongAnswer, Method: "GET", Path: "/x", Status: 200, Excerpt: `the body begins "alt text"`,
				Ray: "8f1c2d-AMS",
			},
			"GET /x: 200 OK, ray 8f1c2d-AMS",
		},
		"another one": {errors.New("gone"), "gone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			logPrefetchError(tflogtest.RootLogger(t.Context(), &log), test.err)
			entries, err := tflogtest.MultilineJSONDecode(strings.NewReader(log.String()))
			if err != nil || len(entries) != 1 {
				t.Fatalf("got %v, %v", entries, err)
			}
			if got := entries[0]["reason"]; got != test.want {
				t.Errorf("reason: got %q, want %q", got, test.want)
			}
		})
	}
}
