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

// resolveTimeout bounds the requests that find out what became of a write,
// which an interrupt does not stop.
const resolveTimeout = 10 * time.Second

// maxCandidateLen is the length of the longest ID and of the longest file name,
// in characters.
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

// resolve returns the context of requests that find out what became of a write.
// They outlive an interrupt, but not for long.
func resolve(ctx context.Context) (context.Context, context.CancelFunc) {
	detached, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(resolveTimeout, cancel) })
	return detached, func() {
		stop()
		cancel()
	}
}

// sendUntilKnown sends a write until its outcome is known. After each attempt
// that may have been applied, and was sent at a time, find returns nil if it was
// applied, NotFound if the write can be sent again, Exists if the ID belongs to
// somebody else's object, or another error. A conflict of a later attempt is
// ambiguous: the first one or somebody else may have caused it. It reports
// whether find has found the outcome.
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
		unresolved := find(reading, e.sent)
		cancel()
		switch {
		case unresolved == nil:
			return true, nil
		case errors.Is(unresolved, Exists):
			e.Kind, e.MaybeApplied = Exists, false
			return false, e
		case !errors.Is(unresolved, NotFound) || retry >= *c.config.MaxRetries || c.breaker.isOpen():
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

// awaitListed reads a listing again, within the retry budget, for as long as it
// lacks an object that this client created recently.
func awaitListed[T any](
	ctx context.Context, c *Client, accountID, kind string, isMissing func(list T, id string, image *Image) bool,
	read func(ctx context.Context, accountID string) (T, []Message, error),
) (T, []Message, error) {
	for retry := 0; ; retry++ {
		list, messages, err := read(ctx, accountID)
		isMissing := func(id string, image *Image) bool { return isMissing(list, id, image) }
		if err != nil || retry >= *c.config.MaxRetries || !c.objects.isAnyMissing(accountID, kind, isMissing) ||
			ratelimit.Sleep(ctx, c.backoff(retry)) != nil { // then the list is complete for all that is known
			return list, messages, err
		}
	}
}

// maxSearched is how many images are searched for candidates.
const maxSearched = 10_000

// addCandidates names the images that a write whose outcome is unknown may
// have created, by one listing, newest first, that ends at a time of upload. It
// adopts none of them: others upload as well.
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

// matches reports whether an upload that was sent at a time may have created an
// image.
func (c *Client) matches(upload *Upload, image *Image, sent time.Time) bool {
	hasName := upload.File == nil || deref(image.Filename) == upload.File.Name
	return hasName && !c.clock.isBefore(deref(image.Uploaded), sent) &&
		deref(image.Creator) == deref(upload.Creator) && image.RequireSignedURLs == upload.RequireSignedURLs
}

// mayBeFetchedAs reports whether an upload may have the resulting file name: the
// API names an image that it fetches after the last segment of the URL.
func (u *Upload) mayBeFetchedAs(filename string) bool {
	address, err := url.Parse(u.URL)
	return u.URL == "" || filename == "" || err != nil ||
		filename == path.Base(address.Path) || filename == path.Base(address.EscapedPath())
}

// uploadTolerance is how far two upload times of one image may be apart: the
// API rounds them inconsistently.
const uploadTolerance = time.Second

// isSameUpload reports whether two upload times, as the API writes them, may
// be of one upload. Unknown times differ from all others.
func isSameUpload(one, two string) bool {
	difference, ok := uploadDifference(one, two)
	return ok && difference.Abs() <= uploadTolerance
}

// IsLaterUpload reports whether a time of upload, as the API writes it, is
// certainly later than a known one. Unknown times are not.
func IsLaterUpload(uploaded, known string) bool {
	difference, ok := uploadDifference(uploaded, known)
	return ok && difference > uploadTolerance
}

// uploadDifference returns one time less another, if both are known.
func uploadDifference(one, two string) (time.Duration, bool) {
	first, errOne := delivery.ParseTime(one)
	second, errTwo := delivery.ParseTime(two)
	return first.Sub(second), errOne == nil && errTwo == nil
}

// clock tracks the skew between the clock of the API and the local one.
type clock struct{ skew atomic.Int64 } // in nanoseconds

// maxSkew bounds the skew. A proxy without a clock reports 1970, and every image
// would seem new.
const maxSkew = 24 * time.Hour

// observe records the time in the header of a response.
func (c *clock) observe(header http.Header, now time.Time) {
	date, err := http.ParseTime(header.Get("Date"))
	if skew := date.Sub(now); err == nil && skew.Abs() <= maxSkew {
		c.skew.Store(int64(skew))
	}
}

// isBefore reports whether a time of the API, as RFC 3339, is before a local one.
// A missing or malformed one is.
func (c *clock) isBefore(reported string, local time.Time) bool {
	at, err := delivery.ParseTime(reported)
	return err != nil || at.Before(local.Add(time.Duration(c.skew.Load())-uploadTolerance))
}
