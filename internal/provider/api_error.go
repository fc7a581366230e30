package provider

import (
	"crypto/x509"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// diagnostic returns the diagnostic for a client error.
func (op operation) diagnostic(err error) diag.Diagnostic {
	row, e := matchRule(op, err)
	isAmbiguous := isWrite(op, e) && e.MaybeApplied
	detail := row.advice
	if e.CircuitOpen {
		detail = "See the first error: this request wasn't retried, because earlier ones failed after all retries."
	}
	isUnnamed := isAmbiguous && (e.MayHaveNewID || op.object == objectImage && op.id == "")
	if isAmbiguous && !isUnnamed && !mayBeOwnConflict(op, e) {
		detail += " " + actions[op.action].outcomeUnknown
	}
	summary := fmt.Sprintf("Unable to %s Cloudflare %s: %s", op.verb(), op, row.reason)
	if isAmbiguous {
		summary += "; it may have been " + actions[op.action].pastTense
	}
	detail = op.replacer(e).Replace(detail)
	switch {
	case isUnnamed:
		detail += op.candidates(e)
	case row.suggestImport || isAmbiguous && op.action == actionCreate:
		detail += importBlock(op.object.resource, op.accountID, op.id)
	}
	detail += "\n\n" + err.Error()
	attribute := row.attribute
	if row.atIDAttribute {
		attribute = op.attribute
	}
	if attribute == "" {
		return diag.NewErrorDiagnostic(summary, detail)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(attribute), summary, detail)
}

// candidates lists the images that an ambiguous write may have created, each
// with its import block. Only the user can identify the right one, because
// somebody else may upload at the same time.
func (op operation) candidates(e *client.Error) string {
	var list strings.Builder
	if op.action == actionCreate {
		list.WriteString(" The image may have been created: check that before you apply again, because the next apply uploads it again.")
	} else {
		list.WriteString(" Plan again: the image may have been updated, and Cloudflare may have assigned it a new ID. " +
			"If the plan would upload the image again, you can keep the existing one instead: " +
			"run terraform state rm with the address of this resource, and import the image under its new ID.")
	}
	if e.ListingFailed {
		list.WriteString(" Listing the images failed as well, so look for it in the dashboard.")
		return list.String()
	}
	if len(e.Candidates) == 0 {
		list.WriteString(" No listed image matches it, but listings may be stale: look for it in the dashboard in a few minutes.")
		return list.String()
	}
	list.WriteString(" The images below match, but somebody else may have uploaded them. " +
		"Import the one that is yours and isn't in any state:")
	for _, candidate := range e.Candidates[:min(len(e.Candidates), maxCandidates)] {
		fmt.Fprintf(&list, "\n\nID %q, file name %q, uploaded %s:", candidate.ID, candidate.Filename, candidate.Uploaded)
		list.WriteString(importBlock(op.object.resource, op.accountID, candidate.ID))
	}
	if n := len(e.Candidates) - maxCandidates; n > 0 {
		fmt.Fprintf(&list, "\n\nand %d more", n)
	}
	return list.String()
}

// maxCandidates is the maximum number of candidates that a message lists.
const maxCandidates = 5

// matchRule returns the rule for an error, and the error as a *client.Error.
// All errors of the client are of that type, and each kind has a rule, so the
// fallbacks are only for bugs.
func matchRule(op operation, err error) (errorRule, *client.Error) {
	e, ok := errors.AsType[*client.Error](err)
	if !ok {
		e = &client.Error{MaybeApplied: true}
	}
	for _, row := range errorRules {
		if row.kind == e.Kind && (row.when == nil || row.when(op, e)) {
			return row, e
		}
	}
	return errorRule{reason: "unexpected error", advice: "Please report this: it is a bug in the provider."}, e
}

// replacer fills in the placeholders of a rule's advice.
func (op operation) replacer(e *client.Error) *strings.Replacer {
	return strings.NewReplacer(
		"{pastTense}", actions[op.action].pastTense,
		"{access}", actions[op.action].access,
		"{permission}", actions[op.action].permission,
		"{object}", op.object.name,
		"{unretried}", op.object.unretried,
		"{key}", op.object.key,
		"{code}", strconv.Itoa(op.object.code),
		"{hint}", op.object.notFoundHint+op.nfcHint(),
		"{attribute}", op.attribute,
		"{account}", op.accountID,
		"{length}", strconv.Itoa(len(op.accountID)),
		"{host}", e.Host,
		"{certificate}", certificateProblem(e.Err),
		"{attempts}", attempts(e),
		"{budget}", fmt.Sprintf("%.0f minutes", client.MaxRateLimitWait.Minutes()),
	)
}

// attempts describes the attempts of a request, and how long it waited between
// them.
func attempts(e *client.Error) string {
	if e.Attempts == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts and %s of waiting", e.Attempts, e.Waited.Round(100*time.Millisecond))
}

// apiMessages combines the messages of a successful response into one warning,
// because Terraform shows only the first of several with the same summary.
func (op operation) apiMessages(messages []client.Message) (diags diag.Diagnostics) {
	var lines []string
	for _, message := range messages {
		lines = append(lines, message.String())
	}
	if len(lines) > 0 {
		diags.AddWarning("Cloudflare API message for "+op.String(), strings.Join(lines, "\n"))
	}
	return diags
}

// errorRule describes errors of the client for users.
type errorRule struct {
	kind client.Kind
	// when restricts the rule; nil always matches.
	when func(operation, *client.Error) bool
	// reason ends the summary, in lower case.
	reason string
	// advice begins the detail; replacer fills in its placeholders.
	advice string
	// attribute is the attribute at fault; atIDAttribute selects that of the ID.
	attribute     string
	atIDAttribute bool
	// suggestImport adds an import block.
	suggestImport bool
}

// certificateProblem says why a certificate isn't trusted. The verifiers of
// macOS and Windows return the same types.
func certificateProblem(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "is signed by an authority that this machine doesn't trust"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "is for another host name"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "has expired or isn't valid yet (also check this machine's clock)"
	}
	return "can't be verified"
}
