package provider

import (
	"encoding/pem"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// TestProviderTrustsCertificate takes the ways out that the message of an untrusted
// certificate names.
func TestProviderTrustsCertificate(t *testing.T) {
	t.Parallel()
	const configuration = requiredProviders + "data \"cloudflare_image\" \"x\" {\n  image_id = \"brand/logo\"\n}\n"
	dir := t.TempDir()
	server := httptest.NewUnstartedServer(fakeapi.New())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	file := filepath.Join(dir, "proxy-ca.pem")
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, encoded, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		variable, value string
		trusted         bool
	}{
		"nothing set":   {},
		"SSL_CERT_FILE": {variable: "SSL_CERT_FILE", value: file, trusted: true},
		"SSL_CERT_DIR":  {variable: "SSL_CERT_DIR", value: dir, trusted: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.variables["CLOUDFLARE_BASE_URL"] = server.URL + fakeapi.BasePath
			if test.variable != "" {
				r.variables[test.variable] = test.value
			}
			found, code := r.cli(t, configuration).diagnostics("plan")
			if test.trusted && (code != 0 || len(found) != 0) {
				t.Errorf("got exit code %d and %+v, want success", code, found)
			}
			const summary = `Unable to read Cloudflare image "brand/logo": untrusted TLS certificate`
			if !test.trusted && (code != 1 || len(found) != 1 || found[0].Summary != summary ||
				!strings.Contains(found[0].Detail, "SSL_CERT_FILE")) {
				t.Errorf("got exit code %d and %+v, want %s", code, found, summary)
			}
		})
	}
}
