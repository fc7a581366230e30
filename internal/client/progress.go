package client

import (
	"context"
	"time"
)

// Progress is how far the body of a request is on its way.
type Progress struct {
	// Method and Path are what is asked; the path is escaped.
	Method, Path string
	// Sent and Size are in bytes.
	Sent, Size int64
}

// progressInterval is how often it is told.
const progressInterval = 5 * time.Second

// progress tells from time to time how much of a body of a length is left.
func (k *call) progress(ctx context.Context, length int64) func(left int64) {
	last := time.Now()
	return func(left int64) {
		now := time.Now()
		if now.Sub(last) < progressInterval {
			return
		}
		last = now
		k.client.config.OnProgress(ctx, Progress{k.request.method, k.target.EscapedPath(), length - left, length})
	}
}
