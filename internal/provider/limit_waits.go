package provider

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// warnThreshold is how long a wait for the rate limit takes at least to be told by
// the engine, and not only by its log.
const warnThreshold = 10 * time.Second

// rateLimitWarning lets the engine say once why a run takes long.
type rateLimitWarning struct {
	mu      sync.Mutex
	pending *client.Wait
	told    bool
}

// record takes in a wait before it begins.
func (w *rateLimitWarning) record(ctx context.Context, wait client.Wait) {
	logWait(ctx, wait)
	w.mu.Lock()
	defer w.mu.Unlock()
	if wait.Limited && wait.Delay >= warnThreshold && !w.told && w.pending == nil {
		w.pending = &wait
	}
}

// report warns of the first long wait.
func (w *rateLimitWarning) report(diags *diag.Diagnostics) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pending == nil || w.told {
		return
	}
	w.told = true
	diags.AddWarning("Cloudflare's rate limit slows this run down", fmt.Sprintf(
		"A request waited for %s: %s. Later waits are in the log, with TF_LOG_PROVIDER=WARN. "+
			"Cloudflare allows 1,200 requests in five minutes for each user, over all tools together; prefetch_images saves requests. "+
			"Once all waits for the limit have taken %d minutes, requests fail instead of waiting longer.",
		w.pending.Delay.Round(time.Second), w.pending.Reason, int(client.MaxRateLimitWait.Minutes())))
}
