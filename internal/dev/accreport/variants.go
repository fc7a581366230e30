package main

import (
	"context"
	"fmt"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

func variantQuestions() []question {
	return []question{
		{
			name:    "Are variant options merged on `PATCH`?",
			assumed: []string{"replaced", "merged", "rejected"},
			run:     mergedOptions,
		},
		{
			name:    "What is the default `fit` of a variant?",
			assumed: []string{"scale-down"},
			run:     defaultFit,
		},
	}
}

// mergedOptions updates a variant, and leaves fit and metadata out of the
// request.
func mergedOptions(ctx context.Context, p *probe) (string, error) {
	variant := client.Variant{ID: p.variantID(), Fit: new("cover"), Width: new(100.0), Metadata: new("keep")}
	if err := p.createVariant(ctx, &variant); err != nil {
		return "", err
	}
	err := p.updateVariant(ctx, &client.Variant{ID: variant.ID, Width: new(200.0)})
	if code, isRejected := rejection(err); isRejected {
		return "rejected: " + code, nil
	}
	if err != nil {
		return "", err
	}
	read, err := p.awaitVariant(ctx, variant.ID, func(v *client.Variant) bool {
		return v != nil && v.Width != nil && *v.Width == 200
	})
	if err != nil {
		return "", err
	}
	result := "replaced"
	if fit := quote(read.Fit); fit == "cover" {
		result = "merged"
	}
	return fmt.Sprintf("%s: fit %s, metadata %s", result, quote(read.Fit), quote(read.Metadata)), nil
}

func defaultFit(ctx context.Context, p *probe) (string, error) {
	id := p.variantID()
	err := p.createVariant(ctx, &client.Variant{ID: id, Width: new(100.0)})
	if code, isRejected := rejection(err); isRejected {
		return "rejected: " + code, nil
	}
	if err != nil {
		return "", err
	}
	read, err := p.awaitVariant(ctx, id, exists)
	if err != nil {
		return "", err
	}
	return quote(read.Fit) + ": metadata " + quote(read.Metadata), nil
}

// quote returns an option, or "none".
func quote(option *string) string {
	if option == nil {
		return "none"
	}
	return *option
}
