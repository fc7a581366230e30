package provider

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// many stores n images, and returns a configuration with a data source for
// each.
func (r *testEnv) many(n int, settings string) string {
	for i := range n {
		r.AddImage(fmt.Sprintf(
			`{"result":{"id":"many/%04d","uploaded":"2030-01-01T00:00:00.000Z","variants":["https://imagedelivery.net/hash/many/%04d/public"]},`+
				`"success":true}`,
			i,
			i,
		))
	}
	return requiredProviders + fmt.Sprintf(`
provider "cloudflare" {
  %s
}
data "cloudflare_image" "many" {
  count    = %d
  image_id = format("many/%%04d", count.index)
}
output "right" {
  value = alltrue([for i, image in data.cloudflare_image.many :
    image.variant_urls["public"] == "https://imagedelivery.net/hash/many/${format("%%04d", i)}/public"
  ])
}
`, settings, n)
}

func (c *cli) applyAndCheck() {
	c.t.Helper()
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "right = true") {
		c.t.Fatalf("apply ended with %d:\n%s", code, output)
	}
}

// More images than the rate limit allows in one window: no error, and no 429.
func TestProviderWithinRateLimit(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.Limit(100, 4*time.Second)
	c := r.cli(t, r.many(160, ""))
	c.applyAndCheck()
	for i, request := range r.Requests() {
		if request.Status == 429 {
			t.Errorf("request %d got a 429", i)
		}
	}
	if got := len(r.Requests()); got != 160 {
		t.Errorf("requests: got %d, want 160", got)
	}
}

// A plan respects the configured request rate.
func TestProviderRequestsPerSecond(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, r.many(11, "requests_per_second = 10"))
	c.applyAndCheck()
	requests := r.Requests()
	if took := requests[10].At.Sub(requests[0].At); took < 900*time.Millisecond {
		t.Errorf("11 requests at 10 a second took %s", took)
	}
}

// 150 data sources take one request.
func TestProviderPrefetch(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, r.many(150, "prefetch_images = true"))
	c.applyAndCheck()
	if got := len(r.Requests()); got != 1 {
		t.Errorf("requests: got %d, want 1", got)
	}
	// Each run lists the images again.
	r.AddImage(
		`{"result":{"id":"many/0000","variants":["https://imagedelivery.net/another/many/0000/public"]},"success":true}`,
	)
	if output, code := c.run("plan", "-detailed-exitcode", "-no-color"); code != 2 {
		t.Errorf("a plan after a change ended with %d:\n%s", code, output)
	}
}

// A listing that can't be used doesn't fail the plan.
func TestProviderPrefetchFallback(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.Fail("v2", -1, fakeapi.Respond(200, "application/json", `{"result":{"images":{}},"success":true}`))
	r.variables["TF_LOG_PROVIDER"] = "WARN"
	c := r.cli(t, r.many(5, "prefetch_images = true"))
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "right = true") ||
		!strings.Contains(output, "Prefetching of Cloudflare images disabled") {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
	if got := len(r.Requests()); got != 6 {
		t.Errorf("requests: got %d, want 6", got)
	}
}

// Concurrent reads of the same image are coalesced.
func TestProviderCoalescesReads(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.Delay(300 * time.Millisecond)
	c := r.cli(t, requiredProviders+`
data "cloudflare_image" "same" {
  count    = 10
  image_id = "brand/logo"
}
output "right" {
  value = length(distinct(data.cloudflare_image.same[*].id)) == 1
}
`)
	c.applyAndCheck()
	if got := len(r.Requests()); got >= 10 {
		t.Errorf("requests: got %d for ten reads of one image", got)
	}
}
