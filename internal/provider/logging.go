package provider

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// loggingTransport writes one structured line for each attempt. No header but
// the ray ID is logged, and no body: they hold secrets.
type loggingTransport struct{ next http.RoundTripper }

// RoundTrip sends the request and logs how it went.
func (t loggingTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	start := time.Now()
	response, err := t.next.RoundTrip(request)
	fields := map[string]any{
		"method":      request.Method,
		"path":        request.URL.EscapedPath(),
		"attempt":     client.Attempt(ctx),
		"duration_ms": time.Since(start).Milliseconds(),
	}
	if err != nil {
		tflog.Debug(ctx, "Cloudflare API request brought no answer", fields)
		return nil, err
	}
	fields["status"] = response.StatusCode
	fields["ray"] = client.Ray(response.Header)
	tflog.Debug(ctx, "Cloudflare API request", fields)
	return response, nil
}

// logWait tells why a read takes long.
func logWait(ctx context.Context, wait client.Wait) {
	tflog.Warn(ctx, "Cloudflare API request waits", map[string]any{
		"method":  wait.Method,
		"path":    wait.Path,
		"attempt": wait.Attempt,
		"wait":    wait.Delay.String(),
		"reason":  wait.Reason,
	})
}

// logProgress tells how far an upload is.
func logProgress(ctx context.Context, progress client.Progress) {
	tflog.Info(ctx, "Cloudflare API request is being sent", map[string]any{
		"method": progress.Method,
		"path":   progress.Path,
		"sent":   progress.Sent,
		"size":   progress.Size,
	})
}

// logPrefetchError tells why images are read one by one again, without the
// beginning of the body that an error may quote.
func logPrefetchError(ctx context.Context, err error) {
	if e, ok := errors.AsType[*client.Error](err); ok {
		unquoted := *e
		unquoted.Excerpt = ""
		err = &unquoted
	}
	tflog.Warn(ctx, "Cloudflare images are no longer prefetched, but read one by one", map[string]any{"reason": err.Error()})
}
