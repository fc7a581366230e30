package client

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// snapshots answer reads of single images from listings, one for each account.
// An image that somebody else changes afterwards is not read again.
type snapshots struct {
	mu       sync.Mutex
	accounts map[string]*snapshot
}

// snapshot is the listing of an account, as far as it has been read.
//
// A page costs a request. Another one is read only while there are fewer pages
// than different images were asked for, so that the pages never cost more than
// the reads by themselves would have.
type snapshot struct {
	token chan struct{} // there while nobody reads a page
	list  *imageList
	pages int

	// Guarded by snapshots.mu.
	asked   map[string]bool // image IDs, of those who wait as well
	stopped bool            // after an error or a write
}

func newSnapshot() *snapshot {
	s := &snapshot{token: make(chan struct{}, 1), list: newImageList(Filter{}), asked: map[string]bool{}}
	s.token <- struct{}{}
	return s
}

// get counts one more read in, and returns the account's snapshot.
func (s *snapshots) get(accountID, imageID string) *snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	this := s.accounts[accountID]
	if this == nil {
		this = newSnapshot()
		s.accounts[accountID] = this
	}
	this.asked[imageID] = true
	return this
}

// invalidate drops an account's snapshot for good: a new listing may lag behind
// what was written.
func (s *snapshots) invalidate(accountID string) {
	empty := newSnapshot()
	empty.stopped = true
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.accounts[accountID]; old != nil {
		old.stopped = true
	}
	s.accounts[accountID] = empty
}

// shouldFetchPage tells whether another page is worth a request.
func (s *snapshots) shouldFetchPage(this *snapshot) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !this.stopped && !this.list.complete && this.pages < len(this.asked)
}

// accountWideKinds are those that a read of a single image would meet as well.
// A page that does not arrive is none: it is a thousand times as large.
var accountWideKinds = []Kind{NotPermitted, NotEnabled, MalformedCredentials, BlockedAtEdge, Challenged, Canceled}

// fromSnapshot looks an image up in the account's listing, and reads more of
// the listing where that pays. It returns nil where the image must be read by
// itself; the messages are then to be passed on.
func (c *Client) fromSnapshot(ctx context.Context, accountID, imageID string) (*Image, []Message, error) {
	if !c.config.PrefetchImages {
		return nil, nil, nil
	}
	s := c.snapshots.get(accountID, imageID)
	select {
	case <-s.token:
		defer func() { s.token <- struct{}{} }()
	case <-ctx.Done():
		return nil, nil, pageRequest(accountID, s.list).newError(Canceled, context.Cause(ctx))
	}
	var messages []Message
	for {
		if at, known := s.list.at[imageID]; known {
			image := s.list.images[at]
			return &image, messages, nil
		}
		if !c.snapshots.shouldFetchPage(s) {
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
	r := pageRequest(accountID, s.list)
	r.bestEffort = true
	messages, err := c.do(ctx, r, s.list)
	if e, ok := errors.AsType[*Error](err); ok {
		if slices.Contains(accountWideKinds, e.Kind) {
			return nil, err
		}
		c.snapshots.mu.Lock()
		s.stopped = true // it still serves the images that it has
		c.snapshots.mu.Unlock()
		notify(ctx, c.config.Observer.OnFallback, err)
		return nil, nil
	}
	s.pages++
	return messages, nil
}
