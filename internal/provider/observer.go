package provider

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// logAttempt logs an attempt. Bodies and headers, except for the ray ID, may
// contain secrets and are not logged.
func logAttempt(ctx context.Context, attempt client.Attempt) {
	fields := map[string]any{
		"request_method": attempt.Method,
		"url_path":       attempt.Path,
		"attempt":        attempt.Number,
		"duration_ms":    attempt.Duration.Milliseconds(),
	}
	if attempt.Status == 0 {
		tflog.Debug(ctx, "Cloudflare API request failed", fields)
		return
	}
	fields["status"] = attempt.Status
	fields["ray_id"] = attempt.Ray
	tflog.Debug(ctx, "Received Cloudflare API response", fields)
}

// logWait logs a wait before an attempt, and its reason.
func logWait(ctx context.Context, wait client.Wait) {
	tflog.Warn(ctx, "Waiting before Cloudflare API request", map[string]any{
		"request_method": wait.Method,
		"url_path":       wait.Path,
		"attempt":        wait.Attempt,
		"wait":           wait.Delay.String(),
		"reason":         wait.Reason,
	})
}

// logProgress logs the progress of an upload.
func logProgress(ctx context.Context, progress client.Progress) {
	tflog.Info(ctx, "Sending Cloudflare API request", map[string]any{
		"request_method": progress.Method,
		"url_path":       progress.Path,
		"sent_bytes":     progress.Sent,
		"total_bytes":    progress.Size,
	})
}

// logFallback logs why images are read individually instead of prefetched,
// without the excerpt of the body that an error may contain.
func logFallback(ctx context.Context, err error) {
	if e, ok := errors.AsType[*client.Error](err); ok {
		unquoted := *e
		unquoted.Excerpt = ""
		err = &unquoted
	}
	tflog.Warn(ctx, "Prefetching of Cloudflare images disabled, reading them individually", map[string]any{"reason": err.Error()})
}

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
