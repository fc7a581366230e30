package provider

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/accsweep"
)

// acceptanceEnv is the account of an acceptance test, and the run, from which
// the names of all objects that the test creates are derived.
type acceptanceEnv struct {
	*testEnv

	account accsweep.Account
	run     accsweep.Run
	dir     string // of image files
}

// newAcceptanceEnv returns the account that r.variables name. If objects of the
// test are left at its end, the test fails, and they are deleted.
func newAcceptanceEnv(t *testing.T, r *testEnv) *acceptanceEnv {
	t.Helper()
	env := &acceptanceEnv{
		testEnv: r,
		account: accsweep.Account{ID: r.variables["CLOUDFLARE_ACCOUNT_ID"], Config: client.Config{
			Credentials: client.APIToken(r.variables["CLOUDFLARE_API_TOKEN"]), BaseURL: r.variables["CLOUDFLARE_BASE_URL"],
		}},
		run: accsweep.NewRun(),
		dir: filepath.ToSlash(t.TempDir()),
	}
	t.Cleanup(func() { env.cleanUp(t) })
	return env
}

// newRealAcceptanceEnv returns the account that the environment variables name.
// It skips the test if they aren't set.
func newRealAcceptanceEnv(t *testing.T) *acceptanceEnv {
	t.Helper()
	r := &testEnv{variables: map[string]string{}}
	names := []string{
		"TF_ACC", "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_BASE_URL", "IMAGE_URL",
	}
	for _, name := range names {
		r.variables[name] = os.Getenv(name) //nolint:forbidigo // a real account can only come from there
	}
	for _, name := range names[:3] {
		if r.variables[name] == "" {
			t.Skip("needs TF_ACC=1, CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID")
		}
	}
	env := newAcceptanceEnv(t, r)
	t.Cleanup(runsInProgress.add(env))
	return env
}

// newFakeAcceptanceEnv returns the account of a fake API, with room for a signing
// key.
func newFakeAcceptanceEnv(t *testing.T) *acceptanceEnv {
	t.Helper()
	r := newTestEnvWithFreeKey(t)
	r.variables["IMAGE_URL"] = "https://images.example/a.png"
	r.FetchFrom(func(string) ([]byte, bool) { return pngOf(12), true })
	return newAcceptanceEnv(t, r)
}

// The bounds of the wait for the listings to show the deletes.
const (
	leftoverTimeout  = 2 * time.Minute
	leftoverInterval = 2 * time.Second
)

// cleanUp waits until no object of the run is left, because listings may be
// stale. Objects left after a timeout are an error, and are deleted.
func (r *acceptanceEnv) cleanUp(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), leftoverTimeout)
	defer cancel()
	for wait := leftoverTimeout; !t.Failed(); wait -= leftoverInterval {
		found, err := r.account.Find(ctx, r.run)
		if err == nil && len(found) == 0 {
			return
		}
		if wait <= leftoverInterval || err != nil || r.Server != nil { // the fake API has no stale listings
			t.Errorf("objects left over: %v; error: %v", found, err)
			break
		}
		<-time.After(leftoverInterval)
	}
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), leftoverTimeout)
	defer cancel()
	if deleted, err := r.account.Clean(cleaning, r.run); len(deleted) > 0 || err != nil {
		t.Logf("deleted %v, %v", deleted, err)
	}
}

// runsInProgress contains the running acceptance tests. If they are
// interrupted, it deletes their objects, because a signal ends the test binary
// without a cleanup.
var runsInProgress interruptibleRuns

type interruptibleRuns struct {
	notified sync.Once
	mu       sync.Mutex
	envs     map[accsweep.Run]*acceptanceEnv
}

// add records a test until ended is called.
func (i *interruptibleRuns) add(env *acceptanceEnv) (ended func()) {
	i.notified.Do(func() {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
		go func() {
			<-signals
			<-time.After(3 * time.Second) // Terraform gets the signal as well, and completes its requests
			i.cleanUp(context.Background())
			os.Exit(1)
		}()
	})
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.envs == nil {
		i.envs = map[accsweep.Run]*acceptanceEnv{}
	}
	i.envs[env.run] = env
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		delete(i.envs, env.run)
	}
}

// cleanUp deletes the objects of all tests in progress.
func (i *interruptibleRuns) cleanUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, leftoverTimeout)
	defer cancel()
	i.mu.Lock()
	defer i.mu.Unlock()
	for run, env := range i.envs {
		deleted, err := env.account.Clean(ctx, run)
		fmt.Fprintf(os.Stderr, "Interrupted: run %s: deleted %v", run, deleted)
		if err != nil {
			fmt.Fprintf(os.Stderr, "; not everything was deleted (%v): run make testacc-sweep in an hour", err)
		}
		fmt.Fprintln(os.Stderr)
	}
}

// An interrupt deletes the objects of the tests in progress, and no others.
func TestInterruptibleRuns(t *testing.T) {
	t.Parallel()
	r := newTestEnvWithFreeKey(t)
	var runs interruptibleRuns
	runs.notified.Do(func() {}) // no signals here
	inProgress := newAcceptanceEnv(t, r)
	ended := &acceptanceEnv{account: inProgress.account, run: accsweep.NewRun()}
	runs.add(ended)()
	runs.add(inProgress)
	for _, env := range []*acceptanceEnv{ended, inProgress} {
		r.PutVariant(env.run.Name("v"), `{"width":1}`, false)
	}
	runs.cleanUp(t.Context())
	if _, exists := r.Variant(inProgress.run.Name("v")); exists {
		t.Error("the variant of the interrupted test was not deleted")
	}
	if _, exists := r.Variant(ended.run.Name("v")); !exists {
		t.Error("the variant of another test is gone")
	}
}
