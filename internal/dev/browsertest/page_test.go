//go:build browser

// Package browsertest opens the page of examples/responsive-images in headless
// Chromium, against the fake API.
package browsertest

import (
	"encoding/json"
	"html"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

const example = "examples/responsive-images"

// report writes the state of each image into the page. A page reports the width
// of an image from a srcset in CSS pixels, so each is loaded again.
const report = `<script>
addEventListener("load", async () => {
  const images = [...document.images].map(async (shown) => {
    const file = new Image();
    await new Promise((done) => { file.onload = file.onerror = done; file.src = shown.currentSrc; });
    const { x, y, width, height } = shown.getBoundingClientRect();
    return { URL: shown.currentSrc, Width: file.naturalWidth, Box: [x, y, x + width, y + height].map(Math.round) };
  });
  document.documentElement.dataset.images = JSON.stringify(await Promise.all(images));
});
</script>`

var reported = regexp.MustCompile(`data-images="([^"]*)"`)

// loaded is an image selected by the browser: its URL and its intrinsic width.
type loaded struct {
	URL   string
	Width int
}

// shown is an image with its position on the page: left, top, right and bottom.
type shown struct {
	loaded

	Box [4]int
}

// The page shows each image of the example in the best width, with the content
// of its file. The test leaves a screenshot, which the README shows.
func TestPage(t *testing.T) {
	t.Parallel()
	origin, env, stop, err := fakeapi.Listen(t.Context())
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
	var pictures []shown
	if err := json.Unmarshal([]byte(html.UnescapeString(match[1])), &pictures); err != nil {
		t.Fatal(err)
	}
	base := origin + "/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/pictures/"
	want := []loaded{
		{base + "harbour.jpg/public", 640},
		{base + "hills.png/public", 640},
		{base + "lighthouse.webp/public", 640},
		{base + "harbour.jpg/w=320,fit=cover", 320},
		{base + "hills.png/w=320,fit=cover", 320},
		{base + "lighthouse.webp/w=320,fit=cover", 320},
	}
	var got []loaded
	for _, picture := range pictures {
		got = append(got, picture.loaded)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the images on the page (-want +got):\n%s", diff)
	}
	screenshot := filepath.Join("..", "..", "..", filepath.FromSlash(example), "page.png")
	absolute, err := filepath.Abs(screenshot)
	if err != nil {
		t.Fatal(err)
	}
	browse(t, "--screenshot="+absolute, page)
	wantShown(t, screenshot, pictures)
}

// wantShown compares each image on the page with its file.
func wantShown(t *testing.T, screenshot string, pictures []shown) {
	t.Helper()
	page := decoded(t, screenshot)
	files := map[string]swatch{}
	folder := filepath.Join("..", "..", "..", filepath.FromSlash(example), "pictures")
	for _, name := range []string{"harbour.jpg", "hills.png", "lighthouse.webp"} {
		picture := decoded(t, filepath.Join(folder, name))
		files[name] = swatchOf(picture, picture.Bounds())
	}
	for _, picture := range pictures {
		box := image.Rect(picture.Box[0], picture.Box[1], picture.Box[2], picture.Box[3])
		if box.Empty() || !box.In(page.Bounds()) {
			t.Errorf("%s is at %v, outside the screenshot", picture.URL, box)
			continue
		}
		look := swatchOf(page, box)
		for name, file := range files {
			isOwn := strings.Contains(picture.URL, "/pictures/"+name+"/")
			if distance := look.distance(file); (distance < alike) != isOwn {
				t.Errorf("%s differs from %s by %d", picture.URL, name, distance)
			}
		}
	}
}

// render applies the example and returns the URL of its page, with the report
// in it.
func render(t *testing.T, env []string) string {
	t.Helper()
	workspace, err := engine.Try(t.Context(), provider.Addresses(), example, env...)
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
