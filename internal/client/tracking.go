package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// deleteConflictWait is the time for which a create waits, after a conflict, for
// this client to begin deleting the existing object, as after the renaming of a
// resource block.
const deleteConflictWait = 5 * time.Second

// createdRecently is the time for which reads and listings may lack a new object.
const createdRecently = 5 * time.Minute

// objectKey identifies an object; two accounts, and two types of object, may
// use the same ID.
type objectKey struct{ accountID, kind, id string }

// The kinds of object.
const (
	imageKind   = "image"
	variantKind = "variant"
	keyKind     = "key"
)

// trackedObject records the writes of this client to one object. They are
// serialized: the lock guards the fields.
type trackedObject struct {
	kind string
	lock chan struct{} // contains a value while a write is in progress

	deletedAt    time.Time // when this client deleted it, or found it gone; zero if not, or created again since
	deleteFailed bool      // so the object may exist, even if a stale listing lacks it
	// deletedVersion identifies the deleted object: the upload time of an image, the
	// value of a signing key. Empty if unknown.
	deletedVersion string
	deletions      chan struct{} // closed when a delete begins

	// Guarded by objects.mu.
	created time.Time // time of this client's create; zero if none, or deleted since
	updated time.Time // time of this client's latest update; zero if none, or deleted since
	image   *Image    // as created or updated
}

// objects tracks all objects that this client has written.
type objects struct {
	mu    sync.Mutex
	byKey map[objectKey]*trackedObject
}

func (s *objects) get(key objectKey) *trackedObject {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.byKey[key]
	if o == nil {
		o = &trackedObject{kind: key.kind, lock: make(chan struct{}, 1), deletions: make(chan struct{})}
		s.byKey[key] = o
	}
	return o
}

// withLock runs a write when no other write to the same object is in progress.
func (c *Client) withLock(r request, key objectKey, write func(*trackedObject) ([]Message, error)) ([]Message, error) {
	if _, err := endpoint(c.baseURL, r.segments...); err != nil {
		return nil, r.newError(Rejected, err)
	}
	if err := CheckImageID(key.id); key.kind == imageKind && err != nil {
		return nil, r.newError(Rejected, fmt.Errorf("image ID %w", err))
	}
	o := c.objects.get(key)
	o.lock <- struct{}{} // even after a cancellation, which soon ends the other write
	defer func() { <-o.lock }()
	return write(o)
}

// setCreated records that this client has created an object; image is nil for
// variants and keys.
func (s *objects) setCreated(o *trackedObject, image *Image) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o.created, o.image = time.Now(), image
	o.deletedAt, o.deleteFailed, o.deletedVersion = time.Time{}, false, ""
}

// setUpdated records that this client has updated an object; image is nil for
// variants.
func (s *objects) setUpdated(o *trackedObject, image *Image) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o.updated, o.image = time.Now(), image
}

// isRecent reports whether this client created or updated the object recently, so
// that the API may not return it yet.
func (s *objects) isRecent(key objectKey) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.byKey[key]
	return o != nil && o.isWrittenRecently()
}

// isAnyMissing reports whether a listing of an account lacks a recent object.
func (s *objects) isAnyMissing(accountID, kind string, isMissing func(id string, image *Image) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, o := range s.byKey {
		if key.accountID == accountID && key.kind == kind && o.isWrittenRecently() && isMissing(key.id, o.image) {
			return true
		}
	}
	return false
}

// isWrittenRecently reports whether this client created or updated the object
// recently.
func (o *trackedObject) isWrittenRecently() bool { return isRecent(o.created) || isRecent(o.updated) }

// isRecent reports whether reads may still lack an object with this creation
// time, which is zero if unknown.
func isRecent(created time.Time) bool {
	return !created.IsZero() && time.Since(created) < createdRecently
}

// isDeleted reports whether this client has deleted the object, or found it gone.
// The caller holds the lock.
func (o *trackedObject) isDeleted() bool { return !o.deletedAt.IsZero() }

// create creates an object. If the ID is taken, it waits for this client to begin
// and end a delete, and tries again. It also waits if send resolved an ambiguous
// outcome by finding the object, which may be the one to be deleted.
func (c *Client) create(
	ctx context.Context, r request, key objectKey, send func(*trackedObject) (found bool, err error),
) error {
	_, err := c.withLock(r, key, func(o *trackedObject) ([]Message, error) {
		for {
			if o.deleteFailed {
				// The object may still exist, and would then be in state twice.
				return nil, r.newError(DeleteFailed, errors.New("not sent: deleting this ID failed"))
			}
			found, err := send(o)
			if e, ok := errors.AsType[*Error](err); ok && e.Kind == Exists && e.Status != 0 && o.isDeleted() {
				e.AfterDelete = true
			}
			if !found && !errors.Is(err, Exists) || !c.waitForDelete(ctx, o) && (!o.deleteFailed || isAmbiguous(err)) {
				return nil, err
			}
		}
	})
	return err
}

// waitForDelete releases the lock for a delete that is in progress or begins soon,
// and reports whether that deleted the object.
func (c *Client) waitForDelete(ctx context.Context, o *trackedObject) bool {
	begun, before := o.deletions, o.deletedAt
	<-o.lock
	select {
	case <-begun:
	case <-time.After(c.deleteWait):
	case <-ctx.Done():
	}
	o.lock <- struct{}{} // after all attempts of the delete
	return o.isDeleted() && !o.deletedAt.Equal(before) && ctx.Err() == nil
}

// delete deletes an object whose lock the caller holds. A missing object is not
// an error. The precondition of the request returns NotFound if it is gone already,
// and may set version, which identifies the object to delete. A retry could delete
// somebody else's object, so its precondition is isGone, which returns NotFound if
// the previous attempt was applied. If it fails, no further DELETE is sent. It is nil
// if the ID is never used again, or nothing identifies the object, such as a draft.
func (c *Client) delete(
	ctx context.Context, r request, o *trackedObject, version *string, isGone func(context.Context) error,
) (messages []Message, err error) {
	close(o.deletions)
	o.deletions = make(chan struct{})
	_, err = c.sendUntilKnown(ctx, func() (err error) {
		messages, err = c.do(ctx, r, nil)
		if isGone == nil {
			return err
		}
		failed, _ := errors.AsType[*Error](err)
		r.precondition = func(ctx context.Context) error {
			if err := isGone(ctx); err == nil || errors.Is(err, NotFound) {
				return err
			}
			unsent := *failed
			unsent.Attempts, unsent.Waited = 0, 0
			return &unsent
		}
		return err
	}, func(context.Context, time.Time) error { return NotFound }) // isGone decides
	c.objects.mu.Lock()
	defer c.objects.mu.Unlock()
	if err == nil || errors.Is(err, NotFound) {
		err = nil
		o.created, o.updated, o.image = time.Time{}, time.Time{}, nil
		o.deletedAt, o.deletedVersion = time.Now(), *version
	}
	// A conflict protects an existing image or variant from a create, but not a key.
	o.deleteFailed = err != nil && (!errors.Is(err, Replaced) || o.kind == keyKind)
	return messages, err
}

// isOlder reports whether an object with this creation time is older than the one
// that this client created; one of unknown age, with the zero time, only if that
// was recently. Terraform never deletes an object in the run that created it. The
// caller holds the lock.
func (o *trackedObject) isOlder(created time.Time) bool {
	return created.Before(o.created) && (!created.IsZero() || isRecent(o.created))
}
