package provider

import (
	"fmt"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// The published example warns from 90 % on, and not before.
func TestImagesStatsDataSourceExample(t *testing.T) {
	t.Parallel()
	for current, warned := range map[int]bool{89: false, 90: true} {
		r := newTestEnv(t)
		answer := fmt.Sprintf(
			`{"result":{"count":{"current":%d,"allowed":100}},"success":true,"errors":[],"messages":[]}`,
			current,
		)
		r.Fail("stats", -1, fakeapi.Respond(200, "application/json", answer))
		output, code := r.exampleCLI(t, "data-sources/cloudflare_images_stats").run("apply", "-auto-approve", "-no-color")
		if said := strings.Contains(output, "90 of 100 images are stored."); code != 0 || said != warned {
			t.Errorf("%d of 100: exit code %d, warned %t, want %t:\n%s", current, code, said, warned, output)
		}
	}
}
