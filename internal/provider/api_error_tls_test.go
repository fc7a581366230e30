package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// selfSigned returns a self-signed certificate for a host, which expires at
// end, and a pool that trusts it.
func selfSigned(t *testing.T, host string, end time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: end.Add(-48 * time.Hour), NotAfter: end, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// TestDiagnosticTLS connects to real servers with various TLS problems.
func TestDiagnosticTLS(t *testing.T) {
	t.Parallel()
	soon, past := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	certificateRemedies := []string{"SSL_CERT_FILE", "SSL_CERT_DIR", "CA certificate", "base_url"}
	tests := map[string]struct {
		host      string
		end       time.Time
		untrusted bool
		change    func(*tls.Config)
		tail      string
		want      []string
	}{
		"unknown authority": {
			host: "localhost", end: soon, untrusted: true, tail: "untrusted TLS certificate",
			want: append(
				certificateRemedies,
				"received for localhost:",
				"signed by an authority that this machine doesn't trust",
				"unknown authority",
			),
		},
		"expired": {
			host: "localhost", end: past, tail: "untrusted TLS certificate",
			want: append(certificateRemedies, "has expired or isn't valid yet", "this machine's clock"),
		},
		"another host": {
			host: "proxy.example.com", end: soon, tail: "untrusted TLS certificate",
			want: append(certificateRemedies, "is for another host name", "proxy.example.com"),
		},
		"client certificate required": {
			host: "localhost", end: soon, change: func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert },
			tail: "TLS handshake failed", want: []string{"client certificate", "certificate required"},
		},
		"another version": {
			host: "localhost", end: soon, change: func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 },
			tail: "TLS handshake failed", want: []string{"share no TLS version", "protocol version"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			certificate, roots := selfSigned(t, test.host, test.end)
			if test.untrusted {
				roots = x509.NewCertPool()
			}
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
			if test.change != nil {
				test.change(server.TLS)
			}
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			t.Cleanup(server.Close)
			assertTLSError(t, server.Listener.Addr(), roots, test.tail, test.want...)
		})
	}
}

// TestDiagnosticWithoutTLS connects to ports that speak another protocol.
func TestDiagnosticWithoutTLS(t *testing.T) {
	t.Parallel()
	t.Run("plain HTTP", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(http.NotFoundHandler())
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		t.Cleanup(server.Close)
		assertTLSError(
			t,
			server.Listener.Addr(),
			nil,
			"no TLS",
			"such as plain HTTP",
			"scheme and port",
			"base_url",
			"HTTPS_PROXY",
		)
	})
	t.Run("another protocol", func(t *testing.T) {
		t.Parallel()
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for {
				connection, err := listener.Accept()
				if err != nil {
					return
				}
				_, _ = connection.Write([]byte("SSH-2.0-OpenSSH_9.6\r\n"))
				_, _ = connection.Read(make([]byte, 1024))
				_ = connection.Close()
			}
		}()
		assertTLSError(t, listener.Addr(), nil, "no TLS", "uses another protocol", "base_url")
	})
}

// assertTLSError reads an image over TLS from localhost, at the port of an
// address, and checks the error.
func assertTLSError(t *testing.T, at net.Addr, roots *x509.CertPool, tail string, want ...string) {
	t.Helper()
	_, port, err := net.SplitHostPort(at.String())
	if err != nil {
		t.Fatal(err)
	}
	transport, ok := client.NewTransport().(*http.Transport)
	if !ok {
		t.Fatal("NewTransport isn't an *http.Transport")
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	t.Cleanup(transport.CloseIdleConnections)
	c, err := client.New(client.Config{
		Credentials: client.APIToken("token"), BaseURL: "https://localhost:" + port, MaxRetries: new(0), Transport: transport,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = c.GetImage(t.Context(), fakeapi.AccountID, "a", client.ReadOptions{})
	got := operation{
		action:    actionRead,
		object:    objectImage,
		id:        "a",
		attribute: "image_id",
		accountID: fakeapi.AccountID,
	}.diagnostic(
		err,
	)
	if summary := `Unable to read Cloudflare image "a": ` + tail; got.Summary() != summary {
		t.Errorf("got %s, want %s: %s", got.Summary(), summary, got.Detail())
	}
	for _, words := range want {
		if !strings.Contains(got.Detail(), words) {
			t.Errorf("got %s, want %q in it", got.Detail(), words)
		}
	}
	if strings.Contains(got.Detail(), "Check the network") {
		t.Errorf("got %s, which blames the network", got.Detail())
	}
}

// TestDocsNameNoHTTPProxy checks that no page mentions HTTP_PROXY, which has
// no effect.
func TestDocsNameNoHTTPProxy(t *testing.T) {
	t.Parallel()
	for _, page := range docPages(t) {
		content, err := os.ReadFile("../../" + page)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "HTTP_PROXY") {
			t.Errorf("%s mentions HTTP_PROXY", page)
		}
	}
}
