package provider

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func attributeOf(d diag.Diagnostic) string {
	if at, ok := d.(diag.DiagnosticWithPath); ok {
		return at.Path().String()
	}
	return ""
}

// Each kind of error has its own wording: the object, then the remedy, then
// the evidence.
func TestDiagnostic(t *testing.T) {
	t.Parallel()
	tests := map[client.Kind]struct {
		summary   string
		attribute string
		advice    []string
	}{
		client.NotFound: {
			summary: `Unable to read Cloudflare image "brand/logo": not found`, attribute: "image_id",
			advice: []string{
				"Check image_id and account_id: account 023e105f4ecef8ad9ca31a8372d0c35 has no image with this ID.",
			},
		},
		client.Exists: {
			summary: `Unable to read Cloudflare image "brand/logo": conflict`,
			advice:  []string{"conflict with an existing object"},
		},
		client.NotPermitted: {
			summary: `Unable to read Cloudflare image "brand/logo": not permitted`, advice: []string{"account 023e105f4ecef8ad9ca31a8372d0c35", "Images Read", "account_id is correct"},
		},
		client.NotEnabled: {
			summary: `Unable to read Cloudflare image "brand/logo": Cloudflare Images not enabled for the account`, attribute: "account_id",
			advice: []string{"account 023e105f4ecef8ad9ca31a8372d0c35", "isn't enabled"},
		},
		client.MalformedCredentials: {
			summary: `Unable to read Cloudflare image "brand/logo": malformed credentials`, advice: []string{"api_token (CLOUDFLARE_API_TOKEN)", "api_key (CLOUDFLARE_API_KEY)", "quoted or truncated"},
		},
		client.NoRoute: {
			summary: `Unable to read Cloudflare image "brand/logo": no such API endpoint`, attribute: "account_id",
			advice: []string{"Account IDs have 32 characters; \"023e105f4ecef8ad9ca31a8372d0c35\" has 31."},
		},
		client.RateLimited: {
			summary: `Unable to read Cloudflare image "brand/logo": rate limit exceeded`, advice: []string{"after 5 attempts and 7.5s of waiting", "max_retries", "-parallelism"},
		},
		client.BlockedAtEdge: {
			summary: `Unable to read Cloudflare image "brand/logo": blocked by Cloudflare`, advice: []string{"before it reached the API", "nothing about the credentials or the image", "Cloudflare blocks the address"},
		},
		client.NotFromAPI: {
			summary: `Unable to read Cloudflare image "brand/logo": response not from the API`, advice: []string{"isn't from the Images API", "the provider's base_url and any proxy"},
		},
		client.Challenged: {
			summary: `Unable to read Cloudflare image "brand/logo": blocked by a challenge page`, advice: []string{"bot protection"},
		},
		client.Redirected: {
			summary: `Unable to read Cloudflare image "brand/logo": unexpected redirect`,
			advice:  []string{"base_url"},
		},
		client.Unavailable: {
			summary: `Unable to read Cloudflare image "brand/logo": API unavailable`, advice: []string{"after 5 attempts and 7.5s of waiting", "try again later"},
		},
		client.Rejected: {
			summary: `Unable to read Cloudflare image "brand/logo": request rejected`,
			advice:  []string{"See the API response below."},
		},
		client.InvalidResponse: {
			summary: `Unable to read Cloudflare image "brand/logo": unexpected API response`, advice: []string{"doesn't match the documented format"},
		},
		client.Unreachable: {
			summary: `Unable to read Cloudflare image "brand/logo": no response`, advice: []string{"api.example.com didn't send a complete response.", "HTTPS_PROXY"},
		},
		client.Canceled: {summary: `Unable to read Cloudflare image "brand/logo": canceled`, advice: []string{"interrupted"}},
		client.Replaced: {
			summary: `Unable to read Cloudflare image "brand/logo": not the image in state`, attribute: "image_id",
			advice: []string{"Plan again with a refresh"},
		},
		client.DeleteFailed: {
			summary: `Unable to read Cloudflare image "brand/logo": earlier deletion failed`, advice: []string{"then apply again", "moved block"},
		},
	}
	source, err := os.ReadFile(filepath.Join("..", "client", "errors.go"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`(?m)^\t[A-Z]\w+ +Kind = "`).FindAllString(string(source), -1)
	worded := map[client.Kind]bool{}
	for _, row := range errorRules {
		worded[row.kind] = true
	}
	if len(tests) != len(worded) || len(tests) != len(kinds) {
		t.Errorf("got tests of %d kinds and rules for %d, want %d", len(tests), len(worded), len(kinds))
	}
	for kind, test := range tests {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			op := operation{
				action:    actionRead,
				object:    objectImage,
				id:        "brand/logo",
				attribute: "image_id",
				accountID: "023e105f4ecef8ad9ca31a8372d0c35",
			}
			err := &client.Error{
				Kind: kind, Method: "GET", Path: "/x", Host: "api.example.com", Status: 499, Ray: "8f1c2d-AMS", Attempts: 5,
				Waited: 7512345 * time.Microsecond,
			}
			got := op.diagnostic(err)
			if got.Summary() != test.summary {
				t.Errorf("summary: got %s, want %s", got.Summary(), test.summary)
			}
			if at := attributeOf(got); at != test.attribute {
				t.Errorf("attribute: got %q, want %q", at, test.attribute)
			}
			for _, want := range test.advice {
				if !strings.Contains(got.Detail(), want) {
					t.Errorf("detail: got %s, want %q in it", got.Detail(), want)
				}
			}
			if want := "\n\nGET /x: 499, ray 8f1c2d-AMS, after 5 attempts and 7.5s of waiting"; !strings.HasSuffix(
				got.Detail(),
				want,
			) {
				t.Errorf("detail: got %s, want the evidence at its end", got.Detail())
			}
		})
	}
}

// The advice depends on how far the request got.
func TestDiagnosticAttempts(t *testing.T) {
	t.Parallel()
	op := operation{action: actionRead, object: objectImage, id: "x", attribute: "image_id", accountID: "a"}
	for want, e := range map[string]*client.Error{
		"still exceeded after 1 attempt. ": {Kind: client.RateLimited, Attempts: 1},
		"still failed after 1 attempt. ":   {Kind: client.Unavailable, Attempts: 1},
		"is invalid, and wasn't sent.":     {Kind: client.Rejected},
	} {
		if got := op.diagnostic(e).Detail(); !strings.Contains(got, want) {
			t.Errorf("got %s, want %q in it", got, want)
		}
	}
}

// After earlier failures, an error is short and points to the first ones.
func TestDiagnosticCircuitOpen(t *testing.T) {
	t.Parallel()
	err := &client.Error{Kind: client.Unavailable, Method: "GET", Path: "/x", Status: 503, Attempts: 1, CircuitOpen: true}
	got := operation{
		action:    actionRead,
		object:    objectImage,
		id:        "x",
		attribute: "image_id",
		accountID: "a",
	}.diagnostic(
		err,
	)
	const want = "See the first error: this request wasn't retried, because earlier ones failed after all retries.\n\n" +
		"GET /x: 503 Service Unavailable, not retried: circuit open"
	if got.Summary() != `Unable to read Cloudflare image "x": API unavailable` || got.Detail() != want {
		t.Errorf("got %s: %s", got.Summary(), got.Detail())
	}
}

func TestDiagnosticOtherError(t *testing.T) {
	t.Parallel()
	got := operation{object: objectImage, id: "x"}.diagnostic(errors.New("odd"))
	if got.Summary() != `Unable to read Cloudflare image "x": unexpected error` || !strings.Contains(got.Detail(), "odd") {
		t.Errorf("got %s: %s", got.Summary(), got.Detail())
	}
}

// Wording for writes, and for objects other than images.
func TestDiagnosticWrites(t *testing.T) {
	t.Parallel()
	const account = "023e105f4ecef8ad9ca31a8372d0c353"
	newImage := operation{action: actionCreate, object: objectImage, attribute: "id", accountID: account}
	image := func(v action) operation {
		return operation{action: v, object: objectImage, id: "brand/logo", attribute: "id", accountID: account}
	}
	variant := func(v action) operation {
		return operation{action: v, object: objectVariant, id: "hero", attribute: "id", accountID: account}
	}
	key := func(v action) operation {
		return operation{action: v, object: objectSigningKey, id: "site", attribute: "name", accountID: account}
	}
	const slowDown = "Wait five minutes and run Terraform again. " +
		"If other tools use the same credentials, set requests_per_second in the provider block; " +
		"otherwise run Terraform with a smaller -parallelism. To retry for longer, set a larger max_retries. "
	const fromOutage = "Check https://www.cloudflarestatus.com for incidents, and try again later: the API still failed after 1 attempt. " +
		"The provider's max_retries sets the number of retries."
	tests := map[string]struct {
		op        operation
		err       client.Error
		summary   string
		attribute string
		detail    string
	}{
		"variant not found": {
			op:      variant(actionRead),
			err:     client.Error{Kind: client.NotFound, Attempts: 1, Messages: []client.Message{{Code: 5401}}},
			summary: `Unable to read Cloudflare image variant "hero": not found`, attribute: "id",
			detail: "Check id and account_id: account " + account + " has no image variant with this name. " +
				"A new variant may take several minutes to become visible everywhere.",
		},
		"variant not found, different code": {
			op:      variant(actionUpdate),
			err:     client.Error{Kind: client.NotFound, Attempts: 1, Messages: []client.Message{{Code: 5404}}},
			summary: `Unable to update Cloudflare image variant "hero": not found`, attribute: "id",
			detail: "Check id and account_id: account " + account + " has no image variant with this name. " +
				"Also check the provider's base_url, because the response doesn't contain the API's error code 5401. " +
				"A new variant may take several minutes to become visible everywhere.",
		},
		"key not found": {
			op:      key(actionDelete),
			err:     client.Error{Kind: client.NotFound, Attempts: 1, Messages: []client.Message{{Code: 5404}}},
			summary: `Unable to delete Cloudflare image signing key "site": not found`, attribute: "name",
			detail: "Check name and account_id: account " + account + " has no image signing key with this name.",
		},
		"listing not found": {
			op:      operation{object: objectVariants, accountID: account},
			err:     client.Error{Kind: client.NotFound, Attempts: 1},
			summary: "Unable to list Cloudflare image variants: not found", detail: "Check account_id and the provider's base_url: the API has no endpoint for image variants of account " + account + ".",
		},
		"create, not found": {
			op:      newImage,
			err:     client.Error{Kind: client.NotFound, Attempts: 1},
			summary: "Unable to create Cloudflare image: account or endpoint not found", attribute: "account_id",
			detail: "Check account_id and the provider's base_url: the API has no endpoint for creating an image in account " + account + ".",
		},
		"create, not permitted": {
			op:      key(actionCreate),
			err:     client.Error{Kind: client.NotPermitted, Attempts: 1},
			summary: `Unable to create Cloudflare image signing key "site": not permitted`, detail: "Check that the API token or key is valid, that a token has the permission Images Write for account " + account + ", " +
				"and that account_id is correct: the credentials aren't allowed to write to Cloudflare Images in this account, " +
				"and the API doesn't distinguish these causes.",
		},
		"update, unavailable": {
			op:      variant(actionUpdate),
			err:     client.Error{Kind: client.Unavailable, Attempts: 1, MaybeApplied: true},
			summary: `Unable to update Cloudflare image variant "hero": API unavailable; it may have been updated`, detail: fromOutage + " Plan again, preferably in three minutes: the image variant may have been updated, and reads may be stale until then.",
		},
		"create, unavailable": {
			op:      image(actionCreate),
			err:     client.Error{Kind: client.Unavailable, Attempts: 1, MaybeApplied: true},
			summary: `Unable to create Cloudflare image "brand/logo": API unavailable; it may have been created`, detail: fromOutage + " Apply again in a few minutes: the image may have been created. " +
				"If the apply reports that it exists, and it is yours, import it with the block below.",
		},
		"read, unavailable": {
			op:      image(actionRead),
			err:     client.Error{Kind: client.Unavailable, Attempts: 1},
			summary: `Unable to read Cloudflare image "brand/logo": API unavailable`, detail: fromOutage,
		},
		"delete, rate limited": {
			op:      image(actionDelete),
			err:     client.Error{Kind: client.RateLimited, Attempts: 1},
			summary: `Unable to delete Cloudflare image "brand/logo": rate limit exceeded`, detail: slowDown + "The rate limit was still exceeded after 1 attempt. " +
				"Cloudflare allows 1,200 requests in five minutes per user, across all tools.",
		},
		"delete, rejected after an ambiguous attempt": {
			op:      image(actionDelete),
			err:     client.Error{Kind: client.Rejected, Attempts: 2, MaybeApplied: true},
			summary: `Unable to delete Cloudflare image "brand/logo": request rejected; it may have been deleted`, detail: "Correct the configuration, which the API rejected. See the API response below. " +
				"Destroy the image again now, or plan again in three minutes: it may have been deleted, " +
				"and reads may be stale until then.",
		},
		"create, own conflict": {
			op:      image(actionCreate),
			err:     client.Error{Kind: client.Exists, Attempts: 2, MaybeApplied: true},
			summary: `Unable to create Cloudflare image "brand/logo": already exists; it may have been created`, attribute: "id",
			detail: "If the resource block was renamed, add a moved block. " +
				"Otherwise import the image that now has this ID, with the block below, if it is yours, or choose another ID. " +
				"It existed before, or was created by an attempt that got no response, or by somebody else at the same time. " +
				"It was left untouched.",
		},
		"create, rejected": {
			op:      variant(actionCreate),
			err:     client.Error{Kind: client.Rejected, Attempts: 1},
			summary: `Unable to create Cloudflare image variant "hero": request rejected`, detail: "Correct the configuration, which the API rejected. See the API response below.",
		},
		"create, canceled": {
			op:      newImage,
			err:     client.Error{Kind: client.Canceled, Attempts: 1, MaybeApplied: true},
			summary: "Unable to create Cloudflare image: canceled; it may have been created", detail: "Terraform was interrupted before a response arrived. " +
				"The image may have been created: check that before you apply again, because the next apply uploads it again. " +
				"No listed image matches it, but listings may be stale: look for it in the dashboard in a few minutes.",
		},
		"create, unavailable, list of candidates fails": {
			op:      newImage,
			err:     client.Error{Kind: client.Unavailable, Attempts: 1, MaybeApplied: true, ListingFailed: true},
			summary: "Unable to create Cloudflare image: API unavailable; it may have been created", detail: fromOutage + " The image may have been created: check that before you apply again, because the next apply uploads it again. " +
				"Listing the images failed as well, so look for it in the dashboard.",
		},
		"update, canceled between attempts": {
			op:      image(actionUpdate),
			err:     client.Error{Kind: client.Canceled, Attempts: 1},
			summary: `Unable to update Cloudflare image "brand/logo": canceled`, detail: "Run Terraform again: it was interrupted between retries. Nothing was updated.",
		},
		"create, rate limited until retries run out": {
			op:      variant(actionCreate),
			err:     client.Error{Kind: client.RateLimited, Attempts: 5},
			summary: `Unable to create Cloudflare image variant "hero": rate limit exceeded`, detail: slowDown + "The rate limit was still exceeded after 5 attempts and 0s of waiting. " +
				"Cloudflare allows 1,200 requests in five minutes per user, across all tools.",
		},
		"update, canceled before the first attempt": {
			op:      image(actionUpdate),
			err:     client.Error{Kind: client.Canceled},
			summary: `Unable to update Cloudflare image "brand/logo": canceled`, detail: "Run Terraform again: it was interrupted before the request was sent.",
		},
		"read, canceled before the first attempt": {
			op:      image(actionRead),
			err:     client.Error{Kind: client.Canceled},
			summary: `Unable to read Cloudflare image "brand/logo": canceled`, detail: "Run Terraform again: it was interrupted before the response to a read arrived. Nothing was changed.",
		},
		"read, canceled": {
			op:      key(actionRead),
			err:     client.Error{Kind: client.Canceled, Attempts: 1},
			summary: `Unable to read Cloudflare image signing key "site": canceled`, detail: "Run Terraform again: it was interrupted before the response to a read arrived. Nothing was changed.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := test.op.diagnostic(&test.err)
			if got.Summary() != test.summary {
				t.Errorf("summary: got %s, want %s", got.Summary(), test.summary)
			}
			if at := attributeOf(got); at != test.attribute {
				t.Errorf("attribute: got %q, want %q", at, test.attribute)
			}
			if advice, _, _ := strings.Cut(got.Detail(), "\n\n"); advice != test.detail {
				t.Errorf("detail: got %s, want %s", advice, test.detail)
			}
		})
	}
}

// For every action, object and kind of error, the message is complete, and
// claims nothing false.
func TestDiagnosticClaimsNothingFalse(t *testing.T) {
	t.Parallel()
	whole := regexp.MustCompile(`^[A-Z]([^ {}]| [^ {}])*\.$`)
	objects := []objectType{objectImage, objectVariant, objectSigningKey}
	listings := []objectType{objectImages, objectVariants, objectSigningKeys, objectUsage}
	for act := range action(len(actions)) {
		for _, object := range append(slices.Clone(objects), listings...) {
			for _, row := range errorRules {
				for attempts := range 4 {
					maybeApplied := attempts == 3
					op := operation{
						action:    act,
						object:    object,
						id:        "x",
						attribute: "id",
						accountID: "023e105f4ecef8ad9ca31a8372d0c353",
					}
					got := op.diagnostic(&client.Error{
						Kind: row.kind, Host: "api.example.com", Attempts: attempts, MaybeApplied: maybeApplied,
					})
					advice, _, _ := strings.Cut(got.Detail(), "\n\n")
					message := got.Summary() + "\n" + advice
					if !whole.MatchString(advice) || strings.ContainsAny(got.Summary(), "{}") {
						t.Errorf("incomplete: %s", message)
					}
					if object != objectImage && strings.Contains(message, "no image with") {
						t.Errorf("%s: %s", object.name, message)
					}
					if act == actionRead {
						continue
					}
					for _, claim := range []string{"Images Read", "allowed to read", "be read"} {
						if strings.Contains(message, claim) {
							t.Errorf("%s: %s", actions[act].pastTense, message)
						}
					}
					unknown := strings.Contains(message, "may have been "+actions[act].pastTense)
					if maybeApplied != unknown {
						t.Errorf("may be %s: %t, but: %s", actions[act].pastTense, maybeApplied, message)
					}
					if maybeApplied && strings.Contains(message, "Nothing was") {
						t.Errorf("claims that nothing was %s, though the outcome is unknown: %s", actions[act].pastTense, message)
					}
				}
			}
		}
	}
}

// If an error isn't from the client, the outcome of a write is unknown.
func TestDiagnosticWriteErrors(t *testing.T) {
	t.Parallel()
	const advice = "Please report this: it is a bug in the provider."
	for act, want := range map[action]string{
		actionRead: advice + "\n\nodd",
		actionCreate: advice + " " + strings.Replace(actions[actionCreate].outcomeUnknown, "{object} may have been created.{unretried}", "image may have been created.", 1) +
			importBlock("cloudflare_image", "", "a") + "\n\nodd",
		actionDelete: advice + " " + strings.Replace(actions[actionDelete].outcomeUnknown, "{object}", "image", 1) + "\n\nodd",
	} {
		if got := (operation{action: act, object: objectImage, id: "a"}).diagnostic(errors.New("odd")).Detail(); got != want {
			t.Errorf("%s: got %s, want %s", actions[act].pastTense, got, want)
		}
	}
}

// Waiting time is rounded to tenths of a second.
func TestDiagnosticAttemptsText(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]*client.Error{
		"1 attempt":                      {Attempts: 1, Waited: time.Second},
		"2 attempts and 1.7s of waiting": {Attempts: 2, Waited: 1749 * time.Millisecond},
	} {
		if got := attempts(e); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// When the wait budget is used up, the message names the budget, and not the
// number of attempts.
func TestDiagnosticWaitBudget(t *testing.T) {
	t.Parallel()
	for act := range actions {
		got := operation{
			action:    action(act),
			object:    objectImage,
			id:        "a",
			attribute: "id",
			accountID: "account",
		}.diagnostic(
			&client.Error{Kind: client.RateLimited},
		)
		if !strings.Contains(got.Detail(), "The request wasn't sent") ||
			!strings.Contains(got.Detail(), "wait budget for the rate limit, 30 minutes") ||
			strings.Contains(got.Detail(), "0 attempts") ||
			strings.Contains(got.Detail(), "0s") {
			t.Errorf("got %s", got.Detail())
		}
	}
}

// A name conflict is reported at the attribute with the name.
func TestDiagnosticNameConflict(t *testing.T) {
	t.Parallel()
	got := operation{
		action:    actionCreate,
		object:    objectImage,
		id:        "brand/logo",
		attribute: "id",
		accountID: "a",
	}.diagnostic(
		&client.Error{Kind: client.Exists, Status: 409, Attempts: 1},
	)
	if attributeOf(got) != "id" ||
		got.Summary() != `Unable to create Cloudflare image "brand/logo": already exists` {
		t.Errorf("got %s: %s", attributeOf(got), got.Summary())
	}
}

// If the API rejects an upload, the advice fits the error code, at the
// attribute at fault.
func TestDiagnosticRejectedFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status, code      int
		advice, attribute string
	}{
		{status: 413, code: 5413, advice: "limit of 10 MB"},
		{status: 413, code: 7011, advice: "limit of 10 MB"},
		{status: 400, code: 5443, advice: "limit of 100 megapixels for all frames together"},
		{status: 415, code: 5455, advice: "PNG, JPEG, GIF, WebP, SVG or HEIC"},
		{status: 415, code: 9422, advice: "corrupt or truncated"},
		{status: 400, code: 5411, advice: "Choose another ID, or omit id", attribute: "id"},
		{status: 400, code: 5410, advice: "can't be private", attribute: "require_signed_urls"},
		{status: 400, code: 5454, advice: "url is reachable from the internet", attribute: "url"},
		{status: 400, code: 5400, advice: "Correct the configuration"},
	}
	for _, test := range tests {
		got := operation{
			action:    actionCreate,
			object:    objectImage,
			id:        "brand/logo",
			attribute: "id",
			accountID: "a",
		}.diagnostic(
			&client.Error{
				Kind:     client.Rejected,
				Status:   test.status,
				Attempts: 1,
				Messages: []client.Message{{Code: test.code, Text: "said"}},
			},
		)
		if got.Summary() != `Unable to create Cloudflare image "brand/logo": request rejected` ||
			attributeOf(got) != test.attribute ||
			!strings.Contains(got.Detail(), test.advice) ||
			!strings.Contains(got.Detail(), " See the API response below.") {
			t.Errorf("%d: got %s: %s: %s", test.code, attributeOf(got), got.Summary(), got.Detail())
		}
	}
}

// The API's error code determines the message, whatever the 4xx status and the
// format of the response.
func TestDiagnosticByCode(t *testing.T) {
	t.Parallel()
	tests := map[int]struct{ tail, advice, attribute string }{
		5410:  {tail: "request rejected", advice: "can't be private", attribute: "require_signed_urls"},
		5411:  {tail: "request rejected", advice: "omit id to have one generated", attribute: "id"},
		5413:  {tail: "request rejected", advice: "limit of 10 MB"},
		5443:  {tail: "request rejected", advice: "limit of 100 megapixels"},
		5453:  {tail: "account limit reached", advice: "A limit of 0 means that the account has no paid storage"},
		5454:  {tail: "request rejected", advice: "couldn't fetch", attribute: "url"},
		5455:  {tail: "request rejected", advice: "PNG, JPEG, GIF"},
		7011:  {tail: "request rejected", advice: "limit of 10 MB"},
		9422:  {tail: "request rejected", advice: "corrupt or truncated"},
		5403:  {tail: "Cloudflare Images not enabled for the account", advice: "subscription", attribute: "account_id"},
		5409:  {tail: "already exists", advice: "already has an image with this ID", attribute: "id"},
		10000: {tail: "not permitted", advice: "Images Write"},
	}
	var status, code atomic.Int64
	var plain atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		contentType, body := "application/json", `{"result":null,"success":false,"errors":[{"code":%d,"message":"said"}],"messages":[]}`
		if plain.Load() {
			contentType, body = "text/plain;charset=utf-8", "ERROR %d: said"
		}
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(int(status.Load()))
		fmt.Fprintf(w, body, code.Load())
	}))
	t.Cleanup(server.Close)
	c, err := client.New(client.Config{Credentials: client.APIToken("token"), BaseURL: server.URL, MaxRetries: new(0)})
	if err != nil {
		t.Fatal(err)
	}
	op := operation{actionCreate, objectImage, "brand/logo", "id", fakeapi.AccountID}
	for number, want := range tests {
		for _, httpStatus := range []int{400, 401, 402, 403, 404, 408, 409, 410, 413, 415, 422, 429} {
			for _, isPlain := range []bool{false, true} {
				status.Store(int64(httpStatus))
				code.Store(int64(number))
				plain.Store(isPlain)
				_, _, err := c.CreateImage(
					t.Context(),
					fakeapi.AccountID,
					client.Upload{URL: "https://example.com/a.png"}, // a conflict of a custom ID would be retried
				)
				got := op.diagnostic(err)
				if !strings.HasSuffix(got.Summary(), want.tail) || !strings.Contains(got.Detail(), want.advice) ||
					attributeOf(got) != want.attribute {
					t.Errorf(
						"%d with code %d, plain: %t: got %s: %s: %s",
						httpStatus,
						number,
						isPlain,
						attributeOf(got),
						got.Summary(),
						got.Detail(),
					)
				}
			}
		}
	}
}

// A limit of 0 means that the account has no paid storage, in any wording.
func TestDiagnosticLimitOfZero(t *testing.T) {
	t.Parallel()
	const paid, unpaid = ": account limit reached", ": no paid storage"
	tests := map[string]struct{ message, want string }{
		"no number":        {message: "The given account has reached a service limit", want: paid},
		"a limit":          {message: "The given account has reached a service limit: 100000", want: paid},
		"with separators":  {message: "service limit: 0,5 or 100,000", want: paid},
		"zero":             {message: "The given account has reached a service limit: 0", want: unpaid},
		"zero, rephrased":  {message: "The given account has reached its limit of 0 images.", want: unpaid},
		"zero in brackets": {message: "The given account has reached a service limit (0)", want: unpaid},
		"a count":          {message: "image limit reached: 0/0", want: unpaid},
		"count of zero":    {message: "stored 5 of 0", want: unpaid},
		"count of a limit": {message: "stored 5 of 5", want: paid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := operation{
				action:    actionCreate,
				object:    objectImage,
				id:        "brand/logo",
				attribute: "id",
				accountID: "a",
			}.diagnostic(
				&client.Error{
					Kind:     client.Rejected,
					Status:   403,
					Attempts: 1,
					Messages: []client.Message{{Code: client.CodeLimit, Text: test.message}},
				},
			)
			if want := `Unable to create Cloudflare image "brand/logo"` + test.want; got.Summary() != want {
				t.Errorf("got %s, want %s", got.Summary(), want)
			}
		})
	}
}

// Errors that no attribute causes, such as a lost connection, have no path.
func TestDiagnosticWithoutAttribute(t *testing.T) {
	t.Parallel()
	got := operation{
		action:    actionRead,
		object:    objectImage,
		id:        "x",
		attribute: "image_id",
		accountID: "a",
	}.diagnostic(
		&client.Error{Kind: client.Unreachable},
	)
	if _, has := got.(diag.DiagnosticWithPath); has {
		t.Errorf("got %v, with a path", got)
	}
}
