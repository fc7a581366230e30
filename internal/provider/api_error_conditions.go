package provider

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"regexp"
	"slices"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

func hasNoKey(op operation, _ *client.Error) bool { return op.object.key == "" }

func isCreate(op operation, _ *client.Error) bool { return op.action == actionCreate }

// mayBeOwnConflict reports whether an earlier attempt of the same create may be
// the reason for the conflict.
func mayBeOwnConflict(op operation, e *client.Error) bool {
	return e.Kind == client.Exists && isNameConflict(op, e) && e.MaybeApplied
}

func isAfterDelete(op operation, e *client.Error) bool { return isNameConflict(op, e) && e.AfterDelete }

func isUnknownUpdate(_ operation, e *client.Error) bool { return e.MayHaveNewID }

func isNameConflict(op operation, e *client.Error) bool {
	return isCreate(op, e) && op.object.key != ""
}

func isImage(op operation, _ *client.Error) bool { return op.object == objectImage }

func isSigningKey(op operation, _ *client.Error) bool {
	return op.object == objectSigningKey || op.object == objectSigningKeys
}

func isKeyDelete(op operation, _ *client.Error) bool {
	return op.object == objectSigningKey && op.action == actionDelete
}

// isTooLarge reports whether the content is too large. Its rule follows those
// with a specific code: the status counts only if none of them matches.
func isTooLarge(_ operation, e *client.Error) bool {
	return e.Status == http.StatusRequestEntityTooLarge || e.HasCode(client.CodeTooLarge) || e.HasCode(client.CodeEntity)
}

func isWrite(op operation, _ *client.Error) bool { return op.action != actionRead }

func notSent(_ operation, e *client.Error) bool { return e.Attempts == 0 }

func writeNotSent(op operation, e *client.Error) bool { return isWrite(op, e) && notSent(op, e) }

func writeNotApplied(op operation, e *client.Error) bool { return isWrite(op, e) && !e.MaybeApplied }

func lacksNotFoundCode(op operation, e *client.Error) bool { return !e.HasCode(op.object.code) }

func hasCode(code int) func(operation, *client.Error) bool {
	return func(_ operation, e *client.Error) bool { return e.HasCode(code) }
}

// lacksStorage reports whether the limit that was reached is 0, which only
// the message of the response shows.
func lacksStorage(_ operation, e *client.Error) bool {
	isZero := func(m client.Message) bool { return limitOfZero.MatchString(m.String()) }
	return e.HasCode(client.CodeLimit) && (slices.ContainsFunc(e.Messages, isZero) || slices.ContainsFunc(e.Notes, isZero))
}

// limitOfZero matches a limit of 0, however it is worded: "limit: 0", "limit of
// 0 images", "0 of 0", "5/0".
var limitOfZero = regexp.MustCompile(`(?i)(?:limit|allowed|maximum|quota)\D{0,30}\b0(?:$|[^\d.,]|[.,](?:$|\D))|\d\s*(?:/|of)\s*0\b`)

// isUntrustedCertificate reports whether the certificate of the server, or of a
// proxy in between, could not be verified.
func isUntrustedCertificate(_ operation, e *client.Error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](e.Err)
	return ok
}

// lacksTLS reports whether the port uses a protocol other than TLS.
func lacksTLS(_ operation, e *client.Error) bool {
	_, ok := errors.AsType[tls.RecordHeaderError](e.Err)
	return ok || errors.Is(e.Err, http.ErrSchemeMismatch)
}

// isHandshakeFailure reports whether either side ended the TLS handshake with an
// alert.
func isHandshakeFailure(_ operation, e *client.Error) bool {
	alert, ok := errors.AsType[*net.OpError](e.Err)
	return ok && (alert.Op == "remote error" || alert.Op == "local error")
}
