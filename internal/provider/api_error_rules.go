package provider

import "terraform.local/images/terraform-provider-cloudflare/internal/client"

const (
	seeResponse    = " See the API response below."
	checkNetwork   = "Check the provider's base_url and any proxy."
	rateLimitQuota = "Cloudflare allows 1,200 requests in five minutes per user, across all tools. "
	slowDown       = "requests_per_second if other tools use the same credentials, a larger max_retries, " +
		"or a smaller -parallelism of Terraform."
)

// errorRules has at least one rule for each kind. The first match wins.
var errorRules = []errorRule{
	{
		kind: client.NotFound, when: isUnknownUpdate, reason: "not found",
		advice: "An attempt got no response, and now no {object} has this {key}.",
	},
	{
		kind: client.NotFound, when: isCreate, reason: "account or endpoint not found", attribute: "account_id",
		advice: "The API has no endpoint for creating an {object} in account {account}. Check account_id and the provider's base_url.",
	},
	{
		kind: client.NotFound, when: isList, reason: "not found",
		advice: "The API has no {object} endpoint for account {account}. Check account_id and the provider's base_url.",
	},
	{
		kind: client.NotFound, when: lacksNotFoundCode, reason: "not found", atIDAttribute: true,
		advice: "Account {account} has no {object} with this {key}. Check {attribute} and account_id. " +
			"The response doesn't contain the API's error code {code}, so also check the provider's base_url.{hint}",
	},
	{
		kind: client.NotFound, reason: "not found", atIDAttribute: true,
		advice: "Account {account} has no {object} with this {key}. Check {attribute} and account_id.{hint}",
	},
	{
		kind: client.Replaced, reason: "not the image in state", atIDAttribute: true,
		advice: "Since the last refresh, another image was uploaded under this ID. It is left untouched. " +
			"Plan again with a refresh, which shows what the next apply would do to it.",
	},
	{
		kind: client.DeleteUnknown, reason: "outcome of an earlier deletion unknown",
		advice: "This run tried to delete the existing {object} with this {key}, which may have been applied. " +
			"No request was sent, so that the {object} isn't in the state twice. Apply again in three minutes: reads may be stale until then.",
	},
	{
		kind: client.Exists, when: mayBeOwnConflict, reason: "already exists", atIDAttribute: true,
		advice: "An attempt got no response, and now the {key} is taken: by this {object}, or by one that somebody else created " +
			"at the same time. It was left untouched. If it is yours, import it; otherwise choose another {key}.",
	},
	{
		kind: client.Exists, when: isAfterDelete, reason: "already exists", atIDAttribute: true,
		advice: "This run has deleted the {object} with this {key}, but the API still reports the {key} as taken: by the deleted {object}, " +
			"or by one that somebody else has created since, which was left untouched. Apply again in a few minutes.",
	},
	{
		kind: client.Exists, when: isNameConflict, reason: "already exists", atIDAttribute: true,
		suggestImport: true,
		advice: "Account {account} already has an {object} with this {key}, which isn't in this state. Existing objects are never overwritten. " +
			"If the resource block was renamed, add a moved block. " +
			"Otherwise choose another {key}, or import the {object} with the block below. " +
			"With create_before_destroy, here or in a resource that depends on this one, the old {object} still exists at this point: " +
			"remove that setting, or change the {key} as well.",
	},
	{
		kind: client.Exists, reason: "conflict",
		advice: "The API reported a conflict with an existing object." + seeResponse,
	},
	{
		kind: client.NotPermitted, reason: "not permitted",
		advice: "The credentials aren't allowed to {access} Cloudflare Images in account {account}. " +
			"Check that the API token or key is valid, that a token has the permission {permission} for this account, " +
			"and that account_id is correct. The API doesn't distinguish these causes.",
	},
	{
		kind: client.BlockedAtEdge, reason: "blocked by Cloudflare",
		advice: "The request was blocked before it reached the API, so the response says nothing about the credentials or the {object}. " +
			"Check whether Cloudflare blocks the address or network of this machine. " + checkNetwork + seeResponse,
	},
	{
		kind: client.NotFromAPI, reason: "response not from the API",
		advice: "The response doesn't look like one of the Images API, so it says nothing about the credentials or the {object}. " +
			"It comes from Cloudflare's edge, a proxy or another server. " + checkNetwork,
	},
	{
		kind: client.NotEnabled, when: isSigningKey, reason: "signing keys not available for the account", attribute: "account_id",
		advice: "Account {account} is invalid, or has no signing keys, which require a paid Images plan. " +
			"Check account_id, and the account's Images subscription in the dashboard.",
	},
	{
		kind: client.NotEnabled, reason: "Cloudflare Images not enabled for the account", attribute: "account_id",
		advice: "Account {account} is invalid, or Cloudflare Images isn't enabled for it. " +
			"Check account_id, and the account's Images subscription in the dashboard.",
	},
	{
		kind: client.MalformedCredentials, reason: "malformed credentials",
		advice: "The API couldn't parse the credentials. Check that api_token (CLOUDFLARE_API_TOKEN) is an API token " +
			"and api_key (CLOUDFLARE_API_KEY) is a global API key with its email, " +
			"and that they aren't swapped, quoted or truncated.",
	},
	{
		kind: client.NoRoute, reason: "no such API endpoint", attribute: "account_id",
		advice: "The API couldn't route the request, which usually means a malformed account ID. " +
			"Account ID \"{account}\" has {length} characters; 32 are expected. Check account_id and the provider's base_url.",
	},
	{
		kind: client.RateLimited, when: notSent, reason: "rate limit exceeded",
		advice: "The request wasn't sent: this run has used its wait budget for the rate limit, {budget}. " + rateLimitQuota +
			"Wait five minutes and run Terraform again. In the provider block, set prefetch_images to read many images, " +
			"or requests_per_second if other tools use the same credentials; or use a smaller -parallelism of Terraform.",
	},
	{
		kind: client.RateLimited, when: isWrite, reason: "rate limit exceeded",
		advice: "The rate limit was still exceeded after {attempts}. " + rateLimitQuota +
			"Wait five minutes. In the provider block, set " + slowDown,
	},
	{
		kind: client.RateLimited, reason: "rate limit exceeded",
		advice: "The rate limit was still exceeded after {attempts}. " + rateLimitQuota +
			"Wait five minutes. In the provider block, set prefetch_images to read many images, " + slowDown,
	},
	{
		kind: client.Challenged, reason: "blocked by a challenge page",
		advice: "Cloudflare's bot protection returned a challenge page, which a program can't pass. " +
			"Check the provider's base_url, and whether this machine's address or proxy is being challenged.",
	},
	{
		kind: client.Redirected, reason: "unexpected redirect",
		advice: "The API doesn't redirect, and redirects aren't followed, because they could send the credentials elsewhere. " + checkNetwork,
	},
	{
		kind: client.Unavailable, reason: "API unavailable",
		advice: "The API still failed after {attempts}. Try again later, and check https://www.cloudflarestatus.com for incidents. " +
			"The provider's max_retries sets the number of retries.",
	},
	{
		kind: client.Rejected, when: notSent, reason: "invalid request",
		advice: "The request is invalid and wasn't sent. Correct the argument below.",
	},
	{
		kind: client.Rejected, when: lacksStorage, reason: "no paid storage", attribute: "account_id",
		advice: "The image limit of the account is 0: Cloudflare Images stores images only for accounts with paid storage. " +
			"Buy storage in the dashboard under Images, or check account_id." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeLimit), reason: "account limit reached",
		advice: "The account has reached a limit of Cloudflare Images: 100 variants, two signing keys, or the number of paid images. " +
			"Delete unused objects, or raise the limit. " +
			"A limit of 0 means that the account has no paid storage." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeAnimation), reason: "request rejected",
		advice: "The animation exceeds Cloudflare's limit of 100 megapixels for all frames together. " +
			"Remove frames, or scale it down." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeFormat), reason: "request rejected",
		advice: "Cloudflare accepts PNG, JPEG, GIF, WebP, SVG and HEIC files, and AVIF for some accounts. " +
			"Convert the image file to one of these formats." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeDamaged), reason: "request rejected",
		advice: "Cloudflare can't read the image file: it is corrupt or truncated. Export it again." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeImageID), reason: "request rejected", attribute: "id",
		advice: "Cloudflare rejected this ID: it looks like a generated ID, or has a non-image file extension. " +
			"Choose another ID, or omit id to have one generated." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodePrivateID), reason: "request rejected",
		attribute: "require_signed_urls",
		advice: "Images with a custom ID can't be private. " +
			"Omit id to have one generated, or omit require_signed_urls." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeURL), reason: "request rejected", attribute: "url",
		advice: "Cloudflare couldn't fetch the image. Check that url is reachable from the internet without signing in, " +
			"and that its host isn't imagedelivery.net." + seeResponse,
	},
	{
		kind: client.Rejected, when: isTooLarge, reason: "request rejected",
		advice: "The image file exceeds Cloudflare's limit of 10 MB, unless the account has a custom limit. " +
			"Compress it, or scale it down." + seeResponse,
	},
	{
		kind: client.Rejected, when: isKeyDelete, reason: "request rejected",
		advice: "The API rejected the request. The last signing key of an account may not be deletable: create another one first." + seeResponse,
	},
	{
		kind: client.Rejected, reason: "request rejected",
		advice: "The API rejected the request." + seeResponse,
	},
	{
		kind: client.InvalidResponse, reason: "unexpected API response",
		advice: "The response doesn't match the documented format and was ignored. " + checkNetwork +
			" If the response came from Cloudflare, please report it to the provider's developers.",
	},
	{
		kind: client.Unreachable, when: isUntrustedCertificate, reason: "untrusted TLS certificate",
		advice: "The TLS certificate received for {host} {certificate}, so the request wasn't sent. " +
			"If a proxy inspects TLS, this machine must trust the proxy's CA certificate: add it to the system's root certificates, " +
			"or, on Linux and BSD, set SSL_CERT_FILE to a PEM file or SSL_CERT_DIR to a directory that contains it. " +
			"Otherwise check the provider's base_url.",
	},
	{
		kind: client.Unreachable, when: lacksTLS, reason: "no TLS",
		advice: "The response to the TLS handshake with {host} isn't TLS: the port uses another protocol, such as plain HTTP. " +
			"Check the scheme and port of the provider's base_url, and of HTTPS_PROXY, " +
			"which is http://… for most proxies.",
	},
	{
		kind: client.Unreachable, when: isHandshakeFailure, reason: "TLS handshake failed",
		advice: "The TLS handshake with {host} failed, so the request wasn't sent: the two sides share no TLS version or cipher, " +
			"or the server or a proxy requires a client certificate, which the provider doesn't send. " +
			"Check the provider's base_url, and any proxy that inspects TLS. The alert is below.",
	},
	{
		kind: client.Unreachable, reason: "no response",
		advice: "The server {host} didn't send a complete response. Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY) " +
			"and the provider's base_url; request_timeout limits each attempt.",
	},
	{
		kind: client.Canceled, when: writeNotSent, reason: "canceled",
		advice: "The run was interrupted before the request was sent.",
	},
	{
		kind: client.Canceled, when: writeNotApplied, reason: "canceled",
		advice: "The run was interrupted between retries. Nothing was {pastTense}.",
	},
	{
		kind: client.Canceled, when: isWrite, reason: "canceled",
		advice: "The run was interrupted before a response arrived.",
	},
	{
		kind: client.Canceled, reason: "canceled",
		advice: "The read was interrupted before a response arrived. Nothing was changed.",
	},
}
