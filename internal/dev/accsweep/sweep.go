package accsweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// Account is an account, and how to reach it.
type Account struct {
	ID     string
	Config client.Config
}

// Kind is a kind of object.
type Kind string

// The kinds of objects.
const (
	Image      Kind = "image"
	Variant    Kind = "variant"
	SigningKey Kind = "signing key"
)

// Object is an object of an account.
type Object struct {
	Kind Kind
	ID   string
}

func (o Object) String() string { return fmt.Sprintf("%s %q", o.Kind, o.ID) }

// clockTolerance is how far the clock of the API may be behind.
const clockTolerance = time.Hour

// Find returns the objects of one run.
func (a Account) Find(ctx context.Context, run Run) ([]Object, error) {
	return a.find(ctx, run.Began(), func(other Run) bool { return other == run })
}

// Clean deletes the objects of one run, and returns them. It continues after an
// error.
func (a Account) Clean(ctx context.Context, run Run) ([]Object, error) {
	found, err := a.Find(ctx, run)
	return found, errors.Join(err, a.Delete(ctx, found...))
}

// SweepOlder deletes the objects of runs that began more than age ago, and
// returns them. It continues after an error.
func (a Account) SweepOlder(ctx context.Context, age time.Duration) ([]Object, error) {
	limit := time.Now().Add(-age)
	found, err := a.find(ctx, time.Time{}, func(run Run) bool { return run.Began().Before(limit) })
	return found, errors.Join(err, a.Delete(ctx, found...))
}

// find returns the objects of the selected runs, which must not have begun
// before since: older images aren't listed.
func (a Account) find(ctx context.Context, since time.Time, selected func(Run) bool) (found []Object, err error) {
	reader, err := client.New(a.Config)
	if err != nil {
		return nil, err
	}
	add := func(kind Kind, id string, run Run) {
		if run != "" && selected(run) {
			found = append(found, Object{kind, id})
		}
	}
	var failed []error
	for image, err := range reader.EachImage(ctx, a.ID, client.Filter{SortOrder: "desc"}) {
		if err != nil {
			failed = append(failed, fmt.Errorf("list the images: %w", err))
			break
		}
		if isBefore(image, since) {
			break
		}
		add(Image, image.ID, runOfImage(image))
	}
	variants, _, err := reader.ListVariants(ctx, a.ID)
	if err != nil {
		failed = append(failed, fmt.Errorf("list the variants: %w", err))
	}
	for id := range variants {
		add(Variant, id, runOf(namePattern, id))
	}
	keys, _, err := reader.ListSigningKeys(ctx, a.ID)
	if err != nil {
		failed = append(failed, fmt.Errorf("list the signing keys: %w", err))
	}
	for _, key := range keys {
		add(SigningKey, key.Name, runOf(namePattern, key.Name))
	}
	return found, errors.Join(failed...)
}

// isBefore reports whether an image was certainly uploaded before a time.
func isBefore(image *client.Image, since time.Time) bool {
	if image.Uploaded == nil {
		return false
	}
	uploaded, err := time.Parse(time.RFC3339, *image.Uploaded)
	return err == nil && uploaded.Before(since.Add(-clockTolerance))
}

// Delete deletes objects; those that are already gone are not an error. It
// continues after an error. It uses a new client, because one that has created
// an object would not delete it.
func (a Account) Delete(ctx context.Context, objects ...Object) error {
	cleaner, err := client.New(a.Config)
	if err != nil {
		return err
	}
	var failed []error
	for _, object := range objects {
		var err error
		switch object.Kind {
		case Image:
			_, err = cleaner.DeleteImage(ctx, a.ID, object.ID, "", client.NotDeleted)
		case Variant:
			_, err = cleaner.DeleteVariant(ctx, a.ID, &client.Variant{ID: object.ID}, time.Time{}, false)
		case SigningKey:
			_, _, err = cleaner.DeleteSigningKey(ctx, a.ID, object.ID, time.Time{}, "")
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("delete %s: %w", object, err))
		}
	}
	return errors.Join(failed...)
}
