package provider

import (
	"net/http"
	"regexp"
	"slices"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// failure is a row that turns errors of the client into words.
type failure struct {
	kind client.Kind
	// when narrows the row down; nil fits always.
	when func(subject, *client.Error) bool
	// tail ends the summary: after "could not be read: ", or, where it is
	// alone, after the subject's name.
	tail  string
	alone bool
	// advice is what to do; see words for what is put into braces.
	advice string
	// attribute is at fault, where one is; ofSubject is the one that names the
	// subject.
	attribute string
	ofSubject bool
	// imports is whether an import is the way out.
	imports bool
}

func aListing(s subject, _ *client.Error) bool  { return s.noun.key == "" }
func aCreation(s subject, _ *client.Error) bool { return s.verb == creating }
func aMaybeOwnConflict(s subject, e *client.Error) bool {
	return aTakenName(s, e) && e.MayBeDone
}
func anUnknownChange(_ subject, e *client.Error) bool { return e.MayHaveNewID }
func aTakenName(s subject, e *client.Error) bool      { return aCreation(s, e) && s.noun.key != "" }
func ofKeys(s subject, _ *client.Error) bool {
	return s.noun == oneSigningKey || s.noun == allSigningKeys
}

func aKeysEnd(s subject, _ *client.Error) bool { return s.noun == oneSigningKey && s.verb == deleting }

// tooLarge follows all rows with a code of their own: the status counts only
// if the response has none of these.
func tooLarge(_ subject, e *client.Error) bool {
	return e.Status == http.StatusRequestEntityTooLarge || e.HasCode(client.CodeTooLarge) || e.HasCode(client.CodeEntity)
}

func aWrite(s subject, _ *client.Error) bool         { return s.verb != reading }
func unsent(_ subject, e *client.Error) bool         { return e.Attempts == 0 }
func unsentWrite(s subject, e *client.Error) bool    { return aWrite(s, e) && unsent(s, e) }
func undoneWrite(s subject, e *client.Error) bool    { return aWrite(s, e) && !e.MayBeDone }
func withoutOwnCode(s subject, e *client.Error) bool { return !e.HasCode(s.noun.code) }

func withCode(code int) func(subject, *client.Error) bool {
	return func(_ subject, e *client.Error) bool { return e.HasCode(code) }
}

// withoutStorage reports whether the limit that was reached is 0, which only
// the message of the response says.
func withoutStorage(_ subject, e *client.Error) bool {
	return e.HasCode(client.CodeLimit) && slices.ContainsFunc(slices.Concat(e.Messages, e.Notes), func(m client.Message) bool {
		return limitOfZero.MatchString(m.String())
	})
}

// limitOfZero matches a limit of 0, however it is worded: "limit: 0", "limit of
// 0 images", "0 of 0", "5/0".
var limitOfZero = regexp.MustCompile(`(?i)(?:limit|allowed|maximum|quota)\D{0,30}\b0(?:$|[^\d.,]|[.,](?:$|\D))|\d\s*(?:/|of)\s*0\b`)
