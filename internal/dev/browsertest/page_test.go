//go:build browser

// Package browsertest opens the pages of examples in headless Chromium, against
// the fake API, and takes screenshots of them.
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

const (
	responsive = "examples/responsive-images"
	starting   = "examples/getting-started"
	files      = responsive + "/images" // which both examples upload
)

// report writes the URL, size and position of each loaded image into the page.
// As a page reports the width of an image from a srcset in CSS pixels, each is
// loaded a second time.
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

// loaded is an image that the browser chose: its URL and its intrinsic width.
type loaded struct {
	URL   string
	Width int
}

// shown is an image with its position on the page: left, top, right and bottom.
type shown struct {
	loaded

	Box [4]int
}

// Each page contains the images that its example uploads, in the width that
// fits, and shows the content of their files. The test leaves screenshots, which
// the README and the guides show.
func TestPages(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		example string
		window  string
		uploads []string
		want    []loaded
	}{
		"responsive images": {
			example: responsive,
			window:  "--window-size=1000,760",
			uploads: []string{"harbour.jpg", "hills.png", "lighthouse.webp"},
			want: []loaded{
				{"images/harbour.jpg/public", 640},
				{"images/hills.png/public", 640},
				{"images/lighthouse.webp/public", 640},
				{"images/harbour.jpg/w=320,fit=cover", 320},
				{"images/hills.png/w=320,fit=cover", 320},
				{"images/lighthouse.webp/w=320,fit=cover", 320},
			},
		},
		"getting started": {
			example: starting,
			window:  "--window-size=400,400",
			uploads: []string{"harbour.jpg"},
			want:    []loaded{{"harbour/card", 320}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			origin, env, stop, err := fakeapi.Listen(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			page := render(t, test.example, env)
			images := imagesOn(t, test.window, page)
			var got []loaded
			for _, image := range images {
				got = append(got, image.loaded)
			}
			for i := range test.want {
				test.want[i].URL = origin + "/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/" + test.want[i].URL
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Fatalf("the images on the page (-want +got):\n%s", diff)
			}
			screenshot := pathOf(t, test.example+"/page.png")
			browse(t, test.window, "--screenshot="+screenshot, page)
			wantShown(t, screenshot, images, test.uploads)
		})
	}
}

// pathOf returns the absolute path of a file of this repository.
func pathOf(t *testing.T, name string) string {
	t.Helper()
	absolute, err := filepath.Abs(filepath.Join("..", "..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return absolute
}

// imagesOn returns the images of a page after it has loaded.
func imagesOn(t *testing.T, window, page string) (images []shown) {
	t.Helper()
	document := browse(t, window, "--dump-dom", page)
	match := reported.FindStringSubmatch(document)
	if match == nil {
		t.Fatalf("the page did not finish loading:\n%s", document)
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(match[1])), &images); err != nil {
		t.Fatal(err)
	}
	return images
}

// wantShown fails the test unless each image looks like its own file, and like
// no other.
func wantShown(t *testing.T, screenshot string, images []shown, uploads []string) {
	t.Helper()
	page := decoded(t, screenshot)
	looks := map[string]swatch{}
	for _, name := range uploads {
		file := decoded(t, pathOf(t, files+"/"+name))
		looks[name] = swatchOf(file, file.Bounds())
	}
	for _, shown := range images {
		box := image.Rect(shown.Box[0], shown.Box[1], shown.Box[2], shown.Box[3])
		if box.Empty() || !box.In(page.Bounds()) {
			t.Errorf("%s is at %v, outside the screenshot", shown.URL, box)
			continue
		}
		look := swatchOf(page, box)
		for name, file := range looks {
			id, _, _ := strings.Cut(name, ".")
			isOwn := strings.Contains(shown.URL, "/"+id)
			if distance := look.distance(file); (distance < alike) != isOwn {
				t.Errorf("%s differs from %s by %d", shown.URL, name, distance)
			}
		}
	}
}

// render applies an example and returns the URL of its page, with the report in
// it.
func render(t *testing.T, example string, env []string) string {
	t.Helper()
	workspace, err := engine.Try(t.Context(), provider.Addresses(), example, env...)
	if err != nil {
		t.Fatal(err)
	}
	defer workspace.Close()
	if example == starting { // its guide has the reader copy the file
		if err := os.CopyFS(workspace.Dir, os.DirFS(pathOf(t, files))); err != nil {
			t.Fatal(err)
		}
	}
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
		t.Fatal("Chromium isn't on PATH: install Debian's package chromium")
	}
	command := exec.CommandContext(t.Context(), path, append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--hide-scrollbars", "--virtual-time-budget=10000",
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
