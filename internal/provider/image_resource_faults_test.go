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

// behind leads the provider to the fake API through a handler.
func (r *testEnv) behind(t *testing.T, handler http.Handler) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	r.variables["CLOUDFLARE_BASE_URL"] = server.URL + fakeapi.BasePath
}

// The stages at which a breaker cuts a write off, as the names of files begin.
const (
	midRequest = "mid-request"
	beforeIt   = "before-it-is-carried-out"
	afterIt    = "after-it-was-carried-out"
	midAnswer  = "mid-answer"
)

var stages = []string{midRequest, beforeIt, afterIt, midAnswer}

// breaker cuts the first write of each kind off that each image meets, at the
// stage that the name of its file begins with.
type breaker struct {
	*testEnv

	mu  sync.Mutex
	met map[string]bool
}

// arm lets each image meet its stage once more.
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

// fileOf is the name of the file that a write concerns.
func (b *breaker) fileOf(request *http.Request, head []byte) string {
	if found := partFilename.FindSubmatch(head); found != nil {
		return string(found[1])
	}
	id, _ := url.PathUnescape(path.Base(request.URL.EscapedPath()))
	answer, _ := b.Image(id)
	var image struct{ Result struct{ Filename string } }
	_ = json.Unmarshal([]byte(answer), &image) // none is as good as one without a name
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
	case strings.HasPrefix(name, beforeIt):
		_, _ = io.Copy(io.Discard, body)
	default:
		done := httptest.NewRecorder()
		b.testEnv.ServeHTTP(done, request)
		if strings.HasPrefix(name, midAnswer) {
			w.Header().Set("Content-Length", strconv.Itoa(done.Body.Len()))
			_, _ = w.Write(done.Body.Bytes()[:done.Body.Len()/2])
			_ = http.NewResponseController(w).Flush()
		}
	}
	panic(http.ErrAbortHandler)
}

// filenames counts the images of the account by the names of their files.
func (r *testEnv) filenames(t *testing.T) map[string]int {
	t.Helper()
	count := map[string]int{}
	for _, id := range r.Images() {
		answer, _ := r.Image(id)
		var image struct{ Result struct{ Filename string } }
		if err := json.Unmarshal([]byte(answer), &image); err != nil {
			t.Fatal(err)
		}
		count[image.Result.Filename]++
	}
	return count
}

// unknownOutcome is what an error says of an upload that may have been applied.
const unknownOutcome = "It is not known whether the image was created"

// candidate matches an image that such an error names.
var candidate = regexp.MustCompile(`ID "([^"]+)", file name`)

// removeCandidates deletes the images that errors name, as a user who wants the
// next apply to upload them again would, and returns their IDs.
func (r *testEnv) removeCandidates(found []diagnostic) (ids []string) {
	for _, d := range found {
		for _, match := range candidate.FindAllStringSubmatch(d.Detail, -1) {
			ids = append(ids, match[1])
			r.RemoveImage(match[1])
		}
	}
	return ids
}

// cutConfig is an image of each kind of ID for each stage.
func cutConfig(own, generated string) string {
	var config strings.Builder
	config.WriteString(requiredProviders)
	for _, stage := range stages {
		fmt.Fprintf(
			&config,
			"resource \"cloudflare_image\" \"own-%[1]s\" {\n  id = \"own/%[1]s\"\n  source = \"%[1]s.own.svg\"\n%[2]s}\n",
			stage, own,
		)
		fmt.Fprintf(
			&config,
			"resource \"cloudflare_image\" \"given-%[1]s\" {\n  source = \"%[1]s.given.svg\"\n%[2]s}\n",
			stage,
			generated,
		)
	}
	return config.String()
}

// Wherever a connection breaks, an image with a custom ID is stored once and in
// the state; for one without, the error names it if it was stored.
func TestImageResourceLostResponses(t *testing.T) {
	t.Parallel()
	r := newEmptyTestEnv(t)
	cut := &breaker{testEnv: r}
	r.behind(t, cut)
	c := r.cli(t, cutConfig("", ""))
	for _, stage := range stages {
		for _, kind := range []string{"own", "given"} {
			put(t, filepath.Join(c.Dir, stage+"."+kind+".svg"), svgOf(stage+kind, 1<<20))
		}
	}

	cut.arm()
	found, _ := c.diagnostics("apply", "-auto-approve", "-parallelism=20")
	for _, d := range found {
		if !strings.HasPrefix(d.Address, "cloudflare_image.given-") || !strings.Contains(d.told(), unknownOutcome) {
			t.Errorf("create: %s: %s", d.Address, d.told())
		}
	}
	// Two stages store the image, and a cut in the middle of the request may be retried.
	if named := r.removeCandidates(found); len(found) < len(stages)-1 || len(named) != 2 {
		t.Errorf("got %d errors that name %q", len(found), named)
	}
	r.wantManaged(c)
	c.want(0, "apply", "-auto-approve") // the rest
	r.wantManaged(c)
	if got := r.filenames(t); len(got) != 2*len(stages) {
		t.Errorf("got %v", got)
	}

	for what, change := range map[string]func(){
		"change": func() { c.write("main.tf", cutConfig("  creator = \"me\"\n", "  require_signed_urls = true\n")) },
		"exchange": func() {
			for _, stage := range stages {
				put(t, filepath.Join(c.Dir, stage+".own.svg"), svgOf(stage+"another", 1<<20))
			}
		},
	} {
		change()
		cut.arm()
		if output, code := c.run("apply", "-auto-approve", "-no-color", "-parallelism=20"); code != 0 {
			t.Errorf("%s: apply ended with %d:\n%s", what, code, output)
		}
		r.wantManaged(c)
	}
	c.want(0, "plan", "-detailed-exitcode")

	cut.arm()
	c.want(0, "destroy", "-auto-approve", "-parallelism=20")
	r.wantManaged(c)
}

// A re-upload that fails says what is left.
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
			summary: "was deleted, but not re-uploaded", detail: "Its URLs serve only what caches still hold.",
		},
		"taken": {
			fault: func(r *testEnv) { r.ConflictAfterDelete(-1) }, summary: "was deleted, but not re-uploaded: the ID is taken",
			detail: "The API reports that the ID is taken",
		},
		"ambiguous": {
			fault:   func(r *testEnv) { r.FailMethod(http.MethodPost, "v1", -1, fakeapi.Reset) },
			summary: "was deleted, and may have been re-uploaded", detail: "the resource is removed from state",
		},
		"not deleted for certain": {
			fault:   func(r *testEnv) { r.FailMethod(http.MethodDelete, "brand/new", -1, fakeapi.Reset) },
			summary: "may have been deleted, and was not re-uploaded", detail: "the image is deleted, if it still exists",
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
			if code != 1 || !outputMatching(`Cloudflare image "brand/new" `+test.summary).MatchString(output) ||
				!outputMatching(test.detail).MatchString(output) {
				t.Errorf("ended with %d:\n%s", code, output)
			}
			if _, exists := r.Image("brand/new"); exists != (name == "not deleted for certain") {
				t.Errorf("the image exists: %t", exists)
			}
		})
	}
}

// 200 uploads through all kinds of trouble end with each image there once, or
// with an error that says which is not; the next runs make those. No image is
// ever there that no state knows of, unless an error has said so.
func TestImageResourceChaos(t *testing.T) {
	t.Parallel()
	r := newEmptyTestEnv(t)
	c := r.cli(t, requiredProviders+`
provider "cloudflare" {
  max_retries = 6
}
resource "cloudflare_image" "own" {
  for_each = fileset("pictures/own", "*.png")
  id       = "own/${each.key}"
  source   = "pictures/own/${each.key}"
}
resource "cloudflare_image" "given" {
  for_each = fileset("pictures/given", "*.png")
  source   = "pictures/given/${each.key}"
}
`)
	const own, given = 160, 40
	for i := range own + given {
		folder := "own"
		if i >= own {
			folder = "given"
		}
		put(t, filepath.Join(c.Dir, "pictures", folder, fmt.Sprintf("picture-%03d.png", i)), pngOf(10+i))
	}
	r.Chaos(7, 20, 100*time.Millisecond)
	begin := time.Now()
	for run := 0; ; run++ {
		found, code := c.diagnostics("apply", "-auto-approve", "-parallelism=60", "-refresh=false")
		missing, managed := own+given-len(c.managed()), len(c.managed())
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
			if !strings.HasPrefix(d.Address, `cloudflare_image.given["picture-`) || !strings.Contains(d.told(), unknownOutcome) {
				t.Errorf("%s: %s", d.Address, d.told())
			}
		}
		r.removeCandidates(found)
		r.wantManaged(c)
		if code == 0 || t.Failed() {
			break
		}
		if run == 0 {
			r.Chaos(8, 0, 0)
		}
	}
	for name, times := range r.filenames(t) {
		if times != 1 {
			t.Errorf("%s is there %d times", name, times)
		}
	}
	if got := slices.Sorted(maps.Keys(r.filenames(t))); len(got) != own+given {
		t.Errorf("got %d images", len(got))
	}
}
