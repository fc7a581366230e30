package provider

import (
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// subject is what a data source tried to read: its kind and name in words, the
// attribute that names it, and the account.
type subject struct {
	object    string // such as: image "brand/logo"
	attribute string // empty for a listing
	accountID string
}

// atSubject stands for the attribute that names the subject.
const atSubject = "(subject)"

// codeNotFound is how the Images API itself says that there is no such image.
const codeNotFound = 5404

// failures turns each kind of client error into words: what happened, what to
// do about it, and the attribute at fault, where one is.
var failures = []struct {
	kind      client.Kind
	summary   string // after the subject's name
	attribute string
	advice    func(subject, *client.Error) string
}{
	{client.NotFound, "not found", atSubject, func(s subject, e *client.Error) string {
		if s.attribute == "" {
			return fmt.Sprintf("The API knows no %s of account %s. Check account_id, and the provider's base_url.", s.object, s.accountID)
		}
		advice := fmt.Sprintf("No image with this ID is in account %s. Check %s and account_id.", s.accountID, s.attribute)
		if !e.HasCode(codeNotFound) {
			advice += " The answer does not carry the API's own code 5404, so check the provider's base_url as well."
		}
		return advice + " A new image can take minutes until every part of Cloudflare knows it."
	}},
	{client.NotPermitted, "not permitted", "", func(s subject, _ *client.Error) string {
		return fmt.Sprintf("The credentials may not read from Cloudflare Images in account %s. Check three things, which look the same from outside: "+
			"that the API token or key is valid, that a token has the permission Images Read for this account, and that account_id is the right account.", s.accountID)
	}},
	{client.NotEnabled, "could not be read: no Cloudflare Images in the account", "account_id", func(s subject, _ *client.Error) string {
		return fmt.Sprintf("Account %s is not valid, or Cloudflare Images is not enabled for it. Check account_id, and the account's Images subscription in the dashboard.", s.accountID)
	}},
	{client.MalformedCredentials, "could not be read: malformed credentials", "", func(subject, *client.Error) string {
		return "The API could not read the credentials. Check that an API token is in api_token (CLOUDFLARE_API_TOKEN) and a global API key in api_key (CLOUDFLARE_API_KEY) with its email, " +
			"not the other way round, and that neither was copied with quotation marks or cut short."
	}},
	{client.NoRoute, "could not be read: the API does not know the path", "account_id", func(s subject, _ *client.Error) string {
		return fmt.Sprintf("The API could not route the request, as happens when the account ID has the wrong form. Account ID %q has %d characters; 32 are expected. Check account_id, and the provider's base_url.", s.accountID, len(s.accountID))
	}},
	{client.Throttled, "could not be read: rate limit exceeded", "", func(_ subject, e *client.Error) string {
		return fmt.Sprintf("The rate limit was still exceeded after %s. Cloudflare allows 1,200 requests in five minutes for each user, over all tools together. "+
			"Wait five minutes. In the provider block, prefetch_images helps with many images, and requests_per_second where other tools use the same credentials; "+
			"max_retries, and Terraform's -parallelism, help as well.", tries(e))
	}},
	{client.Challenged, "could not be read: stopped by a challenge page", "", func(subject, *client.Error) string {
		return "Cloudflare's bot protection answered instead of the API, which a program cannot pass. Check the provider's base_url, and whether this machine's address or proxy is being challenged."
	}},
	{client.Redirected, "could not be read: redirected", "", func(subject, *client.Error) string {
		return "The API does not redirect, and no redirect is followed, as it could carry the credentials elsewhere. Check the provider's base_url, and any proxy on the way."
	}},
	{client.Unavailable, "could not be read: the API is unavailable", "", func(_ subject, e *client.Error) string {
		return fmt.Sprintf("The API still failed after %s. Try again later; https://www.cloudflarestatus.com tells of outages. The provider's max_retries sets how often a request is sent again.", tries(e))
	}},
	{client.Rejected, "could not be read: request refused", "", func(_ subject, e *client.Error) string {
		if e.Attempts == 0 {
			return "The request cannot be sent as it is."
		}
		return "The API refused the request. What it said is below."
	}},
	{client.WrongAnswer, "could not be read: unexpected answer", "", func(subject, *client.Error) string {
		return "The answer is not what the Images API documents, so nothing was taken from it. Check the provider's base_url, and any proxy on the way. " +
			"If the answer did come from Cloudflare, please report it to the provider's developers."
	}},
	{client.Unreachable, "could not be read: no answer", "", func(_ subject, e *client.Error) string {
		return fmt.Sprintf("No complete answer came from %s. Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY) and the provider's base_url; request_timeout sets how long one attempt may take.", e.Host)
	}},
	{client.Canceled, "not read: canceled", "", func(subject, *client.Error) string {
		return "The read was interrupted before an answer came. Nothing was changed."
	}},
}

// tries tells how hard the client tried.
func tries(e *client.Error) string {
	if e.Attempts == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts and %s of waiting", e.Attempts, e.Waited.Round(100*time.Millisecond))
}

// diagnose turns a client error into words a practitioner can act on.
func (s subject) diagnose(err error) diag.Diagnostic {
	summary, advice, attribute := "could not be read", "This is a bug in the provider; please report it.", ""
	if e, ok := errors.AsType[*client.Error](err); ok {
		for _, row := range failures {
			if e.Kind == row.kind {
				summary, advice, attribute = row.summary, row.advice(s, e), row.attribute
			}
		}
	}
	summary = "Cloudflare " + s.object + " " + summary
	detail := advice + "\n\n" + err.Error()
	if attribute == atSubject {
		attribute = s.attribute
	}
	if attribute == "" {
		return diag.NewErrorDiagnostic(summary, detail)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(attribute), summary, detail)
}

// doubts warns of a 404 that is to be ignored but does not look like the
// Images API's own: with a wrong base_url, every image would look absent.
func (s subject) doubts(err error) (diags diag.Diagnostics) {
	if e, ok := errors.AsType[*client.Error](err); ok && !e.HasCode(codeNotFound) {
		diags.AddWarning("Cloudflare "+s.object+" may not be absent",
			"The answer was a 404 without the API's own code 5404, so something else than the Images API may have given it. Check the provider's base_url, and any proxy on the way.\n\n"+err.Error())
	}
	return diags
}

// notices turns what the API said beside a successful answer into warnings.
func (s subject) notices(messages []client.Message) (diags diag.Diagnostics) {
	for _, message := range messages {
		diags.AddWarning("Cloudflare has a message about "+s.object, message.String())
	}
	return diags
}
