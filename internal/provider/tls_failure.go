package provider

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// isUntrustedCertificate reports whether the certificate of the server, or of a
// proxy in between, could not be verified.
func isUntrustedCertificate(_ operation, e *client.Error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](e.Err)
	return ok
}

// lacksTLS reports whether the port speaks another protocol than TLS.
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

// certificateProblem says why a certificate isn't trusted. The verifiers of
// macOS and Windows return the same types.
func certificateProblem(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "is signed by an authority that this machine does not trust"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "is for another host name"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "has expired or is not valid yet (check this machine's clock as well)"
	}
	return "cannot be verified"
}
