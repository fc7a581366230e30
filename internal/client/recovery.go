package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"sync/atomic"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// resolveTimeout limits the time for resolving the outcome of a write after a
// cancellation.
const resolveTimeout = 10 * time.Second

// maxCandidateLen is the maximum length of the ID and of the file name of a
// candidate, in characters.
const maxCandidateLen = 1024

// Candidate is an image that a write whose outcome is unknown may have created.
type Candidate struct {
	ID       string
	Filename string // empty if unknown
	Uploaded string // as the API wrote it
}

// isAmbiguous reports whether a write that failed may have been applied.
func isAmbiguous(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.MaybeApplied
}

// resolve returns a context for requests that resolve the outcome of a write. It
// outlives ctx by resolveTimeout.
func resolve(ctx context.Context) (context.Context, context.CancelFunc) {
	detached, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(resolveTimeout, cancel) })
	return detached, func() { stop(); cancel() }
}

// sendUntilKnown sends a write until its outcome is known. After each attempt that
// may have been applied, it calls find with the time of the attempt. find returns
// nil if the write was applied, NotFound if it can be sent again, Exists if the ID
// belongs to somebody else's object, or another error. A conflict of a later
// attempt is ambiguous: an earlier attempt or somebody else may have caused it.
// found reports whether find returned nil.
func (c *Client) sendUntilKnown(
	ctx context.Context, send func() error, find func(ctx context.Context, sent time.Time) error,
) (found bool, err error) {
	attempts, waited, maybeApplied := 0, time.Duration(0), false
	for retry := 0; ; retry++ {
		e, failed := errors.AsType[*Error](send())
		if !failed {
			return false, nil
		}
		attempts, waited = attempts+e.Attempts, waited+e.Waited
		isKnown := !e.MaybeApplied
		maybeApplied = maybeApplied || e.MaybeApplied
		e.Attempts, e.Waited, e.MaybeApplied = attempts, waited, maybeApplied
		if isKnown {
			return false, e
		}
		reading, cancel := resolve(ctx)
		findErr := find(reading, e.sent)
		cancel()
		switch {
		case findErr == nil:
			return true, nil
		case errors.Is(findErr, Exists):
			e.Kind, e.MaybeApplied = Exists, false
			return false, e
		case !errors.Is(findErr, NotFound) || retry >= *c.config.MaxRetries || c.breaker.isOpen():
			c.breaker.record(e.Path, e)
			return false, e
		}
		delay := c.backoff(retry)
		if ratelimit.Sleep(ctx, delay) != nil {
			return false, e
		}
		waited += delay
	}
}

// awaitListed reads a listing again, within the retry budget, while it lacks an
// object that this client created recently.
func awaitListed[T any](
	ctx context.Context, c *Client, accountID, kind string, isMissing func(list T, id string, image *Image) bool,
	read func(ctx context.Context, accountID string) (T, []Message, error),
) (T, []Message, error) {
	for retry := 0; ; retry++ {
		list, messages, err := read(ctx, accountID)
		isMissing := func(id string, image *Image) bool { return isMissing(list, id, image) }
		if err != nil || retry >= *c.config.MaxRetries || !c.objects.isAnyMissing(accountID, kind, isMissing) ||
			ratelimit.Sleep(ctx, c.backoff(retry)) != nil {
			return list, messages, err
		}
	}
}

// maxSearched limits the images that are searched for candidates.
const maxSearched = 10_000

// addCandidates adds the images that a write with an ambiguous outcome may have
// created to its error. It searches a listing, newest first, up to the first
// image for which isBefore returns true. None is adopted, as others may have
// uploaded them.
func (c *Client) addCandidates(
	ctx context.Context, accountID string, e *Error, isBefore, isCandidate func(*Image) bool,
) {
	reading, cancel := resolve(ctx)
	defer cancel()
	searched := 0
	for image, err := range c.EachImage(reading, accountID, Filter{}) {
		if e.ListingFailed = err != nil; err != nil || isBefore(image) || searched == maxSearched {
			return
		}
		searched++
		if !c.objects.isRecent(objectKey{accountID, imageKind, image.ID}) && isCandidate(image) {
			id := e.redactor.TruncateMiddle(image.ID, maxCandidateLen)
			filename := e.redactor.TruncateMiddle(deref(image.Filename), maxCandidateLen)
			e.Candidates = append(e.Candidates, Candidate{id, filename, deref(image.Uploaded)})
		}
	}
}

// matches reports whether an upload, sent at the given time, may have created an
// image.
func (c *Client) matches(upload *Upload, image *Image, sent time.Time) bool {
	hasName := upload.File == nil || deref(image.Filename) == upload.File.Name
	return hasName && !c.clock.isBefore(deref(image.Uploaded), sent) &&
		deref(image.Creator) == deref(upload.Creator) && image.RequireSignedURLs == upload.RequireSignedURLs
}

// mayBeFetchedAs reports whether an upload may result in this file name: that
// of a fetched image is the last segment of its URL.
func (u *Upload) mayBeFetchedAs(filename string) bool {
	address, err := url.Parse(u.URL)
	return u.URL == "" || filename == "" || err != nil ||
		filename == path.Base(address.Path) || filename == path.Base(address.EscapedPath())
}

// uploadTolerance is the largest difference between upload times of one image,
// which the API rounds inconsistently.
const uploadTolerance = time.Second

// isSameUpload reports whether two upload times, as the API writes them, may be
// those of one upload. Unknown times never are.
func isSameUpload(one, two string) bool {
	difference, ok := uploadDifference(one, two)
	return ok && difference.Abs() <= uploadTolerance
}

// IsLaterUpload reports whether an upload time, as the API writes it, is certainly
// later than a known one. Unknown times never are.
func IsLaterUpload(uploaded, known string) bool {
	difference, ok := uploadDifference(uploaded, known)
	return ok && difference > uploadTolerance
}

// uploadDifference returns the difference between two times, and whether both
// are known.
func uploadDifference(one, two string) (time.Duration, bool) {
	first, errOne := delivery.ParseTime(one)
	second, errTwo := delivery.ParseTime(two)
	return first.Sub(second), errOne == nil && errTwo == nil
}

// clock tracks the skew between the clock of the API and the local one.
type clock struct{ skew atomic.Int64 } // in nanoseconds

// maxSkew limits the skew. If a proxy without a clock reported 1970, every
// image would seem new.
const maxSkew = 24 * time.Hour

// observe updates the skew from the Date header of a response.
func (c *clock) observe(header http.Header, now time.Time) {
	date, err := http.ParseTime(header.Get("Date"))
	if skew := date.Sub(now); err == nil && skew.Abs() <= maxSkew {
		c.skew.Store(int64(skew))
	}
}

// isBefore reports whether an RFC 3339 time of the API is before a local time.
// Missing and malformed times count as before, and one in whole seconds may be
// rounded; others are in milliseconds, rounded down. The Date header is rounded
// down, so the skew never excludes a later time.
func (c *clock) isBefore(reported string, local time.Time) bool {
	at, err := delivery.ParseTime(reported)
	if at.Nanosecond() == 0 {
		local = local.Add(-uploadTolerance)
	}
	return err != nil || at.Before(local.Add(time.Duration(c.skew.Load())).Truncate(time.Millisecond))
}
