package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// The tests in this file call the list resources directly, because most
// versions of Terraform don't support them yet.

// unusualListing has URLs of an unrecognized form, and an ID with a decomposed
// letter.
var unusualListing = fakeapi.Respond(200, "application/json", `{"result":{"images":[{"id":"a","variants":["public"]},`+
	`{"id":"u\u0308","variants":["hero"]},{"id":"c","variants":["thumb"]}]},"success":true,"errors":[],"messages":[]}`)

// list reads results until more returns false.
func (p protocol) list(
	t *testing.T, request tfprotov6.ListResourceRequest, arguments map[string]any, more func(count int) bool,
) (results []tfprotov6.ListResourceResult) {
	t.Helper()
	request.Config = dynamic(t, p.schemas.ListResourceSchemas[request.TypeName], arguments)
	stream, err := p.ListResource(t.Context(), &request)
	if err != nil {
		t.Fatal(err)
	}
	for result := range stream.Results {
		if results = append(results, result); !more(len(results)) {
			break
		}
	}
	return results
}

func readAll(int) bool { return true }

// Each result has a name, and the state that an import would give it.
func TestListResource(t *testing.T) {
	t.Parallel()
	names := map[string]struct{ identity, display string }{
		"cloudflare_image":         {"image_id", "logo.png (brand/logo)"},
		"cloudflare_image_variant": {"variant_id", "hero"},
	}
	for typeName, of := range names {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			ours := newProtocol(t, r)
			found := ours.list(t, tfprotov6.ListResourceRequest{TypeName: typeName, IncludeResource: true}, nil, readAll)
			var displayed []string
			for _, result := range found {
				displayed = append(displayed, result.DisplayName)
				identity := identityOf(t, ours, typeName, result.Identity)
				id := identity[of.identity]
				imported := ours.imported(t, typeName, id).state
				got, want := ours.state(t, typeName, result.Resource), ours.state(t, typeName, imported)
				if identity["account_id"] != fakeapi.AccountID || !got.Equal(want) {
					t.Errorf("%v: got %s, want %s", identity, got, want)
				}
			}
			if len(found) < 3 || !slices.Contains(displayed, of.display) {
				t.Errorf("got %q, want %q among them", displayed, of.display)
			}
			for _, result := range ours.list(t, tfprotov6.ListResourceRequest{TypeName: typeName}, nil, readAll) {
				if result.Resource != nil {
					t.Errorf("%s: got a resource that was not requested", result.DisplayName)
				}
			}
			r.assertReadsOnly(t)
		})
	}
}

// Variants are sorted by name, whatever the order of the response.
func TestVariantListResourceOrder(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	var got []string
	ours := newProtocol(t, r)
	for _, result := range ours.list(
		t,
		tfprotov6.ListResourceRequest{TypeName: "cloudflare_image_variant"},
		nil,
		readAll,
	) {
		got = append(got, result.DisplayName)
	}
	if want := []string{"hero", "public", "thumbnail"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := ours.list(t, tfprotov6.ListResourceRequest{TypeName: "cloudflare_image_variant"}, nil,
		func(count int) bool { return count < 2 }); len(got) != 2 {
		t.Errorf("got %d results after the second", len(got))
	}
}

// Only as many pages are read as are needed for the results in use, and for one
// more.
func TestImageListResourceReadsAhead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		limit          int64
		count          int // 0 for all
		want, requests int
	}{
		"all":               {want: 2500, requests: 3},
		"as many as wanted": {limit: 1001, want: 1001, requests: 2},
		"one page":          {count: 999, want: 999, requests: 1},
		"one more":          {count: 1000, want: 1000, requests: 2},
		"the first":         {count: 1, want: 1, requests: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			for i := range 2500 {
				r.AddImage(fmt.Sprintf(`{"result":{"id":"many/%04d","creator":"many","variants":[]},"success":true}`, i))
			}
			request := tfprotov6.ListResourceRequest{TypeName: "cloudflare_image", Limit: test.limit}
			found := newProtocol(
				t,
				r,
			).list(t, request, map[string]any{"creator": "many", "sort_order": "asc"}, func(count int) bool {
				return count != test.count
			})
			if len(found) != test.want || len(r.Requests()) != test.requests {
				t.Errorf("got %d results by %d requests, want %d by %d", len(found), len(r.Requests()), test.want, test.requests)
			}
		})
	}
}

// Warnings about images are reported once, with the last result.
func TestImageListResourceReportsWarnings(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.Fail("v2", -1, unusualListing)
	found := newProtocol(t, r).list(t, tfprotov6.ListResourceRequest{TypeName: "cloudflare_image"}, nil, readAll)
	var got []string
	for _, result := range found {
		got = append(got, strings.Join(summaries(result.Diagnostics), ", "))
	}
	want := []string{
		"", "", `WARNING Cloudflare images: unrecognized delivery URLs, such as "public", ` +
			`WARNING Cloudflare images: IDs not in NFC form, such as "ü"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// API messages about a list come before its results.
func TestVariantListResourceMessages(t *testing.T) {
	t.Parallel()
	for count, want := range map[int]int{1: 1, -1: 2} {
		r := newTestEnv(t)
		r.Fail(
			"variants",
			1,
			fakeapi.Respond(200, "application/json", `{"result":{"variants":{"a":{"id":"a","options":{}}}},"success":true,`+
				`"errors":[],"messages":[{"code":10,"message":"Variants are renamed soon"}]}`),
		)
		found := newProtocol(t, r).list(t, tfprotov6.ListResourceRequest{TypeName: "cloudflare_image_variant"}, nil,
			func(n int) bool { return n != count })
		if len(found) != want || len(summaries(found[0].Diagnostics)) != 1 {
			t.Errorf("got %+v, want %d results, the first of them with the message", found, want)
		}
	}
}

// A list that fails has one result with the error; earlier results are kept.
func TestListResourceErrors(t *testing.T) {
	t.Parallel()
	images, variants := "cloudflare_image", "cloudflare_image_variant"
	byMap := tftypes.Map{ElementType: tftypes.String}
	tests := map[string]struct {
		typeName  string
		arguments map[string]any
		prepare   func(*testEnv)
		want      string
		before    int
	}{
		"images": {
			typeName: images,
			prepare:  func(r *testEnv) { r.Fail("v2", -1, forbidden) },
			want:     "Unable to list Cloudflare images: not permitted",
		},
		"variants": {
			typeName: variants,
			prepare:  func(r *testEnv) { r.Fail("variants", -1, forbidden) },
			want:     "Unable to list Cloudflare image variants: not permitted",
		},
		"no credentials for images": {
			typeName: images, prepare: func(r *testEnv) { delete(r.variables, "CLOUDFLARE_API_TOKEN") }, want: "Missing Cloudflare credentials",
		},
		"no credentials for variants": {
			typeName: variants, prepare: func(r *testEnv) { delete(r.variables, "CLOUDFLARE_API_TOKEN") }, want: "Missing Cloudflare credentials",
		},
		"a null filter": {
			typeName: images, arguments: map[string]any{"meta_filter": tftypes.NewValue(byMap, map[string]tftypes.Value{
				"page": tftypes.NewValue(byMap.ElementType, nil),
			})}, prepare: func(*testEnv) {}, want: `Invalid meta_filter["page"]`,
		},
		"the second page": {
			typeName: images, prepare: func(r *testEnv) {
				r.Fail(
					"v2",
					1,
					fakeapi.Respond(
						200,
						"application/json",
						`{"result":{"images":[{"id":"a","variants":[]},{"id":"b","variants":[]}],`+
							`"continuation_token":"more"},"success":true,"errors":[],"messages":[]}`,
					),
				)
				r.Fail("v2", -1, forbidden)
			}, want: "Unable to list Cloudflare images: not permitted", before: 2,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.variables = maps.Clone(r.variables)
			test.prepare(r)
			found := newProtocol(t, r).list(t, tfprotov6.ListResourceRequest{TypeName: test.typeName}, test.arguments, readAll)
			if len(found) != test.before+1 {
				t.Fatalf("got %d results, want one after %d: %+v", len(found), test.before, found)
			}
			if reported := summaries(found[test.before].Diagnostics); !slices.Equal(reported, []string{"ERROR " + test.want}) {
				t.Errorf("got %q, want %s", reported, test.want)
			}
		})
	}
}
