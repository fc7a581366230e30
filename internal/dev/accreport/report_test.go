package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/accsweep"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// inMemory is a transport without a network, so that synctest can advance the
// time during waits.
type inMemory struct{ http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	received := r.Clone(r.Context())
	received.RequestURI = r.URL.RequestURI()
	if received.Body == nil {
		received.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	m.ServeHTTP(recorder, received)
	if r.Context().Err() != nil {
		return nil, context.Cause(r.Context())
	}
	return recorder.Result(), nil
}

// newFake returns a fake API that has room for another signing key, and fetches
// an image from any URL.
func newFake() *fakeapi.Server {
	fake := fakeapi.New()
	fake.RemoveKey("campaign")
	fake.FetchFrom(func(string) ([]byte, bool) { return pngOf(minFileSize), true })
	return fake
}

func optionsFor(api http.Handler) options {
	return options{
		account: accsweep.Account{ID: fakeapi.AccountID, Config: client.Config{
			Credentials: client.APIToken(fakeapi.Token), BaseURL: "https://fake.example" + fakeapi.BasePath, Transport: inMemory{api},
		}},
		token: fakeapi.Token,
		sizes: [4]int{10_486, 10_485, 10_001, 10_000},
		wait:  2 * time.Minute,
	}
}

// contents returns the names of everything in the account.
func contents(t *testing.T, fake *fakeapi.Server) []string {
	t.Helper()
	c, err := client.New(optionsFor(fake).account.Config)
	if err != nil {
		t.Fatal(err)
	}
	variants, _, err := c.ListVariants(t.Context(), fakeapi.AccountID)
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Concat(fake.Images(), fake.KeyNames())
	for name := range variants {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func lag(behind time.Duration) func(*fakeapi.Server) {
	return func(fake *fakeapi.Server) { fake.LagReads(time.Hour, func() time.Duration { return behind }) }
}

func reserve(how time.Duration) func(*fakeapi.Server) {
	return func(fake *fakeapi.Server) { fake.ReserveDeleted(func() time.Duration { return how }) }
}

// rejectUpload rejects the first upload with a code.
func rejectUpload(code string) func(*fakeapi.Server) {
	return func(fake *fakeapi.Server) {
		fake.FailMethod(http.MethodPost, "v1", 1, fakeapi.Respond(400, "application/json",
			`{"success":false,"errors":[{"code":`+code+`,"message":"no"}],"messages":[],"result":null}`))
	}
}

func noSwitch(*fakeapi.Server) {}

// outcome is a behavior of the API, and the row expected for it.
type outcome struct {
	question    string // a part of the name
	behavior    func(*fakeapi.Server)
	seen, match string
	left        bool // something can't be deleted
}

var outcomes = []outcome{
	{question: "image with a custom ID be", behavior: noSwitch, seen: "yes", match: matches},
	{question: "image with a custom ID be", behavior: rejectUpload("5400"), seen: "upload: POST", match: unknown},
	{question: "image with a generated ID be", behavior: noSwitch, seen: "yes", match: matches},
	{
		question: "image with a generated ID be",
		behavior: func(f *fakeapi.Server) { f.NewIDOnAccessChange(true) },
		seen:     "yes",
		match:    matches,
	},
	{question: "a variant be", behavior: noSwitch, seen: "yes", match: matches},
	{
		question: "a variant be",
		behavior: func(f *fakeapi.Server) { f.StaleReads(-1) },
		seen:     "read variant: the write wasn't visible within 2m0s",
		match:    unknown,
	},
	{question: "a signing key be", behavior: noSwitch, seen: "yes", match: matches},
	{
		question: "a signing key be",
		behavior: func(f *fakeapi.Server) { f.AddKey("second") },
		seen:     "skipped: the account has 2 signing keys, so there is no room for another one",
		match:    excluded,
	},
	{
		question: "a signing key be",
		behavior: func(f *fakeapi.Server) { f.RemoveAllKeys() },
		seen:     "skipped: the account has no signing key, and the last one is a separate question",
		match:    excluded,
	},
	{question: "new ID", behavior: noSwitch, seen: "same ID", match: matches},
	{
		question: "new ID",
		behavior: func(f *fakeapi.Server) { f.NewIDOnAccessChange(true) },
		seen:     "new ID",
		match:    matches,
	},
	{question: "clear the creator", behavior: noSwitch, seen: "cleared", match: matches},
	{
		question: "clear the creator",
		behavior: func(f *fakeapi.Server) { f.KeepCreator(true) },
		seen:     "kept",
		match:    differs,
	},
	{question: "clear the metadata", behavior: noSwitch, seen: "cleared", match: matches},
	{
		question: "clear the metadata",
		behavior: func(f *fakeapi.Server) { f.KeepEmptyMetadata(true) },
		seen:     "kept",
		match:    differs,
	},
	{
		question: "10 MB",
		behavior: func(f *fakeapi.Server) { f.FileSizeLimit(10_485) },
		seen:     "10,485,760 bytes: a larger file: code 5413: status 413",
		match:    matches,
	},
	{
		question: "10 MB",
		behavior: func(f *fakeapi.Server) { f.FileSizeLimit(10_000) },
		seen:     "10,000,000 bytes: a larger file: code 5413: status 413",
		match:    matches,
	},
	{
		question: "10 MB",
		behavior: func(f *fakeapi.Server) { f.FileSizeLimit(10_001) },
		seen:     "between 10,000,000 and 10,485,760 bytes: a larger file: code 5413: status 413",
		match:    differs,
	},
	{
		question: "10 MB",
		behavior: func(f *fakeapi.Server) { f.FileSizeLimit(5_000) },
		seen:     "less than 10,000,000 bytes: code 5413: status 413",
		match:    differs,
	},
	{
		question: "10 MB",
		behavior: func(f *fakeapi.Server) { f.FileSizeLimit(20_000) },
		seen:     "more than 10,485,760 bytes: a larger file: accepted",
		match:    differs,
	},
	{question: "of the metadata?", behavior: noSwitch, seen: "unchanged: difference 0s", match: matches},
	{
		question: "of the metadata?",
		behavior: func(f *fakeapi.Server) { f.UploadedAfterPatch(true) },
		seen:     "changed: difference 15s",
		match:    differs,
	},
	{question: "of the access?", behavior: noSwitch, seen: "unchanged: difference 0s", match: matches},
	{
		question: "of the access?",
		behavior: func(f *fakeapi.Server) { f.UploadedAfterPatch(true) },
		seen:     "changed: difference 15s",
		match:    matches,
	},
	{question: "from a URL get", behavior: noSwitch, seen: "last path segment: public", match: matches},
	{
		question: "from a URL get",
		behavior: func(f *fakeapi.Server) { f.URLFilename(func(string) string { return "image.png" }) },
		seen:     "another name: image.png",
		match:    differs,
	},
	{
		question: "ends in a slash",
		behavior: func(f *fakeapi.Server) { f.URLFilename(func(string) string { return "" }) },
		seen:     "none",
		match:    matches,
	},
	{
		question: "ends in a slash",
		behavior: func(f *fakeapi.Server) { f.URLFilename(func(string) string { return "fake.example" }) },
		seen:     "another name: fake.example",
		match:    differs,
	},
	{
		question: "ends in a slash",
		behavior: func(f *fakeapi.Server) { f.FetchFrom(func(string) ([]byte, bool) { return nil, false }) },
		seen:     "skipped: the API doesn't fetch from the delivery URL (code 5454: status 400); set -url",
		match:    excluded,
	},
	{
		question: "own delivery URL",
		behavior: func(f *fakeapi.Server) { f.FetchFrom(func(string) ([]byte, bool) { return nil, false }) },
		seen:     "no: code 5454: status 400",
		match:    matches,
	},
	{question: "own delivery URL", behavior: noSwitch, seen: "yes", match: differs},
	{question: "stay taken", behavior: noSwitch, seen: "within the retry budget: 0s", match: matches},
	{question: "stay taken", behavior: reserve(3 * time.Second), seen: "within the retry budget: 3s", match: matches},
	{question: "stay taken", behavior: reserve(time.Minute), seen: "longer than the retry budget: 1m0s", match: differs},
	{question: "stay taken", behavior: reserve(time.Hour), seen: "still taken: after 2m0s", match: differs},
	{question: "after a create", behavior: noSwitch, seen: "at most two minutes: none of 5 reads", match: matches},
	{question: "after a create", behavior: lag(30 * time.Second), seen: "at most two minutes: the last after 29s", match: matches},
	{question: "after a create", behavior: lag(10 * time.Minute), seen: "still stale: after 2m1s", match: differs},
	{question: "after an update", behavior: noSwitch, seen: "at most two minutes: none of 5 reads", match: matches},
	{
		question: "after an update",
		behavior: lag(30 * time.Second),
		seen:     "at most two minutes: the last after 29s",
		match:    matches,
	},
	{
		question: "after an update",
		behavior: lag(10 * time.Minute),
		seen:     "read image: the write wasn't visible within 2m0s",
		match:    unknown,
	},
	{question: "after a delete", behavior: noSwitch, seen: "at most two minutes: none of 5 reads", match: matches},
	{
		question: "after a delete",
		behavior: lag(30 * time.Second),
		seen:     "at most two minutes: the last after 29s",
		match:    matches,
	},
	{
		question: "after a delete",
		behavior: lag(10 * time.Minute),
		seen:     "read image: the write wasn't visible within 2m0s",
		match:    unknown,
	},
	{question: "existing custom ID", behavior: noSwitch, seen: "code 5409: status 409", match: matches},
	{question: "like a UUID", behavior: noSwitch, seen: "code 5411: status 400", match: matches},
	{question: "like a UUID", behavior: rejectUpload("5400"), seen: "code 5400: status 400", match: differs},
	{question: "in .html", behavior: noSwitch, seen: "code 5411: status 400", match: matches},
	{question: "in .html", behavior: rejectUpload("5400"), seen: "code 5400: status 400", match: differs},
	{question: "merged", behavior: noSwitch, seen: "replaced: fit none, metadata none", match: matches},
	{
		question: "merged",
		behavior: func(f *fakeapi.Server) { f.MergeVariantOptions(true) },
		seen:     "merged: fit cover, metadata keep",
		match:    matches,
	},
	{
		question: "default `fit`",
		behavior: func(f *fakeapi.Server) { f.DefaultFit("scale-down") },
		seen:     "scale-down: metadata none",
		match:    matches,
	},
	{
		question: "default `fit`",
		behavior: func(f *fakeapi.Server) { f.DefaultFit("contain") },
		seen:     "contain: metadata none",
		match:    differs,
	},
	{question: "default `fit`", behavior: noSwitch, seen: "none: metadata none", match: differs},
	{
		question: "last signing key",
		behavior: noSwitch,
		seen:     "skipped: signing keys that this run did not create: 1",
		match:    excluded,
	},
	{
		question: "last signing key",
		behavior: func(f *fakeapi.Server) { f.RemoveAllKeys() },
		seen:     "a new key: called default: true",
		match:    matches,
		left:     true,
	},
	{
		question: "last signing key",
		behavior: func(f *fakeapi.Server) { f.RemoveAllKeys(); f.KeepLastKey(true) },
		seen:     "rejected: code 5400: status 400",
		match:    matches,
		left:     true,
	},
}

// Each outcome of each question is recognized, and nothing is left over.
func TestQuestions(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, test := range outcomes {
		asked := selectQuestions(regexp.MustCompile(regexp.QuoteMeta(test.question)))
		if len(asked) != 1 {
			t.Fatalf("%q selects %d questions", test.question, len(asked))
		}
		covered[asked[0].name] = true
		t.Run(test.question+"/"+test.seen, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { checkOutcome(t, test, asked) })
		})
	}
	for _, q := range questions() {
		if !covered[q.name] {
			t.Errorf("no outcome of %q is tested", q.name)
		}
	}
}

func checkOutcome(t *testing.T, test outcome, asked []question) {
	t.Helper()
	fake := newFake()
	test.behavior(fake)
	before := contents(t, fake)
	var out bytes.Buffer
	err := optionsFor(fake).report(t.Context(), asked, &out, io.Discard)
	rows := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(rows) != 3 {
		t.Fatalf("got:\n%s", out.String())
	}
	cells := strings.Split(strings.Trim(rows[2], "| "), " | ")
	seen, match := cells[2], cells[3]
	if !strings.HasPrefix(seen, test.seen) || test.match != unknown && seen != test.seen || match != test.match {
		t.Errorf("got %q, %s, want %q, %s", seen, match, test.seen, test.match)
	}
	needsAttention := test.match == differs || test.match == unknown
	if (err != nil) != needsAttention && !test.left {
		t.Errorf("got the error %v for %s", err, match)
	}
	fake.LagReads(0, nil)
	fake.StaleReads(0)
	if after := contents(t, fake); !test.left && !slices.Equal(before, after) {
		t.Errorf("the account has\n%q, and had\n%q", after, before)
	}
}

// cutting is an API that hangs at one write, before or after it is applied,
// until the client gives up.
type cutting struct {
	*fakeapi.Server

	at      int // the number of the write
	applied bool
	writes  int
	hangs   func()
}

func (c *cutting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		c.Server.ServeHTTP(w, r)
		return
	}
	c.writes++
	if c.writes != c.at {
		c.Server.ServeHTTP(w, r)
		return
	}
	if c.applied {
		c.Server.ServeHTTP(httptest.NewRecorder(), r)
	}
	c.hangs()
	<-r.Context().Done()
}

// Wherever a report is interrupted, everything that it has created is deleted.
// These questions create objects of each kind in each way.
func TestReportInterrupted(t *testing.T) {
	t.Parallel()
	all := slices.Concat(lifecycleQuestions(), urlQuestions())
	for _, applied := range []bool{false, true} {
		for at, reached := 1, true; reached; at++ {
			synctest.Test(t, func(t *testing.T) {
				ctx, interrupt := context.WithCancelCause(t.Context())
				reached = false
				api := &cutting{Server: newFake(), at: at, applied: applied, hangs: func() {
					reached = true
					time.AfterFunc(time.Second, func() { interrupt(errors.New("interrupt")) })
				}}
				before := contents(t, api.Server)
				var out bytes.Buffer
				err := optionsFor(api).report(ctx, all, &out, io.Discard)
				if reached != (err != nil && strings.Contains(err.Error(), "interrupted: interrupt")) {
					t.Errorf("write %d: got the error %v", at, err)
				}
				if rows := strings.Count(out.String(), "\n"); rows != len(all)+2 {
					t.Errorf("write %d: got %d lines:\n%s", at, rows, out.String())
				}
				if after := contents(t, api.Server); !slices.Equal(before, after) {
					t.Errorf("write %d, applied: %t: the account has\n%q, and had\n%q", at, applied, after, before)
				}
			})
		}
	}
}

// The error names an object that could not be deleted.
func TestReportLeftOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := newFake()
		fake.RemoveAllKeys()
		fake.KeepLastKey(true)
		var out bytes.Buffer
		err := optionsFor(fake).report(t.Context(), keyQuestions(), &out, io.Discard)
		keys := fake.KeyNames()
		if len(keys) != 1 || err == nil || !strings.Contains(err.Error(), `left over: delete signing key "`+keys[0]+`"`) {
			t.Errorf("got %v, with the keys %q", err, keys)
		}
	})
}

// No output contains a credential, a signing key, the account, or a URL of the
// command line.
func TestReportSecrets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const address = "https://user:password@fake.example/a.png?signature=s3cret"
		fake := newFake()
		fake.FailMethod(http.MethodPost, "v1", -1, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte("ERROR 5454: " + r.Header.Get("Authorization") + " | " + fakeapi.AccountID + "\n" + string(body)))
		})
		o := optionsFor(fake)
		o.url, o.rootURL = address, address
		var out, progress bytes.Buffer
		err := o.report(t.Context(), questions(), &out, &progress)
		printed := out.String() + progress.String() + err.Error()
		for _, secret := range []string{
			fakeapi.Token, fakeapi.SigningKey, "not-a-real-key", fakeapi.AccountID, "password", "s3cret",
		} {
			if strings.Contains(printed, secret) {
				t.Errorf("%q is in:\n%s", secret, printed)
			}
		}
	})
}

func TestCommand(t *testing.T) {
	t.Parallel()
	fake := newFake()
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	variables := map[string]string{
		"CLOUDFLARE_API_TOKEN": fakeapi.Token, "CLOUDFLARE_ACCOUNT_ID": fakeapi.AccountID,
		"CLOUDFLARE_BASE_URL": server.URL + fakeapi.BasePath,
	}
	leftover := accsweep.Run("600000000000").Name("v1")
	fake.PutVariant(leftover, `{"width":1}`, false)
	for name, test := range map[string]struct {
		args      []string
		variables map[string]string
		says, err string
	}{
		"a question":   {args: []string{"-run=new ID"}, variables: variables, says: "| same ID | yes |"},
		"a sweep":      {args: []string{"-sweep"}, variables: variables, says: `leftover: variant "` + leftover + `"`},
		"no account":   {err: "set CLOUDFLARE_API_TOKEN"},
		"an argument":  {args: []string{"-run=("}, err: "-run: "},
		"no such flag": {args: []string{"-x"}, err: "flag provided but not defined"},
		"too little time": {
			args: []string{"-run=new ID", "-timeout=1ns"}, variables: variables, says: "not settled", err: "interrupted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			getenv := func(name string) string { return test.variables[name] }
			err := command(t.Context(), test.args, getenv, &out, io.Discard)
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("got the error %v, want %s", err, test.err)
			}
			if !strings.Contains(out.String(), test.says) {
				t.Errorf("got\n%s\nwithout %s", out.String(), test.says)
			}
		})
	}
}

// A file of the real size, not a smaller one as in the other tests, is rejected
// for its size.
func TestRealSize(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := optionsFor(newFake())
		o.sizes[0] = fileSizes[0]
		var out bytes.Buffer
		asked := selectQuestions(regexp.MustCompile("10 MB"))
		if err := o.report(t.Context(), asked, &out, io.Discard); err != nil {
			t.Errorf("got %v", err)
		}
		if !strings.Contains(out.String(), "| 10,485,760 bytes: a larger file: code 5413: status 413 |") {
			t.Errorf("got\n%s", out.String())
		}
	})
}

func TestPNGSize(t *testing.T) {
	t.Parallel()
	for _, size := range []int{minFileSize, 10_000} {
		if got := len(pngOf(size)); got != size {
			t.Errorf("got %d bytes, want %d", got, size)
		}
	}
}

// A URL of the command line is used as it is, or with a slash.
func TestURLFilename(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		url, rootURL, filename string
		want                   []string // results, in the order of the questions
	}{
		"decoded": {url: "https://fake.example/a%20b.png", filename: "a b.png", want: []string{
			"last path segment: a b.png", "last path segment: a b.png",
		}},
		"encoded": {url: "https://fake.example/a%20b.png", filename: "a%20b.png", want: []string{
			"last path segment, encoded: a%20b.png", "last path segment, encoded: a%20b.png",
		}},
		"root": {url: "https://fake.example/a.png", rootURL: "https://fake.example/", filename: "a.png", want: []string{
			"last path segment: a.png", "another name: a.png",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := newFake()
				fake.URLFilename(func(string) string { return test.filename })
				o := optionsFor(fake)
				o.url, o.rootURL = test.url, test.rootURL
				p, err := newProbe(o)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, q := range selectQuestions(regexp.MustCompile("file name")) {
					got = append(got, p.settle(t.Context(), q).seen)
				}
				if !slices.Equal(got, test.want) {
					t.Errorf("got %q, want %q", got, test.want)
				}
			})
		})
	}
}
