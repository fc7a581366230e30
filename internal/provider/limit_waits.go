package provider

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// warnThreshold is the shortest wait for the rate limit that causes a warning;
// shorter ones are only logged.
const warnThreshold = 10 * time.Second

// rateLimitWarning warns once that the rate limit slows the run down.
type rateLimitWarning struct {
	mu       sync.Mutex
	pending  *client.Wait
	reported bool
}

// record logs a wait before it begins, and keeps the first long one for report.
func (w *rateLimitWarning) record(ctx context.Context, wait client.Wait) {
	logWait(ctx, wait)
	w.mu.Lock()
	defer w.mu.Unlock()
	if wait.Limited && wait.Delay >= warnThreshold && !w.reported && w.pending == nil {
		w.pending = &wait
	}
}

// report warns about the first long wait.
func (w *rateLimitWarning) report(diags *diag.Diagnostics) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pending == nil || w.reported {
		return
	}
	w.reported = true
	diags.AddWarning("Waiting for Cloudflare's rate limit", fmt.Sprintf(
		"A request waited for %s: %s. Further waits are logged at level WARN (TF_LOG_PROVIDER). "+
			rateLimitQuota+" To read many images with fewer requests, set prefetch_images. "+
			"After %d minutes of waiting in total, requests fail.",
		w.pending.Delay.Round(time.Second), w.pending.Reason, int(client.MaxRateLimitWait.Minutes())))
}
