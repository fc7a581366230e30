package accsweep

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

const (
	old    = Run("6000000012ab") // of 2021
	recent = Run("f00000000001") // of 2097
)

// newAccount returns a fake API with objects of two runs, and others whose names
// are similar.
func newAccount(t *testing.T) (*fakeapi.Server, Account) {
	t.Helper()
	fake := fakeapi.New()
	fake.RemoveKey("campaign")
	for _, id := range fake.Images() {
		fake.RemoveImage(id)
	}
	store := func(fields string) {
		fake.AddImage(`{"result":{"uploaded":"2026-05-01T00:00:00.000Z","variants":[],` + fields + `},"success":true}`)
	}
	for _, run := range []Run{old, recent} {
		suffix := string(run[8:])
		store(`"id":"` + run.Image("a") + `"`)
		store(`"id":"11111111-1111-1111-1111-11111111` + suffix + `","creator":"` + run.Creator() + `"`)
		store(`"id":"22222222-1111-1111-1111-11111111` + suffix + `","filename":"` + run.Filename("a.png") + `"`)
		fake.PutVariant(run.Name("v"), `{"width":1}`, false)
		fake.AddKey(run.Name("k"))
	}
	store(`"id":"tfacc/mine","creator":"tfacc/6000000012ab"`)
	store(`"id":"tfacc","filename":"tfacc-mine.png"`)
	fake.PutVariant("tfaccmine", `{"width":1}`, false)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	return fake, Account{ID: fakeapi.AccountID, Config: client.Config{
		Credentials: client.APIToken(fakeapi.Token), BaseURL: server.URL + fakeapi.BasePath, MaxRetries: new(0),
	}}
}

// left returns the images and keys that are left, and the variants whose names
// may belong to a run.
func left(fake *fakeapi.Server) (names []string) {
	names = fake.Images()
	for _, name := range []string{old.Name("v"), recent.Name("v"), "tfaccmine"} {
		if _, exists := fake.Variant(name); exists {
			names = append(names, name)
		}
	}
	return append(names, fake.KeyNames()...)
}

// Everything of the run is deleted, and nothing else.
func TestSweep(t *testing.T) {
	t.Parallel()
	ofRecent := []string{
		"tfacc/f00000000001/a", "11111111-1111-1111-1111-111111110001", "22222222-1111-1111-1111-111111110001",
		"tfacc/mine", "tfacc", "tfaccf00000000001v", "tfaccmine", "default", "tfaccf00000000001k",
	}
	for name, test := range map[string]struct {
		sweep func(Account) ([]Object, error)
		want  []string
	}{
		"older than an hour": {
			sweep: func(a Account) ([]Object, error) { return a.SweepOlder(t.Context(), time.Hour) },
			want:  ofRecent,
		},
		"one run": {
			sweep: func(a Account) ([]Object, error) { return a.Clean(t.Context(), old) },
			want:  ofRecent,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake, account := newAccount(t)
			deleted, err := test.sweep(account)
			if err != nil || len(deleted) != 5 {
				t.Errorf("deleted %v, %v, want 5", deleted, err)
			}
			if got := left(fake); !slices.Equal(got, test.want) {
				t.Errorf("left:\n%q, want\n%q", got, test.want)
			}
		})
	}
}

// An error names the object, and the others are deleted anyway.
func TestSweepFailure(t *testing.T) {
	t.Parallel()
	fake, account := newAccount(t)
	fake.FailMethod(http.MethodDelete, old.Name("v"), -1, fakeapi.Respond(400, "application/json", "{}"))
	fake.FailMethod(http.MethodGet, "v2", -1, fakeapi.Respond(400, "application/json", "{}"))
	_, err := account.Clean(t.Context(), old)
	if err == nil || !strings.Contains(err.Error(), "delete variant \""+old.Name("v")+`"`) ||
		!strings.Contains(err.Error(), "list the images") {
		t.Errorf("got %v", err)
	}
	if slices.Contains(fake.KeyNames(), old.Name("k")) {
		t.Errorf("the key is left: %q", fake.KeyNames())
	}
}

// The listing of images, newest first, ends at the start of the run.
func TestSweepPages(t *testing.T) {
	t.Parallel()
	fake, account := newAccount(t)
	fake.AddImage(`{"result":{"id":"tfacc/f00000000001/z","uploaded":"2027-01-01T00:00:00Z","variants":[]},"success":true}`)
	if _, err := account.Clean(t.Context(), recent); err != nil {
		t.Fatal(err)
	}
	if got := left(fake); !slices.Contains(got, recent.Image("a")) {
		t.Errorf("an image from before the run was deleted; left: %q", got)
	}
}

func TestRunNames(t *testing.T) {
	t.Parallel()
	run := NewRun()
	if len(run.Name("123")) > 20 || time.Since(run.Began()).Abs() > time.Minute {
		t.Errorf("got %s, of %s", run, run.Began())
	}
	for name, got := range map[string]Run{
		"image":    runOf(imagePattern, run.Image("a/b")),
		"filename": runOf(filenamePattern, run.Filename("a.png")),
		"name":     runOf(namePattern, run.Name("v1")),
	} {
		if got != run {
			t.Errorf("%s: got %q, want %q", name, got, run)
		}
	}
}
