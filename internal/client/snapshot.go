package client

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
)

// prefetch answers reads of single images from listings, one for each
// account. It is a snapshot: an image that changes afterwards is not read
// again.
type prefetch struct {
	mu       sync.Mutex
	accounts map[string]*snapshot
}

// snapshot is the listing of an account, as far as it has been read.
//
// A page costs a request. Another one is read only while there are fewer pages
// than different images were asked for, so that the pages never cost more than
// the reads by themselves would have.
type snapshot struct {
	turn    chan struct{} // holds a token while nobody reads a page
	list    *imageList
	pages   int
	asked   map[string]bool // image IDs, of those who wait as well; guarded by prefetch.mu
	stopped bool            // after an error
}

func newPrefetch() *prefetch { return &prefetch{accounts: map[string]*snapshot{}} }

// of is the snapshot of an account, for one more read.
func (p *prefetch) of(accountID, imageID string) *snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.accounts[accountID]
	if s == nil {
		s = &snapshot{turn: make(chan struct{}, 1), list: newImageList(Filter{}), asked: map[string]bool{}}
		s.turn <- struct{}{}
		p.accounts[accountID] = s
	}
	s.asked[imageID] = true
	return s
}

// reads is how many different images a snapshot was asked for.
func (p *prefetch) reads(s *snapshot) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(s.asked)
}

// sharedFailures are those that a read of a single image would meet as well.
// A page that does not arrive is none: it is a thousand times as large.
var sharedFailures = []Kind{NotPermitted, NotEnabled, MalformedCredentials, Challenged, Canceled}

// prefetched looks an image up in the account's listing, and reads more of the
// listing where that pays. It returns nil where the image must be read by
// itself; the messages are then to be passed on.
func (c *Client) prefetched(ctx context.Context, accountID, imageID string) (*Image, []Message, error) {
	if c.prefetch == nil {
		return nil, nil, nil
	}
	s := c.prefetch.of(accountID, imageID)
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, nil, &Error{Kind: Canceled, Method: http.MethodGet, Path: escapedPath("accounts", accountID, "images", "v2"), Err: context.Cause(ctx)}
	}
	var messages []Message
	for {
		if at, known := s.list.at[imageID]; known {
			image := s.list.images[at]
			return &image, messages, nil
		}
		if s.stopped || s.list.complete || s.pages >= c.prefetch.reads(s) {
			return nil, messages, nil
		}
		more, err := c.readPage(ctx, accountID, s)
		if err != nil {
			return nil, nil, err
		}
		messages = append(messages, more...)
	}
}

// readPage reads one more page of a snapshot. An error that concerns the
// listing alone stops it, and is told to the hook.
func (c *Client) readPage(ctx context.Context, accountID string, s *snapshot) ([]Message, error) {
	messages, err := c.nextPage(ctx, accountID, s.list, true)
	if e, ok := errors.AsType[*Error](err); ok {
		if slices.Contains(sharedFailures, e.Kind) {
			return nil, err
		}
		s.stopped = true
		c.onPrefetchError(ctx, err)
		return nil, nil
	}
	s.pages++
	return messages, nil
}
