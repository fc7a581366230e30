package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

func imageQuestions() []question {
	return []question{
		{
			name:    "Does an access change give an image a new ID?",
			assumed: []string{"same ID", "new ID"},
			run:     accessChange,
		},
		{
			name:    "Does `creator: \"\"` clear the creator?",
			assumed: []string{"cleared"},
			run:     emptyCreator,
		},
		{
			name:    "Does `metadata: {}` clear the metadata?",
			assumed: []string{"cleared"},
			run:     emptyMetadata,
		},
		{
			name:    "Are 10 MB 10,485,760 or 10,000,000 bytes?",
			assumed: []string{"10,485,760 bytes", "10,000,000 bytes"},
			run:     sizeLimit,
		},
		{
			name:    "Does `uploaded` change after a `PATCH` of the metadata?",
			assumed: []string{"unchanged"},
			run: func(ctx context.Context, p *probe) (string, error) {
				return uploadedAfter(ctx, p, p.imageID(""), client.ImageUpdate{Metadata: json.RawMessage(`{"a":1}`)})
			},
		},
		{
			name:    "Does `uploaded` change after a `PATCH` of the access?",
			assumed: []string{"unchanged", "changed"},
			run: func(ctx context.Context, p *probe) (string, error) {
				return uploadedAfter(ctx, p, "", client.ImageUpdate{RequireSignedURLs: new(true)})
			},
		},
	}
}

// uploadVisible uploads an image and waits until it can be read.
func (p *probe) uploadVisible(ctx context.Context, upload client.Upload) (*client.Image, error) {
	image, err := p.upload(ctx, upload)
	if err != nil {
		return nil, err
	}
	return p.awaitImage(ctx, image.ID, exists)
}

func accessChange(ctx context.Context, p *probe) (string, error) {
	image, err := p.uploadVisible(ctx, client.Upload{})
	if err != nil {
		return "", err
	}
	updated, err := p.update(ctx, image, client.ImageUpdate{RequireSignedURLs: new(true)})
	switch {
	case err != nil:
		return "", err
	case updated.ID != image.ID:
		return "new ID", nil
	}
	return "same ID", nil
}

// emptyCreator changes the metadata as well, to know when the update is visible.
func emptyCreator(ctx context.Context, p *probe) (string, error) {
	update := client.ImageUpdate{Creator: new(""), Metadata: json.RawMessage(`{"update":1}`)}
	image, err := p.updated(ctx, client.Upload{ID: p.imageID("")}, update, func(image *client.Image) bool {
		return image != nil && image.Meta != nil
	})
	return keptIf(image != nil && image.Creator != nil && *image.Creator != ""), err
}

// emptyMetadata changes the creator as well, to know when the update is visible.
func emptyMetadata(ctx context.Context, p *probe) (string, error) {
	creator := p.run.Image("another")
	upload := client.Upload{ID: p.imageID(""), Metadata: json.RawMessage(`{"a":1}`)}
	update := client.ImageUpdate{Creator: &creator, Metadata: json.RawMessage(`{}`)}
	image, err := p.updated(ctx, upload, update, func(image *client.Image) bool {
		return image != nil && image.Creator != nil && *image.Creator == creator
	})
	return keptIf(image != nil && !client.EqualJSON(image.Meta, nil)), err
}

func keptIf(kept bool) string {
	if kept {
		return "kept"
	}
	return "cleared"
}

// updated uploads an image, updates it, and reads it until the update is
// visible.
func (p *probe) updated(
	ctx context.Context, upload client.Upload, update client.ImageUpdate, visible func(*client.Image) bool,
) (*client.Image, error) {
	image, err := p.uploadVisible(ctx, upload)
	if err != nil {
		return nil, err
	}
	if _, err := p.update(ctx, image, update); err != nil {
		return nil, err
	}
	return p.awaitImage(ctx, image.ID, visible)
}

// fileSizes are the sizes that distinguish the units of 10 MB, in bytes.
var fileSizes = [4]int{10_485_761, 10_485_760, 10_000_001, 10_000_000}

// sizeLimit uploads files of decreasing size until one is accepted.
func sizeLimit(ctx context.Context, p *probe) (string, error) {
	last := "accepted"
	for i, accepted := range []string{
		"more than 10,485,760 bytes", "10,485,760 bytes", "between 10,000,000 and 10,485,760 bytes", "10,000,000 bytes",
	} {
		_, err := p.upload(ctx, client.Upload{ID: p.imageID(""), File: p.file(p.sizes[i])})
		if err == nil {
			return accepted + ": a larger file: " + last, nil
		}
		e, isError := errors.AsType[*client.Error](err)
		isSize := isError && (e.HasCode(client.CodeTooLarge) || e.HasCode(client.CodeEntity) ||
			e.Status == http.StatusRequestEntityTooLarge)
		if !isSize {
			return "", err
		}
		last, _ = rejection(err)
	}
	return "less than 10,000,000 bytes: " + last, nil
}

// uploadedAfter compares the upload times before and after an update, which is
// sent late enough for a difference to show.
func uploadedAfter(ctx context.Context, p *probe, id string, update client.ImageUpdate) (string, error) {
	image, err := p.uploadVisible(ctx, client.Upload{ID: id})
	if err != nil {
		return "", err
	}
	if err := sleep(ctx, 3*uploadDifference); err != nil {
		return "", err
	}
	updated, err := p.update(ctx, image, update)
	if err != nil {
		return "", err
	}
	isUpdated := func(image *client.Image) bool {
		return image != nil && (update.Metadata == nil || image.Meta != nil) &&
			(update.RequireSignedURLs == nil || image.RequireSignedURLs == *update.RequireSignedURLs)
	}
	if updated, err = p.awaitImage(ctx, updated.ID, isUpdated); err != nil {
		return "", err
	}
	if image.Uploaded == nil || updated.Uploaded == nil {
		return "no upload time", nil
	}
	before, errBefore := time.Parse(time.RFC3339, *image.Uploaded)
	after, errAfter := time.Parse(time.RFC3339, *updated.Uploaded)
	difference := after.Sub(before)
	if difference.Abs() <= uploadDifference {
		return fmt.Sprintf("unchanged: difference %s", difference), errors.Join(errBefore, errAfter)
	}
	return fmt.Sprintf("changed: difference %s", difference), errors.Join(errBefore, errAfter)
}

func urlQuestions() []question {
	return []question{
		{
			name:    "Does the API fetch an upload from its own delivery URL?",
			assumed: []string{"no"},
			run: func(ctx context.Context, p *probe) (string, error) {
				_, err := p.fetchDelivered(ctx, "")
				if code, isRejected := rejection(err); isRejected {
					return "no: " + code, nil
				}
				return "yes", err
			},
		},
		{
			name:    "Which file name does an upload from a URL get?",
			assumed: []string{"last path segment", "last path segment, encoded", "none"},
			run: func(ctx context.Context, p *probe) (string, error) {
				return p.urlFilename(ctx, p.url, "")
			},
		},
		{
			name:    "Which file name does an upload from a URL that ends in a slash get?",
			assumed: []string{"last path segment", "last path segment, encoded", "none"},
			run: func(ctx context.Context, p *probe) (string, error) {
				if p.rootURL != "" {
					return p.urlFilename(ctx, p.rootURL, "")
				}
				return p.urlFilename(ctx, p.url, "/")
			},
		},
	}
}

// fetchDelivered uploads an image, and then another one from the delivery URL
// of the first, with a suffix.
func (p *probe) fetchDelivered(ctx context.Context, suffix string) (*fetched, error) {
	image, err := p.uploadVisible(ctx, client.Upload{})
	if err != nil {
		return nil, err
	}
	address := publicURL(image)
	if address == "" {
		return nil, errors.New("the image has no delivery URL of the variant public; set -url")
	}
	return p.fetch(ctx, address+suffix)
}

// fetched is an image that was uploaded from a URL.
type fetched struct {
	*client.Image

	from *url.URL
}

// fetch uploads from a URL.
func (p *probe) fetch(ctx context.Context, address string) (*fetched, error) {
	from, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the URL can't be parsed") // it may contain a secret
	}
	image, err := p.uploadVisible(ctx, client.Upload{ID: p.imageID(""), URL: address})
	return &fetched{image, from}, err
}

// urlFilename returns the file name of an upload from an address or, if that is
// empty, from a delivery URL. The suffix is appended to either.
func (p *probe) urlFilename(ctx context.Context, address, suffix string) (string, error) {
	var image *fetched
	var err error
	if address != "" {
		image, err = p.fetch(ctx, address+suffix)
	} else {
		image, err = p.fetchDelivered(ctx, suffix)
		if code, isRejected := rejection(err); isRejected {
			return "", fmt.Errorf("%w: the API doesn't fetch from the delivery URL (%s); set -url", errSkipped, code)
		}
	}
	if err != nil {
		return "", err
	}
	// The last path segments, as internal/client/recovery.go compares them.
	decoded, encoded := path.Base(image.from.Path), path.Base(image.from.EscapedPath())
	switch {
	case image.Filename == nil || *image.Filename == "":
		return "none", nil
	case *image.Filename == decoded:
		return "last path segment: " + decoded, nil
	case *image.Filename == encoded:
		return "last path segment, encoded: " + encoded, nil
	}
	return "another name: " + *image.Filename, nil
}

// publicURL returns the delivery URL of "public", the variant that every
// account has.
func publicURL(image *client.Image) string {
	for _, address := range image.Variants {
		if path.Base(address) == "public" {
			return address
		}
	}
	return ""
}

func idQuestions() []question {
	rejected := func(ctx context.Context, p *probe, id string) (string, error) {
		_, err := p.upload(ctx, client.Upload{ID: id})
		if code, isRejected := rejection(err); isRejected {
			return code, nil
		}
		return "accepted", err
	}
	return []question{
		{
			name:    "How is an existing custom ID rejected?",
			assumed: []string{"code 5409"},
			run: func(ctx context.Context, p *probe) (string, error) {
				image, err := p.uploadVisible(ctx, client.Upload{ID: p.imageID("")})
				if err != nil {
					return "", err
				}
				return rejected(ctx, p, image.ID)
			},
		},
		{
			name:    "How is a custom ID that looks like a UUID rejected?",
			assumed: []string{"code 5411"},
			run: func(ctx context.Context, p *probe) (string, error) {
				return rejected(ctx, p, "7fac0000-ac1d-4e57-8b5e-"+string(p.run))
			},
		},
		{
			name:    "How is a custom ID that ends in .html rejected?",
			assumed: []string{"code 5411"},
			run: func(ctx context.Context, p *probe) (string, error) {
				return rejected(ctx, p, p.imageID("/page.html"))
			},
		},
	}
}
