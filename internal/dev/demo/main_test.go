package main

import (
	"os"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
)

func TestDemo(t *testing.T) {
	for _, name := range []string{"CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "IMAGE_ID"} {
		t.Setenv(name, "")
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp) // on Windows

	path, err := engine.Find()
	if err != nil {
		t.Fatal(err)
	}
	version, err := engine.Identify(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	reason, err := version.Lacks("../../../" + configuration)
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
		"/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/hero\"\n",
		"/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/w=320,fit=cover\"\n",
		"\"photos/harbour.jpg\",",
		"a PNG of 640 × 480 pixels.",
		`var.variant is "heroo"`,
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
		if strings.HasPrefix(entry.Name(), "cloudflare-images-") {
			t.Errorf("the demo left %s behind", entry.Name())
		}
	}
}
