package provider

import (
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
func (s operation) diagnostic(err error) diag.Diagnostic {
	row, e := matchRule(s, err)
	unsure := s.action != actionRead && e.MaybeApplied
	detail := row.advice
	if e.CircuitOpen {
		detail = "The API failed for others before, after all retries, so this was not retried. The first errors say what to do."
	}
	isUnnamed := unsure && (e.MayHaveNewID || s.object == objectImage && s.id == "")
	if unsure && !isUnnamed {
		detail += " " + actions[s.action].unsure
	}
	words := s.replacer(e)
	summary := "Cloudflare " + s.String() + " " + words.Replace(row.summarySuffix(unsure))
	detail = words.Replace(detail)
	switch {
	case isUnnamed:
		detail += s.candidates(e)
	case row.suggestImport || unsure && s.action == actionCreate:
		detail += importBlock(s.object.resource, s.accountID, s.id)
	}
	detail += "\n\n" + err.Error()
	attribute := row.attribute
	if row.atIDAttribute {
		attribute = s.attribute
	}
	if attribute == "" {
		return diag.NewErrorDiagnostic(summary, detail)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(attribute), summary, detail)
}

// candidates names the images that a write whose outcome is unknown may have
// created, each with its import block. The user decides: others upload as well.
func (s operation) candidates(e *client.Error) string {
	var list strings.Builder
	if s.action == actionCreate {
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
		list.WriteString(importBlock(s.object.resource, s.accountID, candidate.ID))
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
func matchRule(s operation, err error) (errorRule, *client.Error) {
	e, ok := errors.AsType[*client.Error](err)
	if !ok {
		e = &client.Error{MaybeApplied: true} // for all that is known
	}
	for _, row := range errorRules {
		if row.kind == e.Kind && (row.when == nil || row.when(s, e)) {
			return row, e
		}
	}
	return errorRule{advice: "This is a bug in the provider; please report it."}, e
}

// summarySuffix is the end of the summary. It does not say that a write failed where
// it may have been done.
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
func (s operation) replacer(e *client.Error) *strings.Replacer {
	return strings.NewReplacer(
		"{done}", actions[s.action].done,
		"{access}", actions[s.action].access,
		"{permission}", actions[s.action].permission,
		"{noun}", s.object.name,
		"{uncertain}", s.object.uncertain,
		"{key}", s.object.key,
		"{code}", strconv.Itoa(s.object.code),
		"{fresh}", s.object.notFoundHint+s.nfcHint(),
		"{attribute}", s.attribute,
		"{account}", s.accountID,
		"{length}", strconv.Itoa(len(s.accountID)),
		"{host}", e.Host,
		"{certificate}", certificateProblem(e.Err),
		"{tries}", attempts(e),
		"{budget}", fmt.Sprintf("%.0f minutes", client.MaxRateLimitWait.Minutes()),
	)
}

// attempts tells how hard the client tried.
func attempts(e *client.Error) string {
	if e.Attempts == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts and %s of waiting", e.Attempts, e.Waited.Round(100*time.Millisecond))
}

// apiMessages turns the messages in a successful response into one warning: of
// several with the same summary, Terraform shows only the first.
func (s operation) apiMessages(messages []client.Message) (diags diag.Diagnostics) {
	var texts []string
	for _, message := range messages {
		texts = append(texts, message.String())
	}
	if len(texts) > 0 {
		diags.AddWarning("Cloudflare has a message about "+s.String(), strings.Join(texts, "\n"))
	}
	return diags
}
