package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	goversion "github.com/hashicorp/go-version"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine/enginetest"
)

// The lines that the demo prints always, and those that it prints only if
// Terraform has provider functions.
var (
	printed = []string{
		"/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/hero\"\n",
		"\"photos/harbour.jpg\",",
		"a PNG of 640 × 480 pixels.",
		"/083eb7b2-5392-4565-b69e-aff66acddd00/public was rejected.\n",
		"Plan: 2 to add, 0 to change, 0 to destroy.",
		"Apply complete! Resources: 2 added, 0 changed, 0 destroyed.",
		"/brand/logo/card: a PNG of 600 × 400 pixels.",
		"Plan: 0 to add, 1 to change, 0 to destroy.",
		"/demo/image.png/public: a PNG of 320 × 160 pixels.",
		"Error: Invalid options.width",
		`Error: Invalid image file "./page.png"`,
		`Cloudflare image "brand/logo" has no variant "heroo"; it has card, hero, public,`,
		"Caught at plan time",
	}
	printedByFunctions = []string{
		"/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/w=320,fit=cover\"\n",
		"public?exp=4102444800&sig=",
	}
)

func TestDemo(t *testing.T) {
	_, version := enginetest.Find(t)
	for _, name := range []string{"CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "IMAGE_ID"} {
		t.Setenv(name, "")
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp) // on Windows

	old := engine.Version{Name: "Terraform v1.5.7", Number: goversion.Must(goversion.NewVersion("1.5.7"))}
	for name, version := range map[string]engine.Version{"as it is": version, "without functions": old} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := run(t.Context(), &out, version); err != nil {
				t.Fatalf("%v\n%s", err, out.String())
			}
			wantOutput := func(want string, expected bool) {
				t.Helper()
				if strings.Contains(out.String(), want) != expected {
					t.Errorf("the demo prints %q: %t, want %t:\n%s", want, !expected, expected, out.String())
				}
			}
			for _, want := range printed {
				wantOutput(want, true)
			}
			for _, want := range printedByFunctions {
				wantOutput(want, version.Has(engine.Functions))
			}
			wantOutput(" has no provider functions, which came with ", !version.Has(engine.Functions))
			wantOutput("the demo leaves out the flexible and the signed URL.", !version.Has(engine.Functions))
		})
	}
	left, err := os.ReadDir(temp)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left { //nolint:paralleltest // it runs no test
		if strings.HasPrefix(entry.Name(), "cloudflare-images-") {
			t.Errorf("the demo left %s behind", entry.Name())
		}
	}
}

// A URL that does not open is reported and fails the demo.
func TestOpenImagesMissing(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		if r.URL.Path == "/missing" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	for path, want := range map[string]string{"/missing": "404 Not Found", "/text": ""} {
		var out strings.Builder
		err := open(t.Context(), &out, server.URL+path)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
		if want == "" && !strings.Contains(out.String(), "text/plain") {
			t.Errorf("%s: printed %q", path, out.String())
		}
	}
	if err := open(t.Context(), io.Discard, "http://127.0.0.1:1/"); err == nil {
		t.Error("nobody listens, and it opened")
	}
}

// With a real image, the fake API is not used.
func TestChooseImage(t *testing.T) { //nolint:paralleltest // it sets the environment
	for name, value := range map[string]string{"CLOUDFLARE_API_TOKEN": "fake-api", "CLOUDFLARE_ACCOUNT_ID": "of-mine", "IMAGE_ID": "mine"} {
		t.Setenv(name, value)
	}
	var out strings.Builder
	env, stop, err := chooseImage(t.Context(), &out)
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if got := strings.Join(env, " "); got != "CLOUDFLARE_API_TOKEN=fake-api CLOUDFLARE_ACCOUNT_ID=of-mine TF_VAR_image_id=mine" {
		t.Errorf("got %s", got)
	}
	if !strings.Contains(out.String(), `image "mine" from the real account of-mine`) ||
		strings.Contains(out.String(), "fake-api") {
		t.Errorf("printed %s", out.String())
	}
}
