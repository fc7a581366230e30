package provider

import "terraform.local/images/terraform-provider-cloudflare/internal/client"

// verb is what is done to a subject. A read that is part of a write has the
// verb of the write, as something may have been changed before it.
type verb int

// The verbs.
const (
	reading verb = iota
	creating
	changing
	deleting
)

// verbs are the verbs in words.
var verbs = [...]struct {
	done       string
	access     string // what the credentials may not do, before the account
	permission string // that a token needs for it
	unsure     string // how to find out whether it was done, where that matters
}{
	reading: {done: "read", access: "read from", permission: "Images Read"},
	creating: {
		done: "created", access: "write to", permission: "Images Write",
		unsure: "Whether it was created is not known. Look for it in the account before the next apply: what is there already can be imported.",
	},
	changing: {
		done: "changed", access: "write to", permission: "Images Write",
		unsure: "Whether it was changed is not known. The next plan reads it again, and shows what is left to do.",
	},
	deleting: {
		done: "deleted", access: "write to", permission: "Images Write",
		unsure: "Whether it was deleted is not known. The next plan reads it again, and shows what is left to do.",
	},
}

// noun is what a subject is.
type noun struct {
	name  string // in the singular; of a listing, in the plural
	key   string // what tells one from another; empty for a listing
	code  int    // how the API itself says that there is no such thing
	fresh string // what to know of a new one that is not found: a space and a sentence
}

// The nouns.
var (
	oneImage   = noun{"image", "ID", client.CodeNotFound, " A new image can take minutes until every part of Cloudflare knows it."}
	oneVariant = noun{"image variant", "name", client.CodeNoVariant, " A new variant can take minutes until every part " +
		"of Cloudflare knows it."}
	oneSigningKey = noun{"image signing key", "name", client.CodeNotFound, ""}

	allImages      = noun{name: "images"}
	allVariants    = noun{name: "image variants"}
	allSigningKeys = noun{name: "image signing keys"}
	imagesStats    = noun{name: "images stats"}
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
}

func aListing(s subject, _ *client.Error) bool       { return s.noun.key == "" }
func aCreation(s subject, _ *client.Error) bool      { return s.verb == creating }
func aWrite(s subject, _ *client.Error) bool         { return s.verb != reading }
func unsent(_ subject, e *client.Error) bool         { return e.Attempts == 0 }
func unsentWrite(s subject, e *client.Error) bool    { return aWrite(s, e) && unsent(s, e) }
func undoneWrite(s subject, e *client.Error) bool    { return aWrite(s, e) && !e.MayBeDone }
func withoutOwnCode(s subject, e *client.Error) bool { return !e.HasCode(s.noun.code) }

// failures has at least one row for each kind; the first that fits wins.
var failures = []failure{
	{
		kind: client.NotFound, when: aCreation, tail: "the API does not know the place", attribute: "account_id",
		advice: "The API knows no place for a new {noun} in account {account}. Check account_id, and the provider's base_url.",
	},
	{
		kind: client.NotFound, when: aListing, tail: "not found", alone: true,
		advice: "The API knows no {noun} of account {account}. Check account_id, and the provider's base_url.",
	},
	{
		kind: client.NotFound, when: withoutOwnCode, tail: "not found", alone: true, ofSubject: true,
		advice: "No {noun} with this {key} is in account {account}. Check {attribute} and account_id. " +
			"The answer does not carry the API's own code {code}, so check the provider's base_url as well.{fresh}",
	},
	{
		kind: client.NotFound, tail: "not found", alone: true, ofSubject: true,
		advice: "No {noun} with this {key} is in account {account}. Check {attribute} and account_id.{fresh}",
	},
	{
		kind: client.NotPermitted, tail: "not permitted", alone: true,
		advice: "The credentials may not {access} Cloudflare Images in account {account}. " +
			"Check three things, which look the same from outside: that the API token or key is valid, " +
			"that a token has the permission {permission} for this account, and that account_id is the right account.",
	},
	{
		kind: client.NotEnabled, tail: "no Cloudflare Images in the account", attribute: "account_id",
		advice: "Account {account} is not valid, or Cloudflare Images is not enabled for it. " +
			"Check account_id, and the account's Images subscription in the dashboard.",
	},
	{
		kind: client.MalformedCredentials, tail: "malformed credentials",
		advice: "The API could not read the credentials. Check that an API token is in api_token (CLOUDFLARE_API_TOKEN) " +
			"and a global API key in api_key (CLOUDFLARE_API_KEY) with its email, " +
			"not the other way round, and that neither was copied with quotation marks or cut short.",
	},
	{
		kind: client.NoRoute, tail: "the API does not know the path", attribute: "account_id",
		advice: "The API could not route the request, as happens when the account ID has the wrong form. " +
			"Account ID \"{account}\" has {length} characters; 32 are expected. Check account_id, and the provider's base_url.",
	},
	{
		kind: client.Throttled, when: aWrite, tail: "rate limit exceeded",
		advice: "The rate limit was still exceeded after {tries}. " +
			"Cloudflare allows 1,200 requests in five minutes for each user, over all tools together. " +
			"Wait five minutes. In the provider block, requests_per_second helps where other tools use the same credentials; " +
			"max_retries, and Terraform's -parallelism, help as well.",
	},
	{
		kind: client.Throttled, tail: "rate limit exceeded",
		advice: "The rate limit was still exceeded after {tries}. " +
			"Cloudflare allows 1,200 requests in five minutes for each user, over all tools together. " +
			"Wait five minutes. In the provider block, prefetch_images helps with many images, " +
			"and requests_per_second where other tools use the same credentials; " +
			"max_retries, and Terraform's -parallelism, help as well.",
	},
	{
		kind: client.Challenged, tail: "stopped by a challenge page",
		advice: "Cloudflare's bot protection answered instead of the API, which a program cannot pass. " +
			"Check the provider's base_url, and whether this machine's address or proxy is being challenged.",
	},
	{
		kind: client.Redirected, tail: "redirected",
		advice: "The API does not redirect, and no redirect is followed, as it could carry the credentials elsewhere. " +
			"Check the provider's base_url, and any proxy on the way.",
	},
	{
		kind: client.Unavailable, tail: "the API is unavailable",
		advice: "The API still failed after {tries}. Try again later; https://www.cloudflarestatus.com tells of outages. " +
			"The provider's max_retries sets how often a request is sent again.",
	},
	{
		kind: client.Rejected, when: unsent, tail: "request refused",
		advice: "The request cannot be sent as it is.",
	},
	{
		kind: client.Rejected, tail: "request refused",
		advice: "The API refused the request. What it said is below.",
	},
	{
		kind: client.WrongAnswer, tail: "unexpected answer",
		advice: "The answer is not what the Images API documents, so nothing was taken from it. " +
			"Check the provider's base_url, and any proxy on the way. " +
			"If the answer did come from Cloudflare, please report it to the provider's developers.",
	},
	{
		kind: client.Unreachable, tail: "no answer",
		advice: "No complete answer came from {host}. Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY) " +
			"and the provider's base_url; request_timeout sets how long one attempt may take.",
	},
	{
		kind: client.Canceled, when: unsentWrite, tail: "not {done}: canceled", alone: true,
		advice: "The run was interrupted before the request was sent.",
	},
	{
		kind: client.Canceled, when: undoneWrite, tail: "not {done}: canceled", alone: true,
		advice: "The run was interrupted between two attempts. Nothing was {done}.",
	},
	{
		kind: client.Canceled, when: aWrite, tail: "canceled",
		advice: "The run was interrupted before an answer came.",
	},
	{
		kind: client.Canceled, tail: "not read: canceled", alone: true,
		advice: "The read was interrupted before an answer came. Nothing was changed.",
	},
}
