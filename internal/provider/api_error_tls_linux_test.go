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

// TestProviderTrustsCertificate applies the fixes that the message about an
// untrusted certificate suggests.
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
			c := r.cli(t, configuration)
			if test.trusted {
				c.want(0, "plan")
				return
			}
			failed := c.onlyError("plan")
			const summary = `Unable to read Cloudflare image "brand/logo": untrusted TLS certificate`
			if failed.Summary != summary {
				t.Errorf("summary: got %s, want %s", failed.Summary, summary)
			}
			if !strings.Contains(failed.Detail, "SSL_CERT_FILE") {
				t.Errorf("detail: got %s, want SSL_CERT_FILE in it", failed.Detail)
			}
		})
	}
}
