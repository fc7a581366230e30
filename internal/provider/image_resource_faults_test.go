package provider

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// behind points the provider to a handler in front of the fake API.
func (r *testEnv) behind(t *testing.T, handler http.Handler) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	r.variables["CLOUDFLARE_BASE_URL"] = server.URL + fakeapi.BasePath
}

// The stages at which a breaker drops a connection, as prefixes of file names.
const (
	midRequest       = "mid-request"
	stageBeforeApply = "before-apply"
	stageAfterApply  = "after-apply"
	midResponse      = "mid-response"
)

var stages = []string{midRequest, stageBeforeApply, stageAfterApply, midResponse}

// breaker drops the connection of the first write of each method for each
// image, at the stage that its file name begins with.
type breaker struct {
	*testEnv

	mu  sync.Mutex
	met map[string]bool
}

// arm resets the breaker.
func (b *breaker) arm() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.met = map[string]bool{}
}

func (b *breaker) isFirst(what string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	first := b.met != nil && !b.met[what]
	if first {
		b.met[what] = true
	}
	return first
}

var partFilename = regexp.MustCompile(`filename="([^"]*)"`)

// fileOf returns the name of the file that a write concerns.
func (b *breaker) fileOf(request *http.Request, head []byte) string {
	if found := partFilename.FindSubmatch(head); found != nil {
		return string(found[1])
	}
	id, _ := url.PathUnescape(path.Base(request.URL.EscapedPath()))
	response, _ := b.Image(id)
	var image struct{ Result struct{ Filename string } }
	_ = json.Unmarshal([]byte(response), &image) // a missing image has no name either
	return image.Result.Filename
}

func (b *breaker) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if request.Method == http.MethodGet {
		b.testEnv.ServeHTTP(w, request)
		return
	}
	body := bufio.NewReader(request.Body)
	head, _ := body.Peek(1000)
	request.Body = io.NopCloser(body)
	name := b.fileOf(request, head)
	if !b.isFirst(request.Method + name) {
		b.testEnv.ServeHTTP(w, request)
		return
	}
	switch {
	case strings.HasPrefix(name, midRequest):
		_, _ = io.CopyN(io.Discard, body, request.ContentLength/2)
	case strings.HasPrefix(name, stageBeforeApply):
		_, _ = io.Copy(io.Discard, body)
	default:
		done := httptest.NewRecorder()
		b.testEnv.ServeHTTP(done, request)
		if strings.HasPrefix(name, midResponse) {
			w.Header().Set("Content-Length", strconv.Itoa(done.Body.Len()))
			_, _ = w.Write(done.Body.Bytes()[:done.Body.Len()/2])
			_ = http.NewResponseController(w).Flush()
		}
	}
	panic(http.ErrAbortHandler)
}

// filenames counts the images of the account by file name.
func (r *testEnv) filenames(t *testing.T) map[string]int {
	t.Helper()
	count := map[string]int{}
	for _, id := range r.Images() {
		response, _ := r.Image(id)
		var image struct{ Result struct{ Filename string } }
		if err := json.Unmarshal([]byte(response), &image); err != nil {
			t.Fatal(err)
		}
		count[image.Result.Filename]++
	}
	return count
}

// unknownOutcome is part of the error of an upload that may have been applied.
const unknownOutcome = "The image may have been created"

// candidate matches an image that is named in such an error.
var candidate = regexp.MustCompile(`ID "([^"]+)", file name`)

// removeCandidates deletes the images named in errors, as a user would before
// the next apply uploads them again, and returns their IDs.
func (r *testEnv) removeCandidates(found []diagnostic) (ids []string) {
	for _, d := range found {
		for _, match := range candidate.FindAllStringSubmatch(d.Detail, -1) {
			ids = append(ids, match[1])
			r.RemoveImage(match[1])
		}
	}
	return ids
}

// brokenConfig returns an image of each kind of ID for each stage.
func brokenConfig(custom, generated string) string {
	var config strings.Builder
	config.WriteString(requiredProviders)
	for _, stage := range stages {
		fmt.Fprintf(
			&config,
			"resource \"cloudflare_image\" \"custom-%[1]s\" {\n  id = \"custom/%[1]s\"\n  source = \"%[1]s.custom.svg\"\n%[2]s}\n",
			stage, custom,
		)
		fmt.Fprintf(
			&config,
			"resource \"cloudflare_image\" \"generated-%[1]s\" {\n  source = \"%[1]s.generated.svg\"\n%[2]s}\n",
			stage,
			generated,
		)
	}
	return config.String()
}

// Wherever a connection drops, an image with a custom ID is stored once and is
// in the state; for a generated ID, the error names the image if it was
// stored.
func TestImageResourceLostResponses(t *testing.T) {
	t.Parallel()
	r := newEmptyTestEnv(t)
	cut := &breaker{testEnv: r}
	r.behind(t, cut)
	c := r.cli(t, brokenConfig("", ""))
	for _, stage := range stages {
		for _, kind := range []string{"custom", "generated"} {
			put(t, filepath.Join(c.Dir, stage+"."+kind+".svg"), svgOf(stage+kind, 1<<20))
		}
	}

	cut.arm()
	found, _ := c.diagnostics("apply", "-auto-approve", "-parallelism=20")
	for _, d := range found {
		if !strings.HasPrefix(d.Address, "cloudflare_image.generated-") || !strings.Contains(d.line(), unknownOutcome) {
			t.Errorf("create: %s: %s", d.Address, d.line())
		}
	}
	// Two stages store the image, and a request that was dropped midway may be
	// retried.
	if named := r.removeCandidates(found); len(found) < len(stages)-1 || len(named) != 2 {
		t.Errorf("got %d errors that name %q", len(found), named)
	}
	r.assertManaged(c)
	c.want(0, "apply", "-auto-approve") // the remaining images
	r.assertManaged(c)
	if got := r.filenames(t); len(got) != 2*len(stages) {
		t.Errorf("got %v", got)
	}

	for what, change := range map[string]func(){
		"change": func() { c.write("main.tf", brokenConfig("  creator = \"me\"\n", "  require_signed_urls = true\n")) },
		"re-upload": func() {
			for _, stage := range stages {
				put(t, filepath.Join(c.Dir, stage+".custom.svg"), svgOf(stage+"another", 1<<20))
			}
		},
	} {
		change()
		cut.arm()
		if output, code := c.run("apply", "-auto-approve", "-no-color", "-parallelism=20"); code != 0 {
			t.Errorf("%s: apply ended with %d:\n%s", what, code, output)
		}
		r.assertManaged(c)
	}
	c.want(0, "plan", "-detailed-exitcode")

	cut.arm()
	c.want(0, "destroy", "-auto-approve", "-parallelism=20")
	r.assertManaged(c)
}

// A failed re-upload reports what still exists.
func TestImageResourceReuploadFails(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault           func(*testEnv)
		summary, detail string
	}{
		"rejected": {
			fault: func(r *testEnv) {
				r.FailMethod(http.MethodPost, "v1", -1, fakeapi.Respond(415, "application/json",
					`{"result":null,"success":false,"errors":[{"code":9422,"message":"could not be decoded"}],"messages":[]}`))
			},
			summary: "was deleted, but not re-uploaded", detail: "Until then, its URLs only serve cached copies.",
		},
		"taken": {
			fault: func(r *testEnv) { r.ConflictAfterDelete(-1) }, summary: "was deleted, but not re-uploaded: the ID is taken",
			detail: "the API still reports the ID as taken",
		},
		"ambiguous": {
			fault:   func(r *testEnv) { r.FailMethod(http.MethodPost, "v1", -1, fakeapi.Reset) },
			summary: "was deleted, and may have been re-uploaded", detail: "it removes the resource from state",
		},
		"perhaps not deleted": {
			fault:   func(r *testEnv) { r.FailMethod(http.MethodDelete, "brand/new", -1, fakeapi.Reset) },
			summary: "may have been deleted, and was not re-uploaded", detail: "that deletes the image, if it still",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			c := r.cli(t, requiredProviders+`
provider "cloudflare" {
  max_retries = 1
}
resource "cloudflare_image" "new" {
  id     = "brand/new"
  source = "a.png"
}
`)
			put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
			c.want(0, "apply", "-auto-approve")
			put(t, filepath.Join(c.Dir, "a.png"), pngOf(20))
			test.fault(r)
			output, code := c.run("apply", "-auto-approve", "-no-color")
			if code != 1 {
				t.Errorf("apply ended with %d, want 1", code)
			}
			for _, want := range []string{`Cloudflare image "brand/new" ` + test.summary, test.detail} {
				if !outputMatching(want).MatchString(output) {
					t.Errorf("got:\n%s\nwant %s", output, want)
				}
			}
			if _, exists := r.Image("brand/new"); exists != (name == "perhaps not deleted") {
				t.Errorf("the image exists: %t", exists)
			}
		})
	}
}

// 200 uploads through a disturbed network: each image is stored once, or an
// error names it and later runs create it. No image exists outside the states
// unless an error reported it.
func TestImageResourceChaos(t *testing.T) {
	t.Parallel()
	r := newEmptyTestEnv(t)
	c := r.cli(t, requiredProviders+`
provider "cloudflare" {
  max_retries = 6
}
resource "cloudflare_image" "custom" {
  for_each = fileset("images/custom", "*.png")
  id       = "custom/${each.key}"
  source   = "images/custom/${each.key}"
}
resource "cloudflare_image" "generated" {
  for_each = fileset("images/generated", "*.png")
  source   = "images/generated/${each.key}"
}
`)
	const custom, generated = 160, 40
	for i := range custom + generated {
		folder := "custom"
		if i >= custom {
			folder = "generated"
		}
		put(t, filepath.Join(c.Dir, "images", folder, fmt.Sprintf("image-%03d.png", i)), pngOf(10+i))
	}
	r.Chaos(7, 20, 100*time.Millisecond)
	begin := time.Now()
	for run := 0; ; run++ {
		found, code := c.diagnostics("apply", "-auto-approve", "-parallelism=60", "-refresh=false")
		missing, managed := custom+generated-len(c.managed()), len(c.managed())
		t.Logf(
			"run %d ended with %d after %s: %d images, %d errors",
			run,
			code,
			time.Since(begin).Round(time.Second),
			managed,
			len(found),
		)
		if (code == 0) != (missing == 0) || len(found) != missing {
			t.Fatalf("%d images are missing: %v", missing, found)
		}
		for _, d := range found {
			if !strings.HasPrefix(d.Address, `cloudflare_image.generated["image-`) || !strings.Contains(d.line(), unknownOutcome) {
				t.Errorf("%s: %s", d.Address, d.line())
			}
		}
		r.removeCandidates(found)
		r.assertManaged(c)
		if code == 0 || t.Failed() {
			break
		}
		if run == 0 {
			r.Chaos(8, 0, 0)
		}
	}
	for name, times := range r.filenames(t) {
		if times != 1 {
			t.Errorf("%s is stored %d times", name, times)
		}
	}
	if got := slices.Sorted(maps.Keys(r.filenames(t))); len(got) != custom+generated {
		t.Errorf("got %d images", len(got))
	}
}
