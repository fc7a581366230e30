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

// diagnose turns a client error into words a practitioner can act on.
func (s subject) diagnose(err error) diag.Diagnostic {
	row, e := failureOf(s, err)
	unsure := s.verb != reading && e.MayBeDone
	detail := row.advice
	if e.GaveUp {
		detail = "The API failed for others before, after all retries, so this was not retried. The first errors say what to do."
	}
	isUnnamed := unsure && (e.MayHaveNewID || s.noun == oneImage && s.id == "")
	if unsure && !isUnnamed {
		detail += " " + verbs[s.verb].unsure
	}
	words := s.words(e)
	summary := "Cloudflare " + s.String() + " " + words.Replace(row.ending(unsure))
	detail = words.Replace(detail)
	switch {
	case isUnnamed:
		detail += s.candidates(e)
	case row.imports || unsure && s.verb == creating:
		detail += importBlock(s.noun.resource, s.accountID, s.id)
	}
	detail += "\n\n" + err.Error()
	attribute := row.attribute
	if row.ofSubject {
		attribute = s.attribute
	}
	if attribute == "" {
		return diag.NewErrorDiagnostic(summary, detail)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(attribute), summary, detail)
}

// candidates names the images that a write whose outcome is unknown may have
// created, each with its import block. The user decides: others upload as well.
func (s subject) candidates(e *client.Error) string {
	var list strings.Builder
	if s.verb == creating {
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
		list.WriteString(importBlock(s.noun.resource, s.accountID, candidate.ID))
	}
	if n := len(e.Candidates) - maxCandidates; n > 0 {
		fmt.Fprintf(&list, "\n\nand %d more", n)
	}
	return list.String()
}

// maxCandidates is how many candidates a message names.
const maxCandidates = 5

// failureOf picks the row for an error. Every error of the client is an
// *Error, and each of its kinds has a row.
func failureOf(s subject, err error) (failure, *client.Error) {
	e, ok := errors.AsType[*client.Error](err)
	if !ok {
		e = &client.Error{MayBeDone: true} // for all that is known
	}
	for _, row := range failures {
		if row.kind == e.Kind && (row.when == nil || row.when(s, e)) {
			return row, e
		}
	}
	return failure{advice: "This is a bug in the provider; please report it."}, e
}

// ending is the end of the summary. It does not say that a write failed where
// it may have been done.
func (f failure) ending(unsure bool) string {
	failed := "could not be {done}"
	if unsure {
		failed = "may not have been {done}"
	}
	switch {
	case f.alone:
		return f.tail
	case f.tail == "":
		return failed
	}
	return failed + ": " + f.tail
}

// words puts what is known into a row's braces.
func (s subject) words(e *client.Error) *strings.Replacer {
	return strings.NewReplacer(
		"{done}", verbs[s.verb].done,
		"{access}", verbs[s.verb].access,
		"{permission}", verbs[s.verb].permission,
		"{noun}", s.noun.name,
		"{uncertain}", s.noun.uncertain,
		"{key}", s.noun.key,
		"{code}", strconv.Itoa(s.noun.code),
		"{fresh}", s.noun.fresh+s.decomposedHint(),
		"{attribute}", s.attribute,
		"{account}", s.accountID,
		"{length}", strconv.Itoa(len(s.accountID)),
		"{host}", e.Host,
		"{certificate}", certificateProblem(e.Err),
		"{tries}", tries(e),
		"{budget}", fmt.Sprintf("%.0f minutes", client.MaxLimitedWait.Minutes()),
	)
}

// tries tells how hard the client tried.
func tries(e *client.Error) string {
	if e.Attempts == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts and %s of waiting", e.Attempts, e.Waited.Round(100*time.Millisecond))
}

// notices turns the messages in a successful response into one warning: of
// several with the same summary, Terraform shows only the first.
func (s subject) notices(messages []client.Message) (diags diag.Diagnostics) {
	var texts []string
	for _, message := range messages {
		texts = append(texts, message.String())
	}
	if len(texts) > 0 {
		diags.AddWarning("Cloudflare has a message about "+s.String(), strings.Join(texts, "\n"))
	}
	return diags
}
