package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/accsweep"
)

// The bounds of a cleanup, which an interrupt does not end.
const (
	cleanupTimeout = 2 * time.Minute
	cleanupRounds  = 3 // of listings, which may be stale
)

// pollInterval is the time between two reads that wait for a write.
const pollInterval = time.Second

// probe is the state of a run that the questions share.
type probe struct {
	options

	run     accsweep.Run
	writer  *client.Client
	reader  *client.Client // unaware of the writer's writes, so that it doesn't wait for them
	named   int
	created []accsweep.Object // by the current question
}

func newProbe(o options) (*probe, error) {
	p := &probe{options: o, run: accsweep.NewRun()}
	var errWriter, errReader error
	p.writer, errWriter = client.New(o.account.Config)
	p.reader, errReader = client.New(o.account.Config)
	return p, errors.Join(errWriter, errReader)
}

// imageID returns a new custom ID, which cleanUp deletes.
func (p *probe) imageID(suffix string) string {
	p.named++
	id := p.run.Image(strconv.Itoa(p.named) + suffix)
	p.track(accsweep.Image, id)
	return id
}

// variantID returns the name of a new variant, which cleanUp deletes.
func (p *probe) variantID() string {
	p.named++
	id := p.run.Name("v" + strconv.Itoa(p.named))
	p.track(accsweep.Variant, id)
	return id
}

// track records an object before it is created, because the outcome of the
// create may be unknown.
func (p *probe) track(kind accsweep.Kind, id string) {
	if object := (accsweep.Object{Kind: kind, ID: id}); !slices.Contains(p.created, object) {
		p.created = append(p.created, object)
	}
}

// cleanUp deletes the objects that the current question has created.
func (p *probe) cleanUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	created := p.created
	p.created = nil
	return p.account.Delete(ctx, created...)
}

// cleanUpRun deletes everything that a listing shows of this run: if the
// response to an upload is lost, only a listing contains the ID.
func (p *probe) cleanUpRun(ctx context.Context, progress io.Writer) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	for range cleanupRounds {
		var found []accsweep.Object
		if found, err = p.account.Clean(ctx, p.run); len(found) > 0 {
			fmt.Fprintf(progress, "Deleted %v.\n", found)
		}
		if sleep(ctx, pollInterval) != nil {
			break
		}
	}
	return err
}

// upload uploads an image, by default a small file with the creator of the run.
func (p *probe) upload(ctx context.Context, upload client.Upload) (*client.Image, error) {
	if upload.File == nil && upload.URL == "" {
		upload.File = p.file(minFileSize)
	}
	if upload.Creator == nil {
		upload.Creator = new(p.run.Creator())
	}
	image, _, err := p.writer.CreateImage(ctx, p.account.ID, upload)
	if err != nil {
		return nil, fmt.Errorf("upload: %w", err)
	}
	p.track(accsweep.Image, image.ID)
	return image, nil
}

// update updates an image, which may get a new ID.
func (p *probe) update(ctx context.Context, image *client.Image, update client.ImageUpdate) (*client.Image, error) {
	update.Filename, update.Uploaded = image.Filename, image.Uploaded
	updated, _, err := p.writer.UpdateImage(ctx, p.account.ID, image.ID, update)
	if err != nil {
		return nil, fmt.Errorf("update: %w", err)
	}
	p.track(accsweep.Image, updated.ID)
	return updated, nil
}

// awaitImage reads an image until it is as expected, and returns the latest
// read; a missing image is nil.
func (p *probe) awaitImage(ctx context.Context, id string, expected func(*client.Image) bool) (*client.Image, error) {
	var image *client.Image
	err := p.await(ctx, "read image", func() (ok bool, err error) {
		image, err = p.readImage(ctx, id)
		return err == nil && expected(image), err
	})
	return image, err
}

// awaitVariant is like awaitImage, for a variant.
func (p *probe) awaitVariant(
	ctx context.Context, id string, expected func(*client.Variant) bool,
) (*client.Variant, error) {
	var variant *client.Variant
	err := p.await(ctx, "read variant", func() (ok bool, err error) {
		variant, err = p.readVariant(ctx, id)
		return err == nil && expected(variant), err
	})
	return variant, err
}

func (p *probe) readImage(ctx context.Context, id string) (*client.Image, error) {
	image, _, err := p.reader.GetImage(ctx, p.account.ID, id, client.ReadOptions{})
	return found(image, err)
}

func (p *probe) readVariant(ctx context.Context, id string) (*client.Variant, error) {
	variant, _, err := p.reader.GetVariant(ctx, p.account.ID, id, client.ReadOptions{})
	return found(variant, err)
}

// found returns nil for an object that doesn't exist.
func found[T any](object *T, err error) (*T, error) {
	if errors.Is(err, client.NotFound) {
		return nil, nil //nolint:nilnil // documented
	}
	return object, err
}

func exists[T any](object *T) bool { return object != nil }

func missing[T any](object *T) bool { return object == nil }

// await calls check until it returns true, or until p.wait has passed.
func (p *probe) await(ctx context.Context, what string, check func() (bool, error)) error {
	for began := time.Now(); ; {
		ok, err := check()
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", what, err)
		case ok:
			return nil
		case time.Since(began) >= p.wait:
			return fmt.Errorf("%s: the write wasn't visible within %s", what, p.wait)
		}
		if err := sleep(ctx, pollInterval); err != nil {
			return err
		}
	}
}

// sleep waits, or returns why the context ended first.
func sleep(ctx context.Context, delay time.Duration) error {
	select {
	case <-time.After(delay):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// redact removes secrets, because reports are published: the account, the URLs
// of the options, and the token if a response repeats it.
func (p *probe) redact(text string) string {
	for _, secret := range []struct{ value, instead string }{
		{p.token, "[token]"},
		{p.account.ID, "[account]"},
		{p.url, "[url]"},
		{p.rootURL, "[root-url]"},
	} {
		if secret.value != "" {
			text = strings.ReplaceAll(text, secret.value, secret.instead)
		}
	}
	return text
}
