package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/accsweep"
)

func timeQuestions() []question {
	within := []string{"at most two minutes"}
	return []question{
		{
			name:    "How long does an ID stay taken after `DELETE`?",
			assumed: []string{"within the retry budget"},
			run:     reservedID,
		},
		{name: "How long are reads stale after a create?", assumed: within, run: staleCreate},
		{name: "How long are reads stale after an update?", assumed: within, run: staleUpdate},
		{name: "How long are reads stale after a delete?", assumed: within, run: staleDelete},
	}
}

// reservedID uploads to a deleted ID each second until that succeeds.
func reservedID(ctx context.Context, p *probe) (string, error) {
	image, err := p.uploadVisible(ctx, client.Upload{ID: p.imageID("")})
	if err != nil {
		return "", err
	}
	if err := p.account.Delete(ctx, accsweep.Object{Kind: accsweep.Image, ID: image.ID}); err != nil {
		return "", err
	}
	for began := time.Now(); ; {
		isTaken, err := p.tryUpload(ctx, image.ID)
		took := time.Since(began).Round(100 * time.Millisecond)
		switch {
		case err != nil:
			return "", err
		case !isTaken && took <= retryBudget:
			return fmt.Sprintf("within the retry budget: %s", took), nil
		case !isTaken:
			return fmt.Sprintf("longer than the retry budget: %s", took), nil
		case took >= p.wait:
			return fmt.Sprintf("still taken: after %s", took), nil
		}
		if err := sleep(ctx, pollInterval); err != nil {
			return "", err
		}
	}
}

// tryUpload uploads an image, and reports whether its ID is taken. It bypasses
// the client, which may wait after a conflict before it reports that.
func (p *probe) tryUpload(ctx context.Context, id string) (isTaken bool, err error) {
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, err := writer.CreateFormFile("file", p.run.Filename("a.png"))
	if err == nil {
		_, err = part.Write(pngOf(minFileSize))
	}
	if err := errors.Join(err, writer.WriteField("id", id), writer.Close()); err != nil {
		return false, err
	}
	base := p.account.Config.BaseURL
	if base == "" {
		base = client.DefaultBaseURL
	}
	address := strings.TrimSuffix(base, "/") + "/accounts/" + p.account.ID + "/images/v1"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, &form)
	if err != nil {
		return false, err
	}
	request.Header.Set("Authorization", "Bearer "+p.token)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Content-Type", writer.FormDataContentType())
	sender := &http.Client{Timeout: client.DefaultRequestTimeout, Transport: p.account.Config.Transport}
	response, err := sender.Do(request)
	if err != nil {
		return false, err
	}
	defer response.Body.Close()
	var envelope struct {
		Errors []struct{ Code int }
	}
	_ = json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&envelope) // if this fails, the status decides
	isTaken = response.StatusCode == http.StatusConflict || len(envelope.Errors) > 0 && envelope.Errors[0].Code == 5409
	if response.StatusCode != http.StatusOK && !isTaken {
		return false, fmt.Errorf("upload to the deleted ID: %s", response.Status)
	}
	return isTaken, nil
}

// staleReads is the number of consecutive reads that must show a write before
// it counts as visible everywhere.
const staleReads = 5

// staleness reads each second until a write has been visible for some reads in a
// row, and returns when it was last not visible.
func (p *probe) staleness(ctx context.Context, isVisible func() (bool, error)) (string, error) {
	var last time.Duration
	began, inRow := time.Now(), 0
	for inRow < staleReads {
		ok, err := isVisible()
		elapsed := time.Since(began).Round(100 * time.Millisecond)
		switch {
		case err != nil:
			return "", err
		case ok:
			inRow++
		case elapsed > p.wait:
			return fmt.Sprintf("still stale: after %s", elapsed), nil
		default:
			inRow, last = 0, max(elapsed, 1)
		}
		if err := sleep(ctx, pollInterval); err != nil {
			return "", err
		}
	}
	switch {
	case last == 0:
		return fmt.Sprintf("at most two minutes: none of %d reads", staleReads), nil
	case last <= staleLimit:
		return fmt.Sprintf("at most two minutes: the last after %s", last), nil
	}
	return fmt.Sprintf("longer than two minutes: the last after %s", last), nil
}

// pair creates an image and a variant, to measure stale reads of both.
func (p *probe) pair(ctx context.Context) (*client.Image, *client.Variant, error) {
	image, err := p.upload(ctx, client.Upload{ID: p.imageID("")})
	if err != nil {
		return nil, nil, err
	}
	variant := &client.Variant{ID: p.variantID(), Fit: new("cover"), Width: new(100.0), Metadata: new("none")}
	return image, variant, p.createVariant(ctx, variant)
}

// read reads both; a missing one is nil.
func (p *probe) read(ctx context.Context, imageID, variantID string) (*client.Image, *client.Variant, error) {
	image, err := p.readImage(ctx, imageID)
	if err != nil {
		return nil, nil, err
	}
	variant, err := p.readVariant(ctx, variantID)
	return image, variant, err
}

func staleCreate(ctx context.Context, p *probe) (string, error) {
	image, variant, err := p.pair(ctx)
	if err != nil {
		return "", err
	}
	return p.staleness(ctx, func() (bool, error) {
		readImage, readVariant, err := p.read(ctx, image.ID, variant.ID)
		return readImage != nil && readVariant != nil, err
	})
}

func staleUpdate(ctx context.Context, p *probe) (string, error) {
	image, variant, err := p.visiblePair(ctx)
	if err != nil {
		return "", err
	}
	if _, err := p.update(ctx, image, client.ImageUpdate{Metadata: json.RawMessage(`{"a":1}`)}); err != nil {
		return "", err
	}
	variant.Width = new(200.0)
	if err := p.updateVariant(ctx, variant); err != nil {
		return "", err
	}
	return p.staleness(ctx, func() (bool, error) {
		readImage, readVariant, err := p.read(ctx, image.ID, variant.ID)
		return readImage != nil && readImage.Meta != nil &&
			readVariant != nil && readVariant.Width != nil && *readVariant.Width == 200, err
	})
}

func staleDelete(ctx context.Context, p *probe) (string, error) {
	image, variant, err := p.visiblePair(ctx)
	if err != nil {
		return "", err
	}
	if err := p.cleanUp(ctx); err != nil {
		return "", err
	}
	return p.staleness(ctx, func() (bool, error) {
		readImage, readVariant, err := p.read(ctx, image.ID, variant.ID)
		return readImage == nil && readVariant == nil, err
	})
}

// visiblePair is like pair, and waits until both can be read.
func (p *probe) visiblePair(ctx context.Context) (*client.Image, *client.Variant, error) {
	image, variant, err := p.pair(ctx)
	if err != nil {
		return nil, nil, err
	}
	if _, err := p.awaitImage(ctx, image.ID, exists); err != nil {
		return nil, nil, err
	}
	_, err = p.awaitVariant(ctx, variant.ID, exists)
	return image, variant, err
}
