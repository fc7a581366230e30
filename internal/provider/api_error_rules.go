package provider

import "terraform.local/images/terraform-provider-cloudflare/internal/client"

const (
	seeResponse    = " See the API response below."
	checkNetwork   = "Check the provider's base_url and any proxy."
	checkImages    = "Check account_id, and the account's Images subscription in the dashboard: "
	rateLimitQuota = "Cloudflare allows 1,200 requests in five minutes per user, across all tools."
	slowDown       = "If other tools use the same credentials, set requests_per_second in the provider block; " +
		"otherwise run Terraform with a smaller -parallelism. To retry for longer, set a larger max_retries. "
	prefetch = "To read many images, set prefetch_images in the provider block. "
)

// errorRules has at least one rule for each kind. The first match wins.
var errorRules = []errorRule{
	{
		kind: client.NotFound, when: isUnknownUpdate, reason: "not found",
		advice: "An attempt got no response, and now no {object} has this {key}.",
	},
	{
		kind: client.NotFound, when: isCreate, reason: "account or endpoint not found", attribute: "account_id",
		advice: "Check account_id and the provider's base_url: the API has no endpoint for creating an {object} in account {account}.",
	},
	{
		kind: client.NotFound, when: hasNoKey, reason: "not found",
		advice: "Check account_id and the provider's base_url: the API has no endpoint for {object} of account {account}.",
	},
	{
		kind: client.NotFound, when: lacksNotFoundCode, reason: "not found", atIDAttribute: true,
		advice: "Check {attribute} and account_id: account {account} has no {object} with this {key}. " +
			"Also check the provider's base_url, because the response doesn't contain the API's error code {code}.{hint}",
	},
	{
		kind: client.NotFound, reason: "not found", atIDAttribute: true,
		advice: "Check {attribute} and account_id: account {account} has no {object} with this {key}.{hint}",
	},
	{
		kind: client.Replaced, when: isImage, reason: "not the image in state", atIDAttribute: true,
		advice: "Plan again with a refresh, which shows what the next apply would do to the image that now has this ID: " +
			"it was uploaded since the last refresh, and is left untouched.",
	},
	{
		kind: client.Replaced, reason: "not the one in state", atIDAttribute: true,
		advice: "Plan again with a refresh. An earlier run tried to delete the {object}, but got no response, " +
			"and the existing one differs: somebody else may have created it since. It is left untouched.",
	},
	{
		kind: client.DeleteFailed, reason: "earlier deletion failed",
		advice: "Resolve the error of the deletion, then apply again: " +
			"this run failed to delete the existing {object} with this {key}, which may still exist. " +
			"If the deletion got no response, wait three minutes first, because reads may be stale until then. " +
			"The create wasn't sent, because otherwise the existing {object} could end up in state twice. " +
			"If the resource block was renamed, add a moved block instead.",
	},
	{
		kind: client.Exists, when: mayBeOwnConflict, reason: "already exists", atIDAttribute: true,
		advice: "If the resource block was renamed, add a moved block. " +
			"Otherwise import the {object} that now has this {key}, with the block below, if it is yours, or choose another {key}. " +
			"It existed before, or was created by an attempt that got no response, or by somebody else at the same time. " +
			"It was left untouched.",
	},
	{
		kind: client.Exists, when: isAfterDelete, reason: "already exists", atIDAttribute: true,
		advice: "Apply again in a few minutes: this run deleted the {object} with this {key}, or found it deleted, but the API still reports the {key} as taken, " +
			"either by the deleted {object} or by one that somebody else has created since, which is left untouched.",
	},
	{
		kind: client.Exists, when: isNameConflict, reason: "already exists", atIDAttribute: true,
		suggestImport: true,
		advice: "If the resource block was renamed, add a moved block. " +
			"Otherwise choose another {key}, or import the existing {object} with the block below: " +
			"account {account} already has an {object} with this {key}, and existing objects are never overwritten. " +
			"With create_before_destroy, here or in a resource that depends on this one, the old {object} still exists at this point: " +
			"remove that setting, or change the {key} as well. If this run deletes the old {object} later, apply again.",
	},
	{
		kind: client.Exists, reason: "conflict",
		advice: "Check in the dashboard whether somebody else is changing the same object, and plan again: " +
			"the API reported a conflict with an existing object." + seeResponse,
	},
	{
		kind: client.NotPermitted, reason: "not permitted",
		advice: "Check that the API token or key is valid, that a token has the permission {permission} for account {account}, " +
			"and that account_id is correct: the credentials aren't allowed to {access} Cloudflare Images in this account, " +
			"and the API doesn't distinguish these causes.",
	},
	{
		kind: client.BlockedAtEdge, reason: "blocked by Cloudflare",
		advice: checkNetwork + " Also check whether Cloudflare blocks the address or network of this machine: " +
			"the request was blocked before it reached the API, so the response below says nothing about the credentials or the {object}.",
	},
	{
		kind: client.NotFromAPI, reason: "response not from the API",
		advice: checkNetwork + " The response isn't from the Images API, but from Cloudflare's edge, a proxy or another server, " +
			"so it says nothing about the credentials or the {object}.",
	},
	{
		kind: client.NotEnabled, when: isSigningKey, reason: "signing keys not available for the account", attribute: "account_id",
		advice: checkImages + "account {account} is invalid, or has no signing keys, which require a paid Images plan.",
	},
	{
		kind: client.NotEnabled, reason: "Cloudflare Images not enabled for the account", attribute: "account_id",
		advice: checkImages + "account {account} is invalid, or Cloudflare Images isn't enabled for it.",
	},
	{
		kind: client.MalformedCredentials, reason: "malformed credentials",
		advice: "Check that api_token (CLOUDFLARE_API_TOKEN) is an API token, " +
			"that api_key (CLOUDFLARE_API_KEY) is a global API key with its email, " +
			"and that they aren't swapped, quoted or truncated: the API couldn't parse the credentials.",
	},
	{
		kind: client.NoRoute, reason: "no such API endpoint", attribute: "account_id",
		advice: "Check account_id and the provider's base_url: the API couldn't route the request, " +
			"which usually means a malformed account ID. Account IDs have 32 characters; \"{account}\" has {length}.",
	},
	{
		kind: client.RateLimited, when: notSent, reason: "rate limit exceeded",
		advice: "Wait five minutes and run Terraform again. " + prefetch +
			"If other tools use the same credentials, set requests_per_second in the provider block. " +
			"Otherwise run Terraform with a smaller -parallelism. " +
			"The request wasn't sent: this run has used its wait budget for the rate limit, {budget}. " + rateLimitQuota,
	},
	{
		kind: client.RateLimited, when: isWrite, reason: "rate limit exceeded",
		advice: "Wait five minutes and run Terraform again. " + slowDown +
			"The rate limit was still exceeded after {attempts}. " + rateLimitQuota,
	},
	{
		kind: client.RateLimited, reason: "rate limit exceeded",
		advice: "Wait five minutes and run Terraform again. " + prefetch + slowDown +
			"The rate limit was still exceeded after {attempts}. " + rateLimitQuota,
	},
	{
		kind: client.Challenged, reason: "blocked by a challenge page",
		advice: "Check the provider's base_url, and whether Cloudflare challenges the address or proxy of this machine: " +
			"its bot protection returned a challenge page, which a program can't pass.",
	},
	{
		kind: client.Redirected, reason: "unexpected redirect",
		advice: checkNetwork + " The API doesn't redirect, and redirects aren't followed, because they could send the credentials elsewhere.",
	},
	{
		kind: client.Unavailable, reason: "API unavailable",
		advice: "Check https://www.cloudflarestatus.com for incidents, and try again later: the API still failed after {attempts}. " +
			"The provider's max_retries sets the number of retries.",
	},
	{
		kind: client.Rejected, when: notSent, reason: "invalid request",
		advice: "Correct the argument below: the request is invalid, and wasn't sent.",
	},
	{
		kind: client.Rejected, when: lacksStorage, reason: "no paid storage", attribute: "account_id",
		advice: "Buy storage in the dashboard under Images, or check account_id: the image limit of the account is 0, " +
			"because Cloudflare Images stores images only for accounts with paid storage." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeLimit), reason: "account limit reached",
		advice: "Delete unused objects, or raise the limit. The account has reached one of its limits: " +
			"100 variants, two signing keys, or the number of paid images. " +
			"A limit of 0 means that the account has no paid storage." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeAnimation), reason: "request rejected",
		advice: "Remove frames from the animation, or scale it down: " +
			"it exceeds Cloudflare's limit of 100 megapixels for all frames together." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeFormat), reason: "request rejected",
		advice: "Convert the image file to a format that Cloudflare accepts: " +
			"PNG, JPEG, GIF, WebP, SVG or HEIC, or AVIF for some accounts." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeDamaged), reason: "request rejected",
		advice: "Export the image file again: it is corrupt or truncated, and Cloudflare can't read it." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeImageID), reason: "request rejected", attribute: "id",
		advice: "Choose another ID, or omit id to have one generated: " +
			"this one looks like a generated ID, or has a non-image file extension." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodePrivateID), reason: "request rejected",
		attribute: "require_signed_urls",
		advice:    "Omit id to have one generated, or omit require_signed_urls: images with a custom ID can't be private." + seeResponse,
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeURL), reason: "request rejected", attribute: "url",
		advice: "Check that url is reachable from the internet without signing in, and that its host isn't imagedelivery.net: " +
			"Cloudflare couldn't fetch the image." + seeResponse,
	},
	{
		kind: client.Rejected, when: isTooLarge, reason: "request rejected",
		advice: "Compress the image file, or scale it down: it exceeds Cloudflare's limit of 10 MB, or the account's custom limit." + seeResponse,
	},
	{
		kind: client.Rejected, when: isKeyDelete, reason: "request rejected",
		advice: "If this is the last signing key of the account, create another one first: the API may reject deleting the last one." + seeResponse,
	},
	{
		kind: client.Rejected, reason: "request rejected",
		advice: "Correct the configuration, which the API rejected." + seeResponse,
	},
	{
		kind: client.InvalidResponse, reason: "unexpected API response",
		advice: checkNetwork + " The response doesn't match the documented format, and was ignored. " +
			"If it came from Cloudflare, please report it to the provider's developers.",
	},
	{
		kind: client.Unreachable, when: isUntrustedCertificate, reason: "untrusted TLS certificate",
		advice: "Check the provider's base_url, and any proxy that inspects TLS: " +
			"the TLS certificate received for {host} {certificate}, so the request wasn't sent. " +
			"To trust a proxy's CA certificate, add it to the system's root certificates, " +
			"or, on Linux and BSD, set SSL_CERT_FILE to a PEM file or SSL_CERT_DIR to a directory that contains it.",
	},
	{
		kind: client.Unreachable, when: lacksTLS, reason: "no TLS",
		advice: "Check the scheme and port of the provider's base_url, and of HTTPS_PROXY, which is http://… for most proxies: " +
			"the response to the TLS handshake with {host} isn't TLS, because the port uses another protocol, such as plain HTTP.",
	},
	{
		kind: client.Unreachable, when: isHandshakeFailure, reason: "TLS handshake failed",
		advice: "Check the provider's base_url, and any proxy that inspects TLS. The TLS handshake with {host} failed with the alert below, " +
			"so the request wasn't sent: the two sides share no TLS version or cipher, " +
			"or the server or a proxy requires a client certificate, which the provider doesn't send.",
	},
	{
		kind: client.Unreachable, reason: "no response",
		advice: "Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY) and the provider's base_url: " +
			"the server {host} didn't send a complete response. request_timeout limits each attempt.",
	},
	{
		kind: client.Canceled, when: writeNotSent, reason: "canceled",
		advice: "Run Terraform again: it was interrupted before the request was sent.",
	},
	{
		kind: client.Canceled, when: writeNotApplied, reason: "canceled",
		advice: "Run Terraform again: it was interrupted between retries. Nothing was {pastTense}.",
	},
	{
		kind: client.Canceled, when: isWrite, reason: "canceled",
		advice: "Terraform was interrupted before a response arrived.",
	},
	{
		kind: client.Canceled, reason: "canceled",
		advice: "Run Terraform again: it was interrupted before the response to a read arrived. Nothing was changed.",
	},
}
