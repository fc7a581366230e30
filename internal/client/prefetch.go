package client

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// snapshots serve reads of single images from listings, one for each account.
// Later updates by others are not seen.
type snapshots struct {
	mu       sync.Mutex
	accounts map[string]*snapshot
}

// snapshot is the part of the listing of an account that has been read. Another
// page is read only while there are fewer pages than requested images, so that
// prefetching never sends more requests than individual reads.
type snapshot struct {
	lock  chan struct{} // contains a value while a page is being read
	list  *imageList
	pages int

	// Guarded by snapshots.mu.
	requested map[string]bool // image IDs
	stopped   bool            // after an error or a write
}

func newSnapshot() *snapshot {
	return &snapshot{lock: make(chan struct{}, 1), list: newImageList(Filter{}), requested: map[string]bool{}}
}

// get returns the snapshot of an account, and counts the image as requested.
func (s *snapshots) get(accountID, imageID string) *snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.accounts[accountID]
	if found == nil {
		found = newSnapshot()
		s.accounts[accountID] = found
	}
	found.requested[imageID] = true
	return found
}

// invalidate ends prefetching for an account, as even a new listing may not include
// a write yet.
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

// shouldFetchPage reports whether another page is worth a request.
func (s *snapshots) shouldFetchPage(current *snapshot) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !current.stopped && !current.list.complete && current.pages < len(current.requested)
}

// accountWideKinds are failures that affect individual reads as well. Unreachable
// isn't one of them, as a page is a thousand times as large as an image.
var accountWideKinds = []Kind{NotPermitted, NotEnabled, MalformedCredentials, BlockedAtEdge, Challenged, Canceled}

// fromSnapshot returns an image from the listing of the account, and reads more
// pages if worthwhile. It returns nil if the image must be read individually;
// the messages then belong to that read. If fresh, it doesn't use the listing.
func (c *Client) fromSnapshot(ctx context.Context, accountID, imageID string, fresh bool) (*Image, []Message, error) {
	if !c.config.PrefetchImages || fresh {
		return nil, nil, nil
	}
	s := c.snapshots.get(accountID, imageID)
	select {
	case s.lock <- struct{}{}:
		defer func() { <-s.lock }()
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

// readPage reads the next page of a snapshot. An error that affects only the
// listing stops it, and is reported to the Observer.
func (c *Client) readPage(ctx context.Context, accountID string, s *snapshot) ([]Message, error) {
	r := pageRequest(accountID, s.list)
	r.bestEffort = true
	messages, err := c.do(ctx, r, s.list)
	if e, ok := errors.AsType[*Error](err); ok {
		if slices.Contains(accountWideKinds, e.Kind) {
			return nil, err
		}
		c.snapshots.mu.Lock()
		s.stopped = true // it still serves its images
		c.snapshots.mu.Unlock()
		notify(ctx, c.config.Observer.OnFallback, err)
		return nil, nil
	}
	s.pages++
	return messages, nil
}
