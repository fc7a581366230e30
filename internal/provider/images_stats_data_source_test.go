package provider

import (
	"fmt"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// The published example warns at 90 % or more, and not below.
func TestImagesStatsDataSourceExample(t *testing.T) {
	t.Parallel()
	for current, warned := range map[int]bool{89: false, 90: true} {
		r := newTestEnv(t)
		response := fmt.Sprintf(
			`{"result":{"count":{"current":%d,"allowed":100}},"success":true,"errors":[],"messages":[]}`,
			current,
		)
		r.Fail("stats", -1, fakeapi.Respond(200, "application/json", response))
		output, code := r.exampleCLI(t, "data-sources/cloudflare_images_stats").run("apply", "-auto-approve", "-no-color")
		if warns := strings.Contains(output, "90 of 100 images are stored."); code != 0 || warns != warned {
			t.Errorf("%d of 100: exit code %d, warned %t, want %t:\n%s", current, code, warns, warned, output)
		}
	}
}
