package client

import (
	"slices"
)

// How the Images API itself says that there is no such thing.
const (
	CodeNotFound  = 5404 // image or signing key
	CodeNoVariant = 5401
)

// CodeLimit is how it says that the account has as much as it may.
const CodeLimit = 5453

// How it says what it has against an image.
const (
	CodePrivateID = 5410 // an ID of one's own, and private
	CodeImageID   = 5411
	CodeTooLarge  = 5413
	CodeAnimation = 5443 // too many pixels, all frames together
	CodeURL       = 5454 // not to be fetched
	CodeFormat    = 5455
	CodeEntity    = 7011 // the gateway's twin of CodeTooLarge
	CodeDamaged   = 9422
)

// codeExists is how it says that a name is taken.
const codeExists = 5409

// incompleteUpload are how it says that what was sent did not arrive as a whole, so
// that nothing was stored: sent too slowly, aborted, broken off.
var incompleteUpload = []int{5408, 5433, 5450}

// internalErrors are faults of the Images service itself: internal, storage,
// purge, account load, audit, abuse. 5550 has also been seen with status 415.
var internalErrors = []int{5500, 5503, 5540, 5541, 5542, 5543, 5544, 5550}

// credentialCodes are about credentials. With status 400 they mean that the API
// could not parse them, with any other that they are not valid: the only codes
// whose meaning depends on the status.
var credentialCodes = []int{1000, 9103, 9107}

// errorKinds decides what a response that isn't a success means; the first matching
// row wins. Redirects and server errors come first, as their codes may be those
// of another server. Then a known code decides, whatever the 4xx status: a 404
// of the router isn't a 404 of the image, and a 409 with 5411 isn't a conflict.
// The status decides only if there is no known code.
var errorKinds = []struct {
	kind     Kind
	codes    []int // any one of them; nil matches every response
	from, to int   // statuses, both included; any where they are 0
}{
	{kind: Redirected, from: 300, to: 399},
	{kind: Unavailable, from: 500, to: 599},
	{kind: NotFound, codes: []int{CodeNotFound, CodeNoVariant}},
	{kind: Exists, codes: []int{codeExists}},
	{kind: Unavailable, codes: incompleteUpload},
	{kind: Unavailable, codes: internalErrors},
	{kind: NotEnabled, codes: []int{5403, 7403}},
	{kind: MalformedCredentials, codes: []int{6003, 6103, 6111, 9106}},
	{kind: MalformedCredentials, codes: credentialCodes, from: 400, to: 400},
	{kind: NotPermitted, codes: credentialCodes, from: 401, to: 499},
	{kind: NotPermitted, codes: []int{10000, 9109}},
	{kind: NoRoute, codes: []int{7003, 7000}},
	{kind: RateLimited, codes: []int{971, 10429}},
	{kind: Rejected, codes: []int{CodeLimit, CodePrivateID, CodeImageID, CodeTooLarge, CodeEntity}},
	{kind: Rejected, codes: []int{CodeAnimation, CodeURL, CodeFormat, CodeDamaged}},
	{kind: Rejected, codes: []int{5400, 5415}, from: 400, to: 499}, // a bad request, and a body that isn't a form
	{kind: NotPermitted, from: 401, to: 401},
	{kind: NotPermitted, from: 403, to: 403},
	{kind: NotFound, from: 404, to: 404},
	{kind: Unavailable, from: 408, to: 408},
	{kind: Exists, from: 409, to: 409},
	{kind: RateLimited, from: 429, to: 429},
	{kind: Rejected, from: 400, to: 499},
}

func kindOf(status int, messages []Message) Kind {
	for _, row := range errorKinds {
		hasCode := row.codes == nil || hasAnyCode(messages, row.codes)
		hasStatus := row.from == 0 || row.from <= status && status <= row.to
		if hasCode && hasStatus {
			return row.kind
		}
	}
	return InvalidResponse
}

// isFinal reports whether a known code rules out that another attempt helps,
// although the status alone, such as 429, would not.
func (e *Error) isFinal() bool {
	return hasKnownCode(e.Messages) && e.Kind != RateLimited && e.Kind != Unavailable
}

// hasKnownCode reports whether a code is one of those above.
func hasKnownCode(messages []Message) bool {
	for _, row := range errorKinds {
		if row.codes != nil && hasAnyCode(messages, row.codes) {
			return true
		}
	}
	return false
}

// hasAnyCode looks for one of some codes. Those in chains are only of what lies
// behind an error.
func hasAnyCode(messages []Message, codes []int) bool {
	return slices.ContainsFunc(messages, func(m Message) bool { return slices.Contains(codes, m.Code) })
}
