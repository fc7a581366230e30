package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// questions returns the open questions of docs/dev/api-notes.md, and one for
// each kind of object, in the order in which they are settled.
func questions() []question {
	return slices.Concat(lifecycleQuestions(), imageQuestions(), urlQuestions(), timeQuestions(), idQuestions(),
		variantQuestions(), keyQuestions())
}

// rejection returns the code and the status of a request that the API rejected.
func rejection(err error) (seen string, ok bool) {
	e, isError := errors.AsType[*client.Error](err)
	if !isError || e.Kind != client.Rejected && e.Kind != client.Exists || e.Status == 0 {
		return "", false
	}
	if len(e.Messages) == 0 || e.Messages[0].Code == 0 {
		return fmt.Sprintf("no code: status %d", e.Status), true
	}
	return fmt.Sprintf("code %d: status %d", e.Messages[0].Code, e.Status), true
}

// The bounds that the provider relies on.
const (
	// retryBudget is the total backoff of the client's four retries, without
	// jitter: 0.5, 1, 2 and 4 seconds.
	retryBudget = 7500 * time.Millisecond
	// staleLimit is how long internal/provider/recent_writes.go expects reads to
	// be stale.
	staleLimit = 2 * time.Minute
	// uploadDifference is how far apart the upload times of one image may be for
	// internal/provider/image_drift.go.
	uploadDifference = 5 * time.Second
)

// steps runs the steps of a lifecycle; the result is "yes" if all succeed.
func steps(ctx context.Context, all ...func(ctx context.Context) error) (string, error) {
	for _, step := range all {
		if err := step(ctx); err != nil {
			return "", err
		}
	}
	return "yes", nil
}
