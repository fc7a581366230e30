package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/accsweep"
)

// lifecycleQuestions creates, reads, updates and deletes an object of each kind.
func lifecycleQuestions() []question {
	yes := []string{"yes"}
	return []question{
		{"Can an image with a custom ID be created, read, updated and deleted?", yes, customLifecycle},
		{"Can an image with a generated ID be created, made private and public, and deleted?", yes, generatedLifecycle},
		{"Can a variant be created, read, updated and deleted?", yes, variantLifecycle},
		{"Can a signing key be created, listed and deleted?", yes, keyLifecycle},
	}
}

func customLifecycle(ctx context.Context, p *probe) (string, error) {
	metadata, changed := json.RawMessage(`{"run":1,"nested":{"a":[true,null]}}`), json.RawMessage(`{"run":2}`)
	image, err := p.upload(ctx, client.Upload{ID: p.imageID("/ü 50%.png"), Metadata: metadata})
	if err != nil {
		return "", err
	}
	has := func(want json.RawMessage) func(*client.Image) bool {
		return func(image *client.Image) bool { return image != nil && client.EqualJSON(image.Meta, want) }
	}
	if _, err := p.awaitImage(ctx, image.ID, has(metadata)); err != nil {
		return "", err
	}
	if _, err := p.update(ctx, image, client.ImageUpdate{Metadata: changed}); err != nil {
		return "", err
	}
	if _, err := p.awaitImage(ctx, image.ID, has(changed)); err != nil {
		return "", err
	}
	return p.deleted(ctx, image)
}

// deleted deletes an image, and returns "yes" once it is not found.
func (p *probe) deleted(ctx context.Context, image *client.Image) (string, error) {
	if err := p.account.Delete(ctx, accsweep.Object{Kind: accsweep.Image, ID: image.ID}); err != nil {
		return "", err
	}
	if _, err := p.awaitImage(ctx, image.ID, missing); err != nil {
		return "", err
	}
	return "yes", nil
}

func generatedLifecycle(ctx context.Context, p *probe) (string, error) {
	image, err := p.upload(ctx, client.Upload{})
	if err != nil {
		return "", err
	}
	for _, private := range []bool{true, false} {
		if _, err := p.awaitImage(ctx, image.ID, exists); err != nil {
			return "", err
		}
		if image, err = p.update(ctx, image, client.ImageUpdate{RequireSignedURLs: &private}); err != nil {
			return "", err
		}
		has := func(image *client.Image) bool { return image != nil && image.RequireSignedURLs == private }
		if _, err := p.awaitImage(ctx, image.ID, has); err != nil {
			return "", err
		}
	}
	return p.deleted(ctx, image)
}

func variantLifecycle(ctx context.Context, p *probe) (string, error) {
	variant := client.Variant{ID: p.variantID(), Fit: new("cover"), Width: new(100.0), Height: new(50.0), Metadata: new("none")}
	changed := variant
	changed.Fit, changed.Height = new("contain"), new(60.0)
	has := func(want client.Variant) func(*client.Variant) bool {
		return func(v *client.Variant) bool { return v != nil && string(v.Canonical()) == string(want.Canonical()) }
	}
	return steps(ctx,
		func(ctx context.Context) error { return p.createVariant(ctx, &variant) },
		func(ctx context.Context) error { _, err := p.awaitVariant(ctx, variant.ID, has(variant)); return err },
		func(ctx context.Context) error { return p.updateVariant(ctx, &changed) },
		func(ctx context.Context) error { _, err := p.awaitVariant(ctx, variant.ID, has(changed)); return err },
		p.cleanUp,
		func(ctx context.Context) error { _, err := p.awaitVariant(ctx, variant.ID, missing); return err },
	)
}

func (p *probe) createVariant(ctx context.Context, variant *client.Variant) error {
	if _, _, err := p.writer.CreateVariant(ctx, p.account.ID, variant); err != nil {
		return fmt.Errorf("create variant: %w", err)
	}
	return nil
}

func (p *probe) updateVariant(ctx context.Context, variant *client.Variant) error {
	if _, _, err := p.writer.UpdateVariant(ctx, p.account.ID, variant, nil); err != nil {
		return fmt.Errorf("update variant: %w", err)
	}
	return nil
}

// maxKeys is the maximum number of signing keys of an account.
const maxKeys = 2

// keyLifecycle creates a second key, but never the only one, because deleting
// the last one is a separate question.
func keyLifecycle(ctx context.Context, p *probe) (string, error) {
	count, err := p.countKeys(ctx)
	switch {
	case err != nil:
		return "", err
	case count == 0:
		return "", fmt.Errorf("%w: the account has no signing key, and the last one is a separate question", errSkipped)
	case count >= maxKeys:
		return "", fmt.Errorf("%w: the account has %d signing keys, so there is no room for another one", errSkipped, count)
	}
	name, err := p.createKey(ctx)
	if err != nil {
		return "", err
	}
	return steps(ctx,
		func(ctx context.Context) error { return p.awaitKey(ctx, name, true) },
		p.cleanUp,
		func(ctx context.Context) error { return p.awaitKey(ctx, name, false) },
	)
}

func (p *probe) countKeys(ctx context.Context) (int, error) {
	keys, _, err := p.reader.ListSigningKeys(ctx, p.account.ID)
	if err != nil {
		return 0, fmt.Errorf("list the signing keys: %w", err)
	}
	return len(keys), nil
}

// createKey creates a key, and returns its name.
func (p *probe) createKey(ctx context.Context) (string, error) {
	p.named++
	name := p.run.Name(fmt.Sprintf("k%d", p.named%100))
	p.track(accsweep.SigningKey, name)
	if _, err := p.writer.CreateSigningKey(ctx, p.account.ID, name); err != nil {
		return "", fmt.Errorf("create signing key: %w", err)
	}
	return name, nil
}

func (p *probe) awaitKey(ctx context.Context, name string, listed bool) error {
	return p.await(ctx, "list the signing keys", func() (bool, error) {
		version, _, err := p.reader.GetSigningKeyVersion(ctx, p.account.ID, name)
		return (version != "") == listed, err
	})
}

func keyQuestions() []question {
	return []question{{
		name:    "What happens when the last signing key is deleted?",
		assumed: []string{"a new key", "rejected"},
		run:     lastKey,
	}}
}

// lastKey runs only in an account without keys.
func lastKey(ctx context.Context, p *probe) (string, error) {
	count, err := p.countKeys(ctx)
	if err == nil && count > 0 {
		err = fmt.Errorf("%w: signing keys that this run did not create: %d", errSkipped, count)
	}
	if err != nil {
		return "", err
	}
	name, err := p.createKey(ctx)
	if err != nil {
		return "", err
	}
	if err := p.awaitKey(ctx, name, true); err != nil {
		return "", err
	}
	_, _, err = p.writer.DeleteSigningKey(ctx, p.account.ID, name, time.Now().Add(time.Hour), "")
	if code, isRejected := rejection(err); isRejected {
		return "rejected: " + code, nil
	}
	if err != nil {
		return "", errors.Join(errors.New("delete the last signing key"), err)
	}
	if err := p.awaitKey(ctx, name, false); err != nil {
		return "", err
	}
	if count, err = p.countKeys(ctx); err != nil || count == 0 {
		return "no key", err
	}
	version, _, err := p.reader.GetSigningKeyVersion(ctx, p.account.ID, "default")
	return fmt.Sprintf("a new key: called default: %t", version != ""), err
}
