package provider

import "terraform.local/images/terraform-provider-cloudflare/internal/client"

// errorRules has at least one row for each kind; the first that fits wins.
var errorRules = []errorRule{
	{
		kind: client.NotFound, when: isUnknownUpdate, summary: "not found",
		advice: "An attempt got no response, and now no {noun} has this {key}.",
	},
	{
		kind: client.NotFound, when: isCreate, summary: "the API does not know the place", attribute: "account_id",
		advice: "The API knows no place for a new {noun} in account {account}. Check account_id, and the provider's base_url.",
	},
	{
		kind: client.NotFound, when: isList, summary: "not found", standalone: true,
		advice: "The API knows no {noun} of account {account}. Check account_id, and the provider's base_url.",
	},
	{
		kind: client.NotFound, when: lacksNotFoundCode, summary: "not found", standalone: true, atIDAttribute: true,
		advice: "No {noun} with this {key} is in account {account}. Check {attribute} and account_id. " +
			"The answer does not carry the API's own code {code}, so check the provider's base_url as well.{fresh}",
	},
	{
		kind: client.NotFound, summary: "not found", standalone: true, atIDAttribute: true,
		advice: "No {noun} with this {key} is in account {account}. Check {attribute} and account_id.{fresh}",
	},
	{
		kind: client.DeleteUnknown, summary: "the outcome of a deletion is unknown",
		advice: "This run tried to delete the {noun} that has this {key}, and the outcome is unknown. " +
			"No request was sent, so that one {noun} is not in the state twice. Apply again in three minutes: reads may be stale until then.",
	},
	{
		kind: client.Exists, when: mayBeOwnConflict, summary: "the {key} is taken", atIDAttribute: true,
		advice: "An attempt got no response, and now the {key} is taken: by this {noun}, or by another one that somebody created " +
			"at the same time. It was left untouched. If it is yours, import it; otherwise choose another {key}.",
	},
	{
		kind: client.Exists, when: isNameConflict, summary: "it exists already", atIDAttribute: true,
		suggestImport: true,
		advice: "This {key} is taken: account {account} has the {noun}, but this state does not, so it was left untouched. " +
			"If the resource block was renamed, add a moved block, and nothing is created or deleted. " +
			"Otherwise choose another {key}, or import the {noun} with the block below. " +
			"With create_before_destroy, here or in a resource that depends on this one, the existing {noun} is deleted only " +
			"after the new one is created: leave that out, or change the {key} too.",
	},
	{
		kind: client.Exists, summary: "conflict",
		advice: "The API says that it exists already. What it said is below.",
	},
	{
		kind: client.NotPermitted, summary: "not permitted", standalone: true,
		advice: "The credentials may not {access} Cloudflare Images in account {account}. " +
			"Check three things, which look the same from outside: that the API token or key is valid, " +
			"that a token has the permission {permission} for this account, and that account_id is the right account.",
	},
	{
		kind: client.BlockedAtEdge, summary: "stopped at Cloudflare's edge",
		advice: "Cloudflare's edge answered before the API saw the request, so the answer says nothing about the credentials or the {noun}. " +
			"What it said is below. Check whether the address or network of this machine is blocked there, " +
			"any proxy on the way, and the provider's base_url.",
	},
	{
		kind: client.NotFromAPI, summary: "something else than the API answered",
		advice: "The answer has none of the signs of the Images API, so it says nothing about the credentials or the {noun}: " +
			"Cloudflare's edge, a proxy or another server has given it. Check any proxy on the way, and the provider's base_url.",
	},
	{
		kind: client.NotEnabled, when: isSigningKey, summary: "not available to the account", attribute: "account_id",
		advice: "Account {account} is not valid, or has no signing keys, as Cloudflare gives them to accounts with paid Images only. " +
			"Check account_id, and the account's Images subscription in the dashboard.",
	},
	{
		kind: client.NotEnabled, summary: "no Cloudflare Images in the account", attribute: "account_id",
		advice: "Account {account} is not valid, or Cloudflare Images is not enabled for it. " +
			"Check account_id, and the account's Images subscription in the dashboard.",
	},
	{
		kind: client.MalformedCredentials, summary: "malformed credentials",
		advice: "The API could not read the credentials. Check that an API token is in api_token (CLOUDFLARE_API_TOKEN) " +
			"and a global API key in api_key (CLOUDFLARE_API_KEY) with its email, " +
			"not the other way round, and that neither was copied with quotation marks or cut short.",
	},
	{
		kind: client.NoRoute, summary: "the API does not know the path", attribute: "account_id",
		advice: "The API could not route the request, as happens when the account ID has the wrong form. " +
			"Account ID \"{account}\" has {length} characters; 32 are expected. Check account_id, and the provider's base_url.",
	},
	{
		kind: client.RateLimited, when: notSent, summary: "rate limit exceeded",
		advice: "The request was not sent: this run may wait for the rate limit for {budget} in all, and has done so. " +
			"Cloudflare allows 1,200 requests in five minutes for each user, over all tools together. " +
			"Wait five minutes, and run it again. In the provider block, prefetch_images helps with many images, " +
			"and requests_per_second where other tools use the same credentials; " +
			"Terraform's -parallelism helps as well.",
	},
	{
		kind: client.RateLimited, when: isWrite, summary: "rate limit exceeded",
		advice: "The rate limit was still exceeded after {tries}. " +
			"Cloudflare allows 1,200 requests in five minutes for each user, over all tools together. " +
			"Wait five minutes. In the provider block, requests_per_second helps where other tools use the same credentials; " +
			"max_retries, and Terraform's -parallelism, help as well.",
	},
	{
		kind: client.RateLimited, summary: "rate limit exceeded",
		advice: "The rate limit was still exceeded after {tries}. " +
			"Cloudflare allows 1,200 requests in five minutes for each user, over all tools together. " +
			"Wait five minutes. In the provider block, prefetch_images helps with many images, " +
			"and requests_per_second where other tools use the same credentials; " +
			"max_retries, and Terraform's -parallelism, help as well.",
	},
	{
		kind: client.Challenged, summary: "stopped by a challenge page",
		advice: "Cloudflare's bot protection answered instead of the API, which a program cannot pass. " +
			"Check the provider's base_url, and whether this machine's address or proxy is being challenged.",
	},
	{
		kind: client.Redirected, summary: "redirected",
		advice: "The API does not redirect, and no redirect is followed, as it could carry the credentials elsewhere. " +
			"Check the provider's base_url, and any proxy on the way.",
	},
	{
		kind: client.Unavailable, summary: "the API is unavailable",
		advice: "The API still failed after {tries}. Try again later; https://www.cloudflarestatus.com tells of outages. " +
			"The provider's max_retries sets how often a request is sent again.",
	},
	{
		kind: client.Rejected, when: notSent, summary: "request refused",
		advice: "The request cannot be sent as it is.",
	},
	{
		kind: client.Rejected, when: lacksStorage, summary: "the account has no paid storage", attribute: "account_id",
		advice: "The limit of the account is 0: Cloudflare Images stores images only for accounts that pay for storage. " +
			"Buy storage in the dashboard under Images, or check account_id. The response is below.",
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeLimit), summary: "a limit of the account is reached",
		advice: "The account has all that Cloudflare Images gives it: 100 variants, two signing keys, or as many images as are paid for. " +
			"Delete what is not needed any more, or raise the limit. " +
			"A limit of 0 means that the account has no paid storage. What the API said is below.",
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeAnimation), summary: "request refused",
		advice: "The animation has more pixels than Cloudflare takes: at most 100 megapixels, all frames together. " +
			"Leave frames out, or scale it down. What the API said is below.",
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeFormat), summary: "request refused",
		advice: "Cloudflare takes PNG, JPEG, GIF, WebP, SVG and HEIC pictures, and AVIF for some accounts. " +
			"Save the picture as one of these. What the API said is below.",
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeDamaged), summary: "request refused",
		advice: "Cloudflare cannot read the picture: it is damaged or cut short. Save it anew. What the API said is below.",
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeImageID), summary: "request refused", attribute: "id",
		advice: "Cloudflare does not take this ID: it has the form of a generated one, or ends like a file that is no picture. " +
			"Choose another one, or leave id out to get one. What the API said is below.",
	},
	{
		kind: client.Rejected, when: hasCode(client.CodePrivateID), summary: "request refused",
		attribute: "require_signed_urls",
		advice: "An image under an ID of your own cannot be private. " +
			"Leave id out to get one, or leave require_signed_urls out. What the API said is below.",
	},
	{
		kind: client.Rejected, when: hasCode(client.CodeURL), summary: "request refused", attribute: "url",
		advice: "Cloudflare could not fetch the picture. Check that anyone can open url from the internet without signing in, " +
			"and that its host is not imagedelivery.net. What the API said is below.",
	},
	{
		kind: client.Rejected, when: isTooLarge, summary: "request refused",
		advice: "The picture is larger than Cloudflare takes: at most 10 MB, unless the account has a limit of its own. " +
			"Compress it, or scale it down. What the API said is below.",
	},
	{
		kind: client.Rejected, when: isKeyDelete, summary: "request refused",
		advice: "The API refused the request. It may keep the only key of an account: make another one first. What it said is below.",
	},
	{
		kind: client.Rejected, summary: "request refused",
		advice: "The API refused the request. What it said is below.",
	},
	{
		kind: client.InvalidResponse, summary: "unexpected answer",
		advice: "The answer is not what the Images API documents, so nothing was taken from it. " +
			"Check the provider's base_url, and any proxy on the way. " +
			"If the answer did come from Cloudflare, please report it to the provider's developers.",
	},
	{
		kind: client.Unreachable, when: isUntrustedCertificate, summary: "untrusted TLS certificate",
		advice: "The TLS certificate received for {host} {certificate}, so the request was not sent. " +
			"If a proxy inspects TLS, this machine must trust the proxy's CA certificate: add it to the system's root certificates, " +
			"or, on Linux and BSD, set SSL_CERT_FILE to a PEM file or SSL_CERT_DIR to a directory that contains it. " +
			"Otherwise check the provider's base_url.",
	},
	{
		kind: client.Unreachable, when: lacksTLS, summary: "no TLS",
		advice: "The response to the TLS handshake with {host} is not TLS: the port speaks another protocol, such as plain HTTP. " +
			"Check the scheme and port of the provider's base_url, and of HTTPS_PROXY, " +
			"which is http://… for most proxies.",
	},
	{
		kind: client.Unreachable, when: isHandshakeFailure, summary: "TLS handshake failed",
		advice: "The TLS handshake with {host} failed, so the request was not sent: the two sides share no TLS version or cipher, " +
			"or the server or a proxy requires a client certificate, which the provider does not send. " +
			"Check the provider's base_url, and any proxy that inspects TLS. The alert is below.",
	},
	{
		kind: client.Unreachable, summary: "no answer",
		advice: "No complete answer came from {host}. Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY) " +
			"and the provider's base_url; request_timeout sets how long one attempt may take.",
	},
	{
		kind: client.Canceled, when: writeNotSent, summary: "not {done}: canceled", standalone: true,
		advice: "The run was interrupted before the request was sent.",
	},
	{
		kind: client.Canceled, when: writeNotApplied, summary: "not {done}: canceled", standalone: true,
		advice: "The run was interrupted between two attempts. Nothing was {done}.",
	},
	{
		kind: client.Canceled, when: isWrite, summary: "canceled",
		advice: "The run was interrupted before an answer came.",
	},
	{
		kind: client.Canceled, summary: "not read: canceled", standalone: true,
		advice: "The read was interrupted before an answer came. Nothing was changed.",
	},
}
