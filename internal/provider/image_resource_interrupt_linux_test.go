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

// gate holds the first write of a method up, at a place of its life, until the
// client is gone or the gate is opened.
type gate struct {
	*testEnv

	method  string
	armed   atomic.Bool // until then it holds nothing up
	place   place
	once    sync.Once
	reached chan struct{}
	opened  chan struct{}
}

// place is where in the life of a write a gate stands.
type place int

const (
	inBody place = iota
	afterBody
	afterDone
	inAnswer
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
	case afterBody: // the API loses it
		_, _ = io.Copy(io.Discard, request.Body)
		g.hold(request)
		panic(http.ErrAbortHandler)
	case afterDone:
		g.testEnv.ServeHTTP(done, request)
		g.hold(request)
		w.WriteHeader(done.Code)
		_, _ = w.Write(done.Body.Bytes())
	case inAnswer:
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

// Images with an ID of one's own and with one that Cloudflare gives, and two at
// a pace.
const (
	ownImage   = "resource \"cloudflare_image\" \"logo\" {\n  id = \"logo\"\n  source = \"a.svg\"\n}\n"
	givenImage = "resource \"cloudflare_image\" \"logo\" {\n  source = \"a.svg\"\n}\n"
	pacedImage = ownImage + "resource \"cloudflare_image\" \"second\" {\n  id = \"second\"\n  source = \"a.svg\"\n}\n"
)

// interruption is a stage at which a run is interrupted.
type interruption struct {
	before, config string // the first is applied to begin with, where there is one
	exchange       bool   // the picture is another one by then
	method         string // of the write that is held up
	place          place
	throttled      string // for how long the method is put off instead
	waits          string // what the log says of a wait that is interrupted
	size           int    // of the picture
	open           bool   // the rest is let through after the interrupt
	said           string // in the output; empty where all is done in spite of it
	have           int    // images there are afterwards
	take           string // what has to be imported before the next apply
}

// interruptions are the stages of an upload, of an exchange and of a change.
var interruptions = map[string]interruption{
	"before it is sent": {
		config: "provider \"cloudflare\" {\n  requests_per_second = var.pace\n}\n" + pacedImage, waits: "requests_per_second",
		said: "The run was interrupted before the request was sent", have: 1,
	},
	"during a wait": {
		config: givenImage, method: "POST", throttled: "300", waits: "Waiting before Cloudflare API request", said: "Nothing was created",
	},
	"in the middle of the body": {
		config: ownImage, method: "POST", place: inBody, size: 9_900_000, said: "Nothing was created",
	},
	"in the middle of the body, with a given ID": {
		config: givenImage, method: "POST", place: inBody, size: 9_900_000, said: "Nothing was created",
	},
	"after the body":      {config: givenImage, method: "POST", place: afterBody, said: unknownOutcome},
	"after it was stored": {config: ownImage, method: "POST", place: afterDone, have: 1},
	"after it was stored, with a given ID": {
		config: givenImage, method: "POST", place: afterDone, said: unknownOutcome, have: 1, take: "57a4d001-ac1d-4e57-0b5e-000000000100",
	},
	"in the middle of the answer": {
		config: givenImage, method: "POST", place: inAnswer, said: unknownOutcome, have: 1, take: "57a4d001-ac1d-4e57-0b5e-000000000100",
	},
	"exchange: during a wait before the old one is deleted": {
		before: ownImage, config: ownImage, exchange: true, method: "DELETE", throttled: "300", waits: "Waiting before Cloudflare API request",
		said: "canceled", have: 1,
	},
	"exchange: as the old one is deleted": {
		before: ownImage, config: ownImage, exchange: true, method: "DELETE", place: afterDone, open: true, have: 1,
	},
	"exchange: in the middle of the body": {
		before: ownImage, config: ownImage, exchange: true, method: "POST", place: inBody, size: 9_900_000, open: true, have: 1,
	},
	"exchange: during a wait after the old one is deleted": {
		before: ownImage, config: ownImage, exchange: true, method: "POST", throttled: "3", waits: "Waiting before Cloudflare API request", have: 1,
	},
	"change: after it was done": {
		before: ownImage, config: strings.Replace(ownImage, "}", "  creator = \"me\"\n}", 1), method: "PATCH", place: afterDone,
		said: "It is not known whether the image was changed", have: 1,
	},
}

// Whenever Ctrl-C comes, the run ends soon and leaves no process; no image is
// lost, and none is made twice. Where the state cannot know, the error says what
// to look for, and with that done, the next apply finishes.
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
	picture := svgOf("one", i.size)
	put(t, filepath.Join(c.Dir, "a.svg"), picture)
	if i.before != "" {
		c.write("images.tf", i.before)
		c.appliedState()
	}
	if i.exchange {
		picture = svgOf("two", i.size)
		put(t, filepath.Join(c.Dir, "a.svg"), picture)
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
	// An engine that was interrupted ends with an error, whatever was finished.
	if said := outputMatching(i.said); code == 0 && i.said != "" || !said.MatchString(output) {
		t.Errorf("apply ended with %d:\n%s\nwant %s", code, output, i.said)
	}
	if got := r.Images(); len(got) != i.have {
		t.Errorf("got %q, want %d images", got, i.have)
	}
	if i.take == "" {
		r.wantManaged(c)
	} else {
		c.want(0, "import", logo, i.take)
	}
	if left := providersOf(c.Dir); len(left) > 0 {
		t.Errorf("provider processes are left: %v", left)
	}
	c.want(0, "apply", "-auto-approve")
	r.wantManaged(c)
	r.wantPicture(t, r.Images()[0], picture)
}

// interrupted applies, and interrupts the run as soon as it is where it is to
// be.
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
	await("sign of what is to be interrupted", func() bool {
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
		<-time.After(300 * time.Millisecond) // for the provider to hear of it
		close(g.opened)
	}
	begin := time.Now()
	_ = command.Wait() // the exit code says how
	if !i.open {
		close(g.opened) // the client is gone
	}
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("it took %s to stop", took)
	}
	return written.String(), command.ProcessState.ExitCode()
}
