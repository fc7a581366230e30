//go:build browser

// Package browsertest opens the page of examples/responsive-images in headless
// Chromium, against the stand-in.
package browsertest

import (
	"encoding/json"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

const pictureCount = 6 // three images, twice

// report writes what became of each picture into the page.
const report = `<script>
addEventListener("load", () => {
  document.documentElement.dataset.pictures = JSON.stringify(
    [...document.images].map((i) => ({ url: i.currentSrc, width: i.complete ? i.naturalWidth : 0 })));
});
</script>`

var reported = regexp.MustCompile(`data-pictures="([^"]*)"`)

// Every picture on the page loads. The test leaves a screenshot, which the
// guide shows.
func TestPage(t *testing.T) {
	t.Parallel()
	origin, env, stop, err := standin.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	page := render(t, env)
	document := browse(t, "--dump-dom", page)
	match := reported.FindStringSubmatch(document)
	if match == nil {
		t.Fatalf("the page did not finish loading:\n%s", document)
	}
	var pictures []struct {
		URL   string
		Width int
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(match[1])), &pictures); err != nil {
		t.Fatal(err)
	}
	if len(pictures) != pictureCount {
		t.Errorf("the page has %d pictures, want %d", len(pictures), pictureCount)
	}
	for _, picture := range pictures {
		if picture.Width == 0 || !strings.HasPrefix(picture.URL, origin+"/cdn-cgi/imagedelivery/") {
			t.Errorf("a picture did not load: %+v", picture)
		}
	}
	screenshot, err := filepath.Abs("../../../examples/responsive-images/page.png")
	if err != nil {
		t.Fatal(err)
	}
	browse(t, "--screenshot="+screenshot, page)
}

// render applies the example and returns the URL of its page, with the report
// in it.
func render(t *testing.T, env []string) string {
	t.Helper()
	workspace, err := engine.Try(t.Context(), provider.Addresses(), "examples/responsive-images", env...)
	if err != nil {
		t.Fatal(err)
	}
	defer workspace.Close()
	page, err := workspace.RunAll(t.Context(),
		[]string{"init", "-no-color"}, []string{"apply", "-auto-approve", "-no-color"}, []string{"output", "-raw", "page"})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "page.html")
	page = strings.Replace(page, "</html>", report+"</html>", 1)
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	return "file://" + filepath.ToSlash(file)
}

// browse runs Chromium on a page and returns what it prints.
func browse(t *testing.T, args ...string) string {
	t.Helper()
	path := ""
	for _, name := range []string{"google-chrome", "chromium-browser", "chromium"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
		}
	}
	if path == "" {
		t.Fatal("there is no chromium on PATH; Debian's package of that name has it")
	}
	command := exec.CommandContext(t.Context(), path, append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--hide-scrollbars", "--window-size=1000,760", "--virtual-time-budget=10000",
		"--user-data-dir=" + t.TempDir(),
	}, args...)...)
	var problems strings.Builder
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", path, err, problems.String())
	}
	return string(output)
}
