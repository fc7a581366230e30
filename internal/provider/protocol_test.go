package provider

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// A resource is removed from the state only if the API itself reports it as
// deleted.
func TestResourceReadKeepsState(t *testing.T) {
	t.Parallel()
	const id = "083eb7b2-5392-4565-b69e-aff66acddd00"
	tests := map[string]struct {
		response http.HandlerFunc
		failed   string // empty if the image is gone
	}{
		"gone": {fakeapi.Respond(404, "application/json",
			`{"result":null,"success":false,"errors":[{"code":5404,"message":"Image not found"}],"messages":[]}`), ""},
		"gone, as plain text": {fakeapi.Respond(404, "text/html", "ERROR 5404: Image not found"), ""},
		"another server's 404": {
			fakeapi.Respond(
				404,
				"text/html",
				"<title>Not found</title>",
			), "response not from the API",
		},
		"another server's code": {
			fakeapi.Respond(505, "application/json", `{"success":false,"errors":[{"code":5404,"message":"No backend"}]}`), "API unavailable",
		},
		"code of a warning": {
			fakeapi.Respond(200, "application/json", `{"result":{},"success":true,"errors":[{"code":5404,"message":"Gone"}]}`),
			"unexpected API response",
		},
		"not permitted": {forbidden, "not permitted"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			ours := newProtocol(t, r)
			before := ours.imported(t, "cloudflare_image", id)
			r.Fail(id, -1, test.response)
			read, diagnostics := ours.read(t, "cloudflare_image", before)
			state := ours.state(t, "cloudflare_image", read.state)
			reported, kept := summaries(diagnostics), state.Equal(ours.state(t, "cloudflare_image", before.state))
			switch want := []string{`ERROR Unable to read Cloudflare image "` + id + `": ` + test.failed}; {
			case test.failed == "" && (len(reported) > 0 || !state.IsNull()),
				test.failed != "" && (!slices.Equal(reported, want) || !kept):
				t.Errorf("got %q and the state %s", reported, state)
			}
		})
	}
}

// Data sources report each warning once.
func TestDataSourcesReportWarnings(t *testing.T) {
	t.Parallel()
	names := []tftypes.Value{tftypes.NewValue(tftypes.String, "thumb"), tftypes.NewValue(tftypes.String, "poster")}
	byMap := tftypes.Map{ElementType: tftypes.String}
	noFilter := tftypes.NewValue(byMap, map[string]tftypes.Value{"page": tftypes.NewValue(tftypes.String, nil)})
	tests := map[string]struct {
		typeName  string
		arguments map[string]any
		want      []string
		requests  int
	}{
		"an image": {
			typeName: "cloudflare_image", arguments: map[string]any{"image_id": "unusual", "required_variants": names}, want: []string{
				`WARNING Cloudflare image "unusual": unrecognized delivery URLs, such as "hero"`,
				`ERROR Cloudflare image "unusual" has no variant "poster"; it has none`,
				`ERROR Cloudflare image "unusual" has no variant "thumb"; it has none`,
			}, requests: 1,
		},
		"all images": {
			typeName: "cloudflare_images", arguments: map[string]any{"creator": "unusual", "required_variants": names}, want: []string{
				`WARNING Cloudflare images: unrecognized delivery URLs, such as "hero"`,
				`WARNING Cloudflare images: IDs not in NFC form, such as "ü"`,
				`ERROR 2 of 2 Cloudflare images have no variant "poster"`, `ERROR 2 of 2 Cloudflare images have no variant "thumb"`,
			}, requests: 1,
		},
		"images by an invalid filter": {
			typeName: "cloudflare_images", arguments: map[string]any{"meta_filter": noFilter}, want: []string{`ERROR Invalid meta_filter["page"]`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			for _, id := range []string{"unusual", `u\u0308`} {
				r.AddImage(`{"result":{"id":"` + id + `","creator":"unusual","variants":["hero"]},"success":true}`)
			}
			ours := newServer(newWithEnvironment("test", environment(r.variables)))
			got := summaries(read(t, ours, test.typeName, test.arguments).Diagnostics)
			if !slices.Equal(got, test.want) || len(r.Requests()) != test.requests {
				t.Errorf("got %q by %d requests, want %q by %d", got, len(r.Requests()), test.want, test.requests)
			}
		})
	}
	r := newTestEnv(t)
	r.Fail("stats", 1, forbidden)
	ours := newServer(newWithEnvironment("test", environment(r.variables)))
	got := summaries(read(t, ours, "cloudflare_images_stats", nil).Diagnostics)
	if want := []string{"ERROR Unable to read Cloudflare image usage: not permitted"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// An import uses the account in the ID, or else the provider's, and the rest
// of the ID unchanged.
func TestResourceImportNames(t *testing.T) {
	t.Parallel()
	const deliveryOfLogo = "https://imagedelivery.net/hash/brand/logo%20v2/hero"
	contained := map[string]string{
		"cloudflare_image": `"brand/logo v2"`, "cloudflare_image_variant": `"hero"`, "cloudflare_image_signing_key": "the name of the object",
	}
	tests := []struct{ typeName, name, text, account, id, failed string }{
		{
			typeName: "cloudflare_image",
			name:     "image_id",
			text:     otherAccount + "/brand/logo",
			account:  otherAccount,
			id:       "brand/logo",
		},
		{typeName: "cloudflare_image", name: "image_id", text: "brand/logo", account: fakeapi.AccountID, id: "brand/logo"},
		{typeName: "cloudflare_image", name: "image_id", text: "variants", failed: "Invalid import ID"},
		{typeName: "cloudflare_image", name: "image_id", text: otherAccount + "/", failed: "Invalid import ID"},
		{typeName: "cloudflare_image", name: "image_id", text: deliveryOfLogo, failed: "Invalid import ID"},
		{
			typeName: "cloudflare_image",
			name:     "image_id",
			text:     strings.TrimPrefix(deliveryOfLogo, "https://"),
			failed:   "Invalid import ID",
		},
		{
			typeName: "cloudflare_image",
			name:     "image_id",
			text:     otherAccount + "/" + deliveryOfLogo,
			failed:   "Invalid import ID",
		},
		{
			typeName: "cloudflare_image_variant",
			name:     "variant_id",
			text:     deliveryOfLogo,
			failed:   "Invalid import ID",
		},
		{
			typeName: "cloudflare_image_signing_key",
			name:     "name",
			text:     deliveryOfLogo,
			failed:   "Invalid import ID",
		},
		{
			typeName: "cloudflare_image_variant",
			name:     "variant_id",
			text:     otherAccount + "/hero",
			account:  otherAccount,
			id:       "hero",
		},
		{typeName: "cloudflare_image_variant", name: "variant_id", text: "hero", account: fakeapi.AccountID, id: "hero"},
		{typeName: "cloudflare_image_variant", name: "variant_id", failed: "Invalid import ID"},
		{
			typeName: "cloudflare_image_signing_key",
			name:     "name",
			text:     otherAccount + "/site",
			account:  otherAccount,
			id:       "site",
		},
		{typeName: "cloudflare_image_signing_key", name: "name", text: "site", account: fakeapi.AccountID, id: "site"},
		{typeName: "cloudflare_image_signing_key", name: "name", failed: "Invalid import ID"},
	}
	for _, test := range tests {
		t.Run(test.typeName+" "+test.text, func(t *testing.T) {
			t.Parallel()
			ours := newProtocol(t, newTestEnv(t))
			resp, err := ours.ImportResourceState(
				t.Context(),
				&tfprotov6.ImportResourceStateRequest{TypeName: test.typeName, ID: test.text},
			)
			if err != nil {
				t.Fatal(err)
			}
			if test.failed != "" {
				if reported := summaries(resp.Diagnostics); !slices.Equal(reported, []string{"ERROR " + test.failed}) {
					t.Fatalf("got %q, want %s", reported, test.failed)
				}
				held := contained[test.typeName]
				if strings.Contains(test.text, "imagedelivery") && !strings.Contains(resp.Diagnostics[0].Detail, held) {
					t.Errorf("got %s, want %s in it", resp.Diagnostics[0].Detail, held)
				}
				return
			}
			if len(resp.Diagnostics) > 0 || len(resp.ImportedResources) != 1 {
				t.Fatalf("got %q", summaries(resp.Diagnostics))
			}
			one := resp.ImportedResources[0]
			account := ours.attributes(t, test.typeName, one.State)["account_id"]
			if !account.Equal(tftypes.NewValue(tftypes.String, test.account)) {
				t.Errorf("got the account %s in the state", account)
			}
			want := map[string]string{"account_id": test.account, test.name: test.id}
			if got := identityOf(t, ours, test.typeName, one.Identity); !maps.Equal(got, want) {
				t.Errorf("got the identity %v, want %v", got, want)
			}
		})
	}
}

// If the file has changed since the plan, the image isn't deleted.
func TestImageResourceReuploadChangedFile(t *testing.T) {
	t.Parallel()
	const image = "cloudflare_image"
	f, r := newImageFolder(t), newTestEnv(t)
	ours := newProtocol(t, r)
	arguments := map[string]any{
		"account_id": fakeapi.AccountID, "id": "brand/logo", "source": f.path("old.png"), "sha256": strings.Repeat("0", 64),
		"require_signed_urls": false,
	}
	before := ours.config(t, image, arguments)
	arguments["sha256"] = nil
	planned := ours.plan(t, image, written{state: before}, arguments)
	if len(planned.Diagnostics) > 0 || len(planned.RequiresReplace) > 0 {
		t.Fatal(summaries(planned.Diagnostics), planned.RequiresReplace)
	}
	f.write(t, "old.png", pngOf(33))
	after, reported := ours.applyPlan(t, image, written{state: before}, planned, arguments)
	if !slices.Equal(summaries(reported), []string{fmt.Sprintf("ERROR Image file %q changed since the plan", arguments["source"])}) {
		t.Errorf("got %q", summaries(reported))
	}
	if state := ours.state(t, image, after.state); !state.Equal(ours.state(t, image, before)) {
		t.Errorf("got the state %s", state)
	}
	if got := r.requests(); len(got) > 0 {
		t.Errorf("got the requests %q", got)
	}
}

// An access update may give an image another ID, and so another identity.
func TestImageResourceIdentityFollowsID(t *testing.T) {
	t.Parallel()
	const image, id = "cloudflare_image", "083eb7b2-5392-4565-b69e-aff66acddd00"
	r := newTestEnv(t)
	r.NewIDOnAccessChange(true)
	ours := newProtocol(t, r)
	public := map[string]any{"account_id": fakeapi.AccountID, "require_signed_urls": false}
	made := ours.mustApply(t, image, ours.imported(t, image, id), public)
	got := identityOf(t, ours, image, made.identity)
	now, inState := got["image_id"], ours.attributes(t, image, made.state)["id"]
	if !inState.Equal(tftypes.NewValue(tftypes.String, now)) || now == id || got["account_id"] != fakeapi.AccountID {
		t.Errorf("got the identity %v and the ID %s", got, inState)
	}
}

// A key is kept in the state if it is in the account, and otherwise removed.
func TestSigningKeyResourceRead(t *testing.T) {
	t.Parallel()
	const key = "cloudflare_image_signing_key"
	r := newTestEnv(t)
	ours := newProtocol(t, r)
	before := ours.imported(t, key, "campaign")
	if name := ours.attributes(t, key, before.state)["name"]; !name.Equal(tftypes.NewValue(tftypes.String, "campaign")) {
		t.Errorf("got the name %s", name)
	}
	r.Fail("keys", 1, forbidden)
	want := []string{"ERROR Unable to list Cloudflare image signing keys: not permitted"}
	if failed, reported := ours.read(t, key, before); !slices.Equal(summaries(reported), want) ||
		ours.state(t, key, failed.state).IsNull() {
		t.Errorf("got %q and the state %s", summaries(reported), ours.state(t, key, failed.state))
	}
	elsewhere := map[string]any{"name": "campaign", "account_id": otherAccount}
	if planned := ours.plan(t, key, before, elsewhere); len(planned.RequiresReplace) != 1 {
		t.Errorf("another account: got %v", planned.RequiresReplace)
	}
	r.RemoveKey("campaign")
	if gone, reported := ours.read(t, key, before); len(reported) > 0 || !ours.state(t, key, gone.state).IsNull() {
		t.Errorf("got %q and the state %s", summaries(reported), ours.state(t, key, gone.state))
	}
}

// card returns a configuration of the variant "card".
func (p protocol) card(options map[string]any) map[string]any {
	of := p.schemas.ResourceSchemas["cloudflare_image_variant"].ValueType().(tftypes.Object).AttributeTypes["options"].(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, kind := range of.AttributeTypes {
		values[name] = tftypes.NewValue(kind, options[name])
	}
	return map[string]any{"id": "card", "options": tftypes.NewValue(of, values)}
}

// Options that the API omits are planned if they are configured, and otherwise
// stay null.
func TestVariantResourceUnreportedOptions(t *testing.T) {
	t.Parallel()
	const variant = "cloudflare_image_variant"
	r := newTestEnv(t)
	r.PutVariant("card", `{"width":300}`, false)
	ours := newProtocol(t, r)
	before := ours.imported(t, variant, "card")
	for name, options := range map[string]map[string]any{
		"left out": {"width": 300.0}, "a fit": {"width": 300.0, "fit": "cover"}, "metadata": {"width": 300.0, "metadata": "keep"},
	} {
		planned := ours.plan(t, variant, before, ours.card(options))
		got := ours.attributes(t, variant, planned.PlannedState)["options"]
		if want := ours.card(options)["options"]; len(planned.Diagnostics) > 0 || !got.Equal(want.(tftypes.Value)) {
			t.Errorf("%s: got %q and %s, want %s", name, summaries(planned.Diagnostics), got, want)
		}
	}
}

// A variant is created, read as planned, updated in place and deleted; a stale
// response from before the update doesn't count as drift.
func TestVariantResourceProtocol(t *testing.T) {
	t.Parallel()
	const variant = "cloudflare_image_variant"
	r := newTestEnv(t)
	ours := newProtocol(t, r)
	options := func(width float64) map[string]any { return ours.card(map[string]any{"width": width}) }
	made := ours.mustApply(t, variant, written{}, options(300))
	held := func(want string) {
		t.Helper()
		if body, ok := r.Variant("card"); !ok || !strings.Contains(body, want) {
			t.Errorf("the account has %s, want %s in it", body, want)
		}
	}
	held(`"width":300`)
	if got := identityOf(t, ours, variant, made.identity); got["variant_id"] != "card" ||
		got["account_id"] != fakeapi.AccountID {
		t.Errorf("got the identity %v", got)
	}
	same := func(what string, got, want *tfprotov6.DynamicValue) {
		t.Helper()
		if got, want := ours.state(t, variant, got), ours.state(t, variant, want); !got.Equal(want) {
			t.Errorf("%s: got %s, want %s", what, got, want)
		}
	}
	read, reported := ours.read(t, variant, made)
	if len(reported) > 0 {
		t.Error(summaries(reported))
	}
	same("read after the create", read.state, made.state)

	r.FailMethod("GET", "card", 1, forbidden)
	failed, reported := ours.read(t, variant, made)
	if want := []string{`ERROR Unable to read Cloudflare image variant "card": not permitted`}; !slices.Equal(summaries(reported), want) {
		t.Errorf("got %q, want %q", summaries(reported), want)
	}
	same("failed read", failed.state, made.state)

	changed := ours.mustApply(t, variant, read, options(400))
	held(`"width":400`)
	r.PutVariant("card", `{"fit":"scale-down","metadata":"none","width":300}`, false) // as before the update
	var log strings.Builder
	stale, reported := ours.readLogged(t, &log, variant, changed)
	if len(reported) > 0 || !strings.Contains(log.String(), "Ignoring stale read of Cloudflare image variant after a recent write") {
		t.Errorf("got %q, and the log %s", summaries(reported), &log)
	}
	same("stale read", stale.state, changed.state)
	r.PutVariant("card", `{"fit":"scale-down","metadata":"none","width":500}`, false)
	drifted, _ := ours.read(t, variant, changed)
	if got := ours.state(t, variant, drifted.state); got.Equal(ours.state(t, variant, changed.state)) {
		t.Errorf("drift is missing in %s", got)
	}

	gone, reported := ours.apply(t, variant, changed, nil)
	if _, there := r.Variant("card"); there || len(reported) > 0 || !ours.state(t, variant, gone.state).IsNull() {
		t.Errorf("after the delete: %q, exists: %t", summaries(reported), there)
	}
	read, reported = ours.read(t, variant, written{state: changed.state, identity: changed.identity})
	if len(reported) > 0 || !ours.state(t, variant, read.state).IsNull() {
		t.Errorf("read after the delete: %q, %s", summaries(reported), ours.state(t, variant, read.state))
	}

	public := options(300)
	public["id"] = "public"
	want := []string{`ERROR Cloudflare image variant "public" exists in every account`}
	if planned := ours.plan(t, variant, written{}, public); !slices.Equal(summaries(planned.Diagnostics), want) ||
		!strings.Contains(planned.Diagnostics[0].Detail, `id = "`+fakeapi.AccountID+`/public"`) {
		t.Errorf("got %q: %+v", summaries(planned.Diagnostics), planned.Diagnostics)
	}
	elsewhere := options(400)
	elsewhere["account_id"] = otherAccount
	if planned := ours.plan(t, variant, changed, elsewhere); len(planned.RequiresReplace) != 1 {
		t.Errorf("another account: got %v", planned.RequiresReplace)
	}
}
