package provider

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// gate blocks the first write of a method, at a stage of its processing, until
// the client has disconnected or the gate is opened.
type gate struct {
	*testEnv

	method  string
	armed   atomic.Bool // until then it blocks nothing
	place   place
	once    sync.Once
	reached chan struct{}
	opened  chan struct{}
}

// place is the stage of a write at which a gate blocks.
type place int

const (
	inBody place = iota
	afterBody
	afterApplied
	inResponse
)

func (g *gate) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	first := false
	if g.armed.Load() && request.Method == g.method {
		g.once.Do(func() { first = true })
	}
	if !first {
		g.testEnv.ServeHTTP(w, request)
		return
	}
	done := httptest.NewRecorder()
	switch g.place {
	case inBody:
		_, _ = io.CopyN(io.Discard, request.Body, 0)
		g.hold(request)
		g.testEnv.ServeHTTP(w, request)
		return
	case afterBody: // the request is lost
		_, _ = io.Copy(io.Discard, request.Body)
		g.hold(request)
		panic(http.ErrAbortHandler)
	case afterApplied:
		g.testEnv.ServeHTTP(done, request)
		g.hold(request)
		w.WriteHeader(done.Code)
		_, _ = w.Write(done.Body.Bytes())
	case inResponse:
		g.testEnv.ServeHTTP(done, request)
		w.Header().Set("Content-Length", strconv.Itoa(done.Body.Len()))
		_, _ = w.Write(done.Body.Bytes()[:done.Body.Len()/2])
		_ = http.NewResponseController(w).Flush()
		g.hold(request)
		_, _ = w.Write(done.Body.Bytes()[done.Body.Len()/2:])
	}
}

func (g *gate) hold(request *http.Request) {
	close(g.reached)
	select {
	case <-g.opened:
	case <-request.Context().Done():
	case <-time.After(2 * time.Minute):
	}
}

// An image with a custom ID, one with a generated ID, and two with a rate
// limit.
const (
	customIDImage    = "resource \"cloudflare_image\" \"logo\" {\n  id = \"logo\"\n  source = \"a.svg\"\n}\n"
	generatedIDImage = "resource \"cloudflare_image\" \"logo\" {\n  source = \"a.svg\"\n}\n"
	throttledImages  = customIDImage + "resource \"cloudflare_image\" \"second\" {\n  id = \"second\"\n  source = \"a.svg\"\n}\n"
)

// interruption is a stage at which a run is interrupted.
type interruption struct {
	before, config string // before is applied first, if set
	reupload       bool   // the content changes after before is applied
	method         string // of the write that is blocked
	place          place
	throttled      string // Retry-After of a 429 for the method, instead of blocking
	waits          string // log line of the wait to interrupt
	size           int    // of the content
	open           bool   // requests after the interrupt get through
	message        string // in the output; empty if everything is applied anyway
	have           int    // number of images afterwards
	take           string // ID to import before the next apply
}

// interruptions are the stages of a create, a re-upload and an update.
var interruptions = map[string]interruption{
	"before it is sent": {
		config: "provider \"cloudflare\" {\n  requests_per_second = var.pace\n}\n" + throttledImages, waits: "requests_per_second",
		message: "it was interrupted before the request was sent", have: 1,
	},
	"during a backoff": {
		config: generatedIDImage, method: "POST", throttled: "300", waits: "Waiting before Cloudflare API request", message: "Nothing was created",
	},
	"during the body": {
		config: customIDImage, method: "POST", place: inBody, size: 9_900_000, message: "Nothing was created",
	},
	"during the body, generated ID": {
		config: generatedIDImage, method: "POST", place: inBody, size: 9_900_000, message: "Nothing was created",
	},
	"after the body":     {config: generatedIDImage, method: "POST", place: afterBody, message: unknownOutcome},
	"after it is stored": {config: customIDImage, method: "POST", place: afterApplied, have: 1},
	"after it is stored, generated ID": {
		config: generatedIDImage, method: "POST", place: afterApplied, message: unknownOutcome, have: 1, take: "57a4d001-ac1d-4e57-0b5e-000000000100",
	},
	"during the response": {
		config: generatedIDImage, method: "POST", place: inResponse, message: unknownOutcome, have: 1, take: "57a4d001-ac1d-4e57-0b5e-000000000100",
	},
	"re-upload: during a backoff before the delete": {
		before: customIDImage, config: customIDImage, reupload: true, method: "DELETE", throttled: "300", waits: "Waiting before Cloudflare API request",
		message: "canceled", have: 1,
	},
	"re-upload: during the delete": {
		before:   customIDImage,
		config:   customIDImage,
		reupload: true,
		method:   "DELETE",
		place:    afterApplied,
		open:     true,
		have:     1,
	},
	"re-upload: during the body": {
		before:   customIDImage,
		config:   customIDImage,
		reupload: true,
		method:   "POST",
		place:    inBody,
		size:     9_900_000,
		open:     true,
		have:     1,
	},
	"re-upload: during a backoff after the delete": {
		before: customIDImage, config: customIDImage, reupload: true, method: "POST", throttled: "3", waits: "Waiting before Cloudflare API request", have: 1,
	},
	"change: after it was done": {
		before: customIDImage, config: strings.Replace(customIDImage, "}", "  creator = \"me\"\n}", 1), method: "PATCH", place: afterApplied,
		message: "the image may have been updated", have: 1,
	},
}

// Whenever Ctrl-C is pressed, the run ends soon and leaves no process; no
// image is lost, and none is created twice. If the outcome is unknown, the
// error names what to check, and the next apply finishes after that.
func TestImageResourceInterrupt(t *testing.T) {
	t.Parallel()
	ready := newTestEnv(t).cli(t, requiredProviders)
	for name, test := range interruptions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &cli{ready.Workspace, t}
			test.run(t, c.copied())
		})
	}
}

func (i interruption) run(t *testing.T, c *cli) {
	t.Helper()
	r := newEmptyTestEnv(t)
	g := &gate{testEnv: r, method: i.method, place: i.place, reached: make(chan struct{}), opened: make(chan struct{})}
	r.behind(t, g)
	r.variables["TF_LOG_PROVIDER"] = "WARN"
	for name, value := range r.variables {
		c.Env = append(c.Env, name+"="+value)
	}
	c.write("pace.tf", "variable \"pace\" {\n  default = 1000\n}\n")
	content := svgOf("one", i.size)
	put(t, filepath.Join(c.Dir, "a.svg"), content)
	if i.before != "" {
		c.write("images.tf", i.before)
		c.appliedState()
	}
	if i.reupload {
		content = svgOf("two", i.size)
		put(t, filepath.Join(c.Dir, "a.svg"), content)
	}
	c.write("images.tf", i.config)
	if i.throttled != "" {
		name := "v1"
		if i.method != http.MethodPost {
			name = "logo"
		}
		r.FailMethod(i.method, name, 1, fakeapi.Respond(429, "text/plain", "", "Retry-After", i.throttled))
	} else {
		g.armed.Store(true)
	}

	output, code := i.interrupted(t, c, g)
	// An interrupted run ends with an error, even if everything was applied.
	if message := outputMatching(i.message); code == 0 && i.message != "" || !message.MatchString(output) {
		t.Errorf("apply ended with %d:\n%s\nwant %s", code, output, i.message)
	}
	if got := r.Images(); len(got) != i.have {
		t.Errorf("got %q, want %d images", got, i.have)
	}
	if i.take == "" {
		r.assertManaged(c)
	} else {
		c.want(0, "import", logo, i.take)
	}
	if left := providersOf(c.Dir); len(left) > 0 {
		t.Errorf("provider processes are left: %v", left)
	}
	c.want(0, "apply", "-auto-approve")
	r.assertManaged(c)
	r.assertContent(t, r.Images()[0], content)
}

// interrupted runs an apply, and interrupts it at its stage.
func (i interruption) interrupted(t *testing.T, c *cli, g *gate) (output string, code int) {
	t.Helper()
	command := c.Command(t.Context(), "apply", "-auto-approve", "-no-color", "-var=pace=0.003")
	var written lockedBuilder
	command.Stdout, command.Stderr = &written, &written
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	deadline, poll := time.After(2*time.Minute), time.NewTicker(20*time.Millisecond)
	defer poll.Stop()
	await := func(what string, arrived func() bool) {
		for !arrived() {
			select {
			case <-poll.C:
			case <-deadline:
				_ = command.Process.Kill()
				t.Fatalf("no %s after two minutes:\n%s", what, written.String())
			}
		}
	}
	await("sign of the stage", func() bool {
		if i.waits != "" {
			return strings.Contains(written.String(), i.waits)
		}
		select {
		case <-g.reached:
			return true
		default:
			return false
		}
	})
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if i.open {
		await("interrupt", func() bool { return strings.Contains(written.String(), "Interrupt received") })
		<-time.After(300 * time.Millisecond) // for the provider to receive it
		close(g.opened)
	}
	begin := time.Now()
	_ = command.Wait() // the exit code is checked
	if !i.open {
		close(g.opened) // the client has disconnected
	}
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("it took %s to stop", took)
	}
	return written.String(), command.ProcessState.ExitCode()
}
