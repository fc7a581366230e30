package client

import "slices"

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
	CodeAnimation = 5443 // too many pixels, all frames together
	CodeURL       = 5454 // not to be fetched
	CodeFormat    = 5455
	CodeDamaged   = 9422
)

// codeExists is how it says that a name is taken.
const codeExists = 5409

// notReceived are how it says that what was sent did not arrive as a whole, so
// that nothing was stored: sent too slowly, aborted, broken off.
var notReceived = []int{5408, 5433, 5450}

// kinds decides what a refusal means; the first row that fits wins. What a
// status says beyond doubt comes first, then codes, then the other statuses: a
// 404 of the router is not a 404 of the image.
var kinds = []struct {
	kind     Kind
	codes    []int // one of them; any where there are none
	from, to int   // statuses, both included; any where they are 0
}{
	{kind: Throttled, from: 429, to: 429},
	{kind: Redirected, from: 300, to: 399},
	{kind: Unavailable, from: 500, to: 599},
	{kind: NotFound, codes: []int{CodeNotFound, CodeNoVariant}},
	{kind: Exists, codes: []int{codeExists}},
	{kind: Unavailable, codes: notReceived},
	{kind: NotEnabled, codes: []int{5403, 7403}},
	{kind: MalformedCredentials, codes: []int{6003, 6103, 6111, 9106}},
	{kind: MalformedCredentials, codes: []int{1000, 9103, 9107}, from: 400, to: 400},
	{kind: NotPermitted, codes: []int{10000, 9109}},
	{kind: NoRoute, codes: []int{7003, 7000}},
	{kind: Throttled, codes: []int{971, 10429}},
	{kind: NotPermitted, from: 401, to: 401},
	{kind: NotPermitted, from: 403, to: 403},
	{kind: NotFound, from: 404, to: 404},
	{kind: Unavailable, from: 408, to: 408},
	{kind: Exists, from: 409, to: 409},
	{kind: Rejected, from: 400, to: 499},
}

func kindOf(status int, messages []Message) Kind {
	for _, row := range kinds {
		hasCode := row.codes == nil || hasCode(messages, row.codes)
		hasStatus := row.from == 0 || row.from <= status && status <= row.to
		if hasCode && hasStatus {
			return row.kind
		}
	}
	return WrongAnswer
}

// isKnown is whether a code is one of those above.
func isKnown(messages []Message) bool {
	for _, row := range kinds {
		if row.codes != nil && hasCode(messages, row.codes) {
			return true
		}
	}
	return false
}

// hasCode looks for one of some codes. Those in chains are only of what lies
// behind an error.
func hasCode(messages []Message, codes []int) bool {
	return slices.ContainsFunc(messages, func(m Message) bool { return slices.Contains(codes, m.Code) })
}
