// Command browsertest opens the page of examples/responsive-images in headless
// Chromium, against the stand-in, and fails unless every picture on it has
// loaded. It leaves a screenshot, which the README shows.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

const (
	configuration = "examples/responsive-images"
	screenshot    = "examples/responsive-images/page.png"
	pictureCount  = 6 // three images, twice
)

// report writes what became of each picture into the page.
const report = `<script>
addEventListener("load", () => {
  document.documentElement.dataset.pictures = JSON.stringify(
    [...document.images].map((i) => ({ url: i.currentSrc, width: i.complete ? i.naturalWidth : 0 })));
});
</script>`

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	err := run(ctx)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "browsertest:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "cloudflare-images-browser-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	origin, variables, stop, err := standin.Listen(ctx)
	if err != nil {
		return err
	}
	defer stop()
	page, err := render(ctx, dir, variables)
	if err != nil {
		return err
	}

	document, err := browse(ctx, dir, "--dump-dom", page)
	if err != nil {
		return err
	}
	if err := checkPictures(document, origin); err != nil {
		return err
	}
	target, err := filepath.Abs(screenshot)
	if err != nil {
		return err
	}
	if _, err := browse(ctx, dir, "--screenshot="+target, page); err != nil {
		return err
	}
	fmt.Printf("browsertest: all %d pictures loaded; the screenshot is %s\n", pictureCount, screenshot)
	return nil
}

// render applies the example and returns the URL of its page, with the report
// in it.
func render(ctx context.Context, dir string, variables []string) (string, error) {
	path, err := engine.Find()
	if err != nil {
		return "", err
	}
	cliConfig, err := engine.Build(ctx, dir, provider.Addresses())
	if err != nil {
		return "", err
	}
	work := filepath.Join(dir, "work")
	if err := os.CopyFS(work, os.DirFS(configuration)); err != nil {
		return "", err
	}
	workspace := &engine.Workspace{Engine: path, Dir: work, CLIConfig: cliConfig, Env: variables}
	page, err := workspace.RunAll(ctx, []string{"init", "-no-color"}, []string{"apply", "-auto-approve", "-no-color"}, []string{"output", "-raw", "page"})
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "page.html")
	page = strings.Replace(page, "</html>", report+"</html>", 1)
	return "file://" + filepath.ToSlash(file), os.WriteFile(file, []byte(page), 0o600)
}

// browse runs Chromium on a page and returns what it prints.
func browse(ctx context.Context, dir string, args ...string) (string, error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return "", errors.New("there is no chromium on PATH; Debian's package of that name has it")
	}
	command := exec.CommandContext(ctx, path, append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--hide-scrollbars", "--window-size=1000,760", "--virtual-time-budget=10000",
		"--user-data-dir=" + filepath.Join(dir, "browser"),
	}, args...)...)
	var problems strings.Builder
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", path, err, problems.String())
	}
	return string(output), nil
}

var pictures = regexp.MustCompile(`data-pictures="([^"]*)"`)

// checkPictures reads the report in the page as the browser left it.
func checkPictures(document, origin string) error {
	match := pictures.FindStringSubmatch(document)
	if match == nil {
		return fmt.Errorf("the page did not finish loading:\n%s", document)
	}
	var loaded []struct {
		URL   string
		Width int
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(match[1])), &loaded); err != nil {
		return fmt.Errorf("read the report: %w", err)
	}
	if len(loaded) != pictureCount {
		return fmt.Errorf("the page has %d pictures, want %d", len(loaded), pictureCount)
	}
	for _, picture := range loaded {
		if picture.Width == 0 || !strings.HasPrefix(picture.URL, origin+"/cdn-cgi/imagedelivery/") {
			return fmt.Errorf("a picture did not load: %+v", picture)
		}
		fmt.Printf("browsertest: %s, %d pixels wide\n", strings.TrimPrefix(picture.URL, origin), picture.Width)
	}
	return nil
}
