package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// logAttempt writes one structured line for each attempt. No header but the ray
// ID is logged, and no body: they hold secrets.
func logAttempt(ctx context.Context, attempt client.Attempt) {
	fields := map[string]any{
		"method":      attempt.Method,
		"path":        attempt.Path,
		"attempt":     attempt.Number,
		"duration_ms": attempt.Duration.Milliseconds(),
	}
	if attempt.Status == 0 {
		tflog.Debug(ctx, "Cloudflare API request brought no answer", fields)
		return
	}
	fields["status"] = attempt.Status
	fields["ray"] = attempt.Ray
	tflog.Debug(ctx, "Cloudflare API request", fields)
}

// logWait logs why a request takes long.
func logWait(ctx context.Context, wait client.Wait) {
	tflog.Warn(ctx, "Cloudflare API request waits", map[string]any{
		"method":  wait.Method,
		"path":    wait.Path,
		"attempt": wait.Attempt,
		"wait":    wait.Delay.String(),
		"reason":  wait.Reason,
	})
}

// logProgress logs the progress of an upload.
func logProgress(ctx context.Context, progress client.Progress) {
	tflog.Info(ctx, "Cloudflare API request is being sent", map[string]any{
		"method": progress.Method,
		"path":   progress.Path,
		"sent":   progress.Sent,
		"size":   progress.Size,
	})
}

// logFallback logs why images are read one by one again, without the excerpt of
// the body that an error may quote.
func logFallback(ctx context.Context, err error) {
	if e, ok := errors.AsType[*client.Error](err); ok {
		unquoted := *e
		unquoted.Excerpt = ""
		err = &unquoted
	}
	tflog.Warn(ctx, "Cloudflare images are no longer prefetched, but read one by one", map[string]any{"reason": err.Error()})
}
