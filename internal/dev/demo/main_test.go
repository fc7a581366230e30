package main

import (
	"os"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
)

func TestDemo(t *testing.T) {
	t.Chdir("../../..") // where make runs it
	for _, name := range []string{"CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "IMAGE_ID"} {
		t.Setenv(name, "")
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)

	path, err := engine.Find()
	if err != nil {
		t.Fatal(err)
	}
	version, err := engine.Identify(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	reason, err := version.Lacks(configuration)
	if err != nil {
		t.Fatal(err)
	}
	if reason != "" {
		t.Skip(reason)
	}
	var out strings.Builder
	if err := run(t.Context(), &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{
		"/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/hero\n",
		"/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/w=320,fit=cover\n",
		"The newest images: brand/logo, photos/harbour.jpg, logos/footer.png\n",
		"a PNG of 640 × 480 pixels.",
		"/083eb7b2-5392-4565-b69e-aff66acddd00/public was refused.\nOpened http://127.0.0.1:",
		"public?exp=4102444800&sig=",
		`Cloudflare image "brand/logo" has no variant "heroo"; it has hero, public,`,
		"Caught at plan time",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the demo does not print %q:\n%s", want, out.String())
		}
	}
	left, err := os.ReadDir(temp)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		if strings.HasPrefix(entry.Name(), "cloudflare-images-demo-") {
			t.Errorf("the demo left %s behind", entry.Name())
		}
	}
}
