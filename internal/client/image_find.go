package client

import (
	"context"
	"errors"
	"sync"
	"time"
)

// How long the listing is looked at for an image that may have been made: it is
// known to lag.
var lookPauses = []time.Duration{0, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second}

// newest is how many of the latest images are looked at.
const newest = 100

// findByID looks whether an upload whose answer was lost has made the image of
// its ID. Where it has not, it returns what went wrong.
func (c *Client) findByID(ctx context.Context, accountID string, upload Upload, began time.Time, lost Error) (*Image, []Message, error) {
	image, messages, err := c.GetFreshImage(ctx, accountID, upload.ID)
	switch {
	case err == nil && c.isOf(upload, image, began) && c.made.add(accountID, image.ID):
		return image, messages, nil
	case err == nil:
		lost.Kind, lost.MayBeDone = Exists, false // it was there before
	}
	return nil, nil, &lost
}

// findInList looks for the one image that a write whose answer was lost has
// made. Where there is none, or more than one that it may have made, it returns
// what went wrong. While another write may have made the one that is there, it
// waits for that one's answer.
func (c *Client) findInList(
	ctx context.Context, accountID string, lost Error, sought *traits, isIt func(*Image) bool,
) (*Image, []Message, error) {
	for _, pause := range lookPauses {
		if sleep(ctx, pause) != nil {
			break
		}
		images, messages, err := c.ListImages(ctx, accountID, Filter{MaxItems: newest})
		if err != nil {
			break
		}
		var found []Image
		lost.Found = nil
		for _, image := range images {
			if isIt(&image) && !c.made.has(accountID, image.ID) {
				found, lost.Found = append(found, image), append(lost.Found, image.ID)
			}
		}
		if c.doubts.hasOther(sought) {
			continue
		}
		if len(found) == 1 && c.made.add(accountID, found[0].ID) {
			return &found[0], messages, nil
		}
		if len(found) > 1 {
			break
		}
	}
	return nil, nil, &lost
}

// isOf is whether an upload that began at a time may have made an image.
func (c *Client) isOf(upload Upload, image *Image, began time.Time) bool {
	hasName := upload.Content == nil || image.Filename != nil && *image.Filename == upload.Content.Name
	return hasName && !c.clock.isBefore(orEmpty(image.Uploaded), began) && orEmpty(image.Creator) == orEmpty(upload.Creator) &&
		image.RequireSignedURLs == upload.RequireSignedURLs && SameJSON(image.Meta, upload.Metadata)
}

// traits are what the images that are being made are told apart by: as little
// as is known of all of them, since a wrong picture is worse than none.
type traits struct {
	name    *string // nil where it is not known
	private bool
}

func (u *Upload) traits() *traits {
	t := &traits{private: u.RequireSignedURLs}
	if u.Content != nil {
		t.name = &u.Content.Name
	}
	return t
}

// doubts are the writes of which it is not known yet, or was never learnt,
// which image they have made.
type doubts struct {
	mu   sync.Mutex
	open map[*traits]bool
}

// settle does a write that makes an image in an account, and notes which.
func (c *Client) settle(accountID string, made *traits, write func() (*Image, []Message, error)) (*Image, []Message, error) {
	c.doubts.set(made, true)
	image, messages, err := write()
	if err == nil {
		c.made.add(accountID, image.ID)
		c.deleted.remove(accountID, image.ID)
	}
	if e, ok := errors.AsType[*Error](err); !ok || !e.MayBeDone {
		c.doubts.set(made, false)
	}
	return image, messages, err
}

func (d *doubts) set(made *traits, open bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == nil {
		d.open = map[*traits]bool{}
	}
	d.open[made] = open
	if !open {
		delete(d.open, made)
	}
}

// hasOther is whether another write may have made an image of these traits.
func (d *doubts) hasOther(sought *traits) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for other := range d.open {
		sameName := other.name == nil || sought.name == nil || *other.name == *sought.name
		if other != sought && sameName && other.private == sought.private {
			return true
		}
	}
	return false
}

// idSet is images that are not to be taken twice. Two accounts may have the same
// ID.
type idSet struct {
	mu  sync.Mutex
	ids map[accountImage]bool
}

type accountImage struct{ accountID, id string }

// add is false where the image is there already.
func (s *idSet) add(accountID, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids == nil {
		s.ids = map[accountImage]bool{}
	}
	known := s.ids[accountImage{accountID, id}]
	s.ids[accountImage{accountID, id}] = true
	return !known
}

func (s *idSet) has(accountID, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[accountImage{accountID, id}]
}

func (s *idSet) remove(accountID, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.ids, accountImage{accountID, id})
}
