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

// diagnostic turns a client error into words a practitioner can act on.
func (op operation) diagnostic(err error) diag.Diagnostic {
	row, e := matchRule(op, err)
	unsure := op.action != actionRead && e.MaybeApplied
	detail := row.advice
	if e.CircuitOpen {
		detail = "The API failed for others before, after all retries, so this was not retried. The first errors say what to do."
	}
	isUnnamed := unsure && (e.MayHaveNewID || op.object == objectImage && op.id == "")
	if unsure && !isUnnamed {
		detail += " " + actions[op.action].unsure
	}
	replacer := op.replacer(e)
	summary := "Cloudflare " + op.String() + " " + replacer.Replace(row.summarySuffix(unsure))
	detail = replacer.Replace(detail)
	switch {
	case isUnnamed:
		detail += op.candidates(e)
	case row.suggestImport || unsure && op.action == actionCreate:
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

// candidates names the images that a write whose outcome is unknown may have
// created, each with its import block. The user decides: others upload as well.
func (op operation) candidates(e *client.Error) string {
	var list strings.Builder
	if op.action == actionCreate {
		list.WriteString(" It is not known whether the image was created, and the next apply uploads it again.")
	} else {
		list.WriteString(" It is not known whether the image was changed. Cloudflare may have given it a new ID: then the next plan " +
			"does not find it, and uploads it again. To keep it, run terraform state rm with the address of this resource, and import the image.")
	}
	if e.ListingFailed {
		list.WriteString(" The listing that would show it failed as well: look for it in the dashboard.")
		return list.String()
	}
	if len(e.Candidates) == 0 {
		list.WriteString(" A listing shows no image that it can be, but listings lag: look again in some minutes.")
		return list.String()
	}
	list.WriteString(" A listing shows these images, which somebody else may have uploaded as well. " +
		"Import the one that is yours and in no state:")
	for _, candidate := range e.Candidates[:min(len(e.Candidates), maxCandidates)] {
		fmt.Fprintf(&list, "\n\nID %q, file name %q, uploaded %s:", candidate.ID, candidate.Filename, candidate.Uploaded)
		list.WriteString(importBlock(op.object.resource, op.accountID, candidate.ID))
	}
	if n := len(e.Candidates) - maxCandidates; n > 0 {
		fmt.Fprintf(&list, "\n\nand %d more", n)
	}
	return list.String()
}

// maxCandidates is how many candidates a message names.
const maxCandidates = 5

// matchRule picks the row for an error. Every error of the client is an
// *Error, and each of its kinds has a row.
func matchRule(op operation, err error) (errorRule, *client.Error) {
	e, ok := errors.AsType[*client.Error](err)
	if !ok {
		e = &client.Error{MaybeApplied: true} // for all that is known
	}
	for _, row := range errorRules {
		if row.kind == e.Kind && (row.when == nil || row.when(op, e)) {
			return row, e
		}
	}
	return errorRule{advice: "This is a bug in the provider; please report it."}, e
}

// summarySuffix returns the end of the summary. It does not claim that a
// write failed if it may have been applied.
func (f errorRule) summarySuffix(unsure bool) string {
	failed := "could not be {done}"
	if unsure {
		failed = "may not have been {done}"
	}
	switch {
	case f.standalone:
		return f.summary
	case f.summary == "":
		return failed
	}
	return failed + ": " + f.summary
}

// replacer puts what is known into a row's braces.
func (op operation) replacer(e *client.Error) *strings.Replacer {
	return strings.NewReplacer(
		"{done}", actions[op.action].done,
		"{access}", actions[op.action].access,
		"{permission}", actions[op.action].permission,
		"{noun}", op.object.name,
		"{uncertain}", op.object.uncertain,
		"{key}", op.object.key,
		"{code}", strconv.Itoa(op.object.code),
		"{fresh}", op.object.notFoundHint+op.nfcHint(),
		"{attribute}", op.attribute,
		"{account}", op.accountID,
		"{length}", strconv.Itoa(len(op.accountID)),
		"{host}", e.Host,
		"{certificate}", certificateProblem(e.Err),
		"{tries}", attempts(e),
		"{budget}", fmt.Sprintf("%.0f minutes", client.MaxRateLimitWait.Minutes()),
	)
}

// attempts says how hard the client tried.
func attempts(e *client.Error) string {
	if e.Attempts == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts and %s of waiting", e.Attempts, e.Waited.Round(100*time.Millisecond))
}

// apiMessages turns the messages in a successful response into one warning: of
// several with the same summary, Terraform shows only the first.
func (op operation) apiMessages(messages []client.Message) (diags diag.Diagnostics) {
	var lines []string
	for _, message := range messages {
		lines = append(lines, message.String())
	}
	if len(lines) > 0 {
		diags.AddWarning("Cloudflare has a message about "+op.String(), strings.Join(lines, "\n"))
	}
	return diags
}

// errorRule is a row that turns errors of the client into words.
type errorRule struct {
	kind client.Kind
	// when narrows the row down; nil fits always.
	when func(operation, *client.Error) bool
	// summary ends the summary: after "could not be read: ", or, where it is
	// alone, after the subject's name.
	summary    string
	standalone bool
	// advice is what to do; see words for what is put into braces.
	advice string
	// attribute is at fault, where one is; atIDAttribute is the one that names the
	// subject.
	attribute     string
	atIDAttribute bool
	// suggestImport reports whether an import is the way out.
	suggestImport bool
}

// certificateProblem says why a certificate isn't trusted. The verifiers of
// macOS and Windows return the same types.
func certificateProblem(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "is signed by an authority that this machine does not trust"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "is for another host name"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "has expired or is not valid yet (check this machine's clock as well)"
	}
	return "cannot be verified"
}
