package provider

import (
	"net/http"
	"regexp"
	"slices"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

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
	// suggestImport is whether an import is the way out.
	suggestImport bool
}

func isList(s operation, _ *client.Error) bool   { return s.object.key == "" }
func isCreate(s operation, _ *client.Error) bool { return s.action == actionCreate }
func mayBeOwnConflict(s operation, e *client.Error) bool {
	return isNameConflict(s, e) && e.MaybeApplied
}
func isUnknownUpdate(_ operation, e *client.Error) bool { return e.MayHaveNewID }
func isNameConflict(s operation, e *client.Error) bool  { return isCreate(s, e) && s.object.key != "" }
func isSigningKey(s operation, _ *client.Error) bool {
	return s.object == objectSigningKey || s.object == objectSigningKeys
}

func isKeyDelete(s operation, _ *client.Error) bool {
	return s.object == objectSigningKey && s.action == actionDelete
}

// isTooLarge follows all rows with a code of their own: the status counts only
// if the response has none of these.
func isTooLarge(_ operation, e *client.Error) bool {
	return e.Status == http.StatusRequestEntityTooLarge || e.HasCode(client.CodeTooLarge) || e.HasCode(client.CodeEntity)
}

func isWrite(s operation, _ *client.Error) bool           { return s.action != actionRead }
func notSent(_ operation, e *client.Error) bool           { return e.Attempts == 0 }
func writeNotSent(s operation, e *client.Error) bool      { return isWrite(s, e) && notSent(s, e) }
func writeNotApplied(s operation, e *client.Error) bool   { return isWrite(s, e) && !e.MaybeApplied }
func lacksNotFoundCode(s operation, e *client.Error) bool { return !e.HasCode(s.object.code) }

func hasCode(code int) func(operation, *client.Error) bool {
	return func(_ operation, e *client.Error) bool { return e.HasCode(code) }
}

// lacksStorage reports whether the limit that was reached is 0, which only
// the message of the response says.
func lacksStorage(_ operation, e *client.Error) bool {
	return e.HasCode(client.CodeLimit) && slices.ContainsFunc(slices.Concat(e.Messages, e.Notes), func(m client.Message) bool {
		return limitOfZero.MatchString(m.String())
	})
}

// limitOfZero matches a limit of 0, however it is worded: "limit: 0", "limit of
// 0 images", "0 of 0", "5/0".
var limitOfZero = regexp.MustCompile(`(?i)(?:limit|allowed|maximum|quota)\D{0,30}\b0(?:$|[^\d.,]|[.,](?:$|\D))|\d\s*(?:/|of)\s*0\b`)
