package provider

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// world is a walk in progress: the account, the files, and the two states.
type world struct {
	t       *testing.T
	account *account
	files   *filesystem
	states  []*workspace
	steps   int // steps that were run
}

// result is the result of a walk.
type result struct {
	broken *violation
	log    []string
	steps  int
}

// walkSteps runs steps in a synctest bubble, in which waiting takes no time,
// until one breaks an invariant.
func walkSteps(t *testing.T, files *filesystem, schemas *tfprotov6.GetProviderSchemaResponse, steps []step) (r result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		files.reset()
		w := &world{t: t, files: files, account: newAccount(files)}
		w.account.except = os.Getenv("WALK_EXCEPT") //nolint:forbidigo // only for this test
		for _, name := range stateNames {
			w.states = append(w.states, &workspace{
				name: name, t: t, account: w.account, files: files, schemas: schemas,
				config: map[string]resourceBlock{}, state: map[string]*instance{}, deposed: map[string][]*instance{},
			})
		}
		for _, s := range steps {
			if w.account.broken == nil {
				w.account.notef("--- %s", s)
				w.do(s)
				w.steps++
			}
		}
		if w.account.broken == nil {
			w.account.notef("--- calm")
			w.calm()
		}
		pass(time.Hour) // requests in flight end
		r = result{broken: w.account.broken, log: w.account.log, steps: w.steps}
	})
	return r
}

// do runs one step.
func (w *world) do(s step) {
	tf := w.states[s.state]
	switch s.kind {
	case "set":
		tf.config[s.at] = s.block
	case "drop":
		delete(tf.config, s.at)
	case "rename":
		b, from := tf.config[s.at]
		if _, to := tf.config[s.to]; from && !to {
			tf.config[s.to] = b
			delete(tf.config, s.at)
		}
	case "swap":
		one, two := tf.config[s.at], tf.config[s.to]
		_, hasOne := tf.config[s.at]
		_, hasTwo := tf.config[s.to]
		delete(tf.config, s.at)
		delete(tf.config, s.to)
		if hasOne {
			tf.config[s.to] = one
		}
		if hasTwo {
			tf.config[s.at] = two
		}
	case "list":
		for i := range listIDs {
			delete(tf.config, fmt.Sprintf("list[%d]", i))
		}
		for i, n := range s.numbers {
			tf.config[fmt.Sprintf("list[%d]", i)] = resourceBlock{
				kind:    "image",
				id:      listIDs[n],
				content: fmt.Sprintf("file %d", n),
			}
		}
	case "file":
		w.files.write(s.numbers[0], s.numbers[1])
	case "taint":
		if in := tf.state[s.at]; in != nil {
			in.tainted = true
		}
	case "wait":
		pass(time.Duration(s.numbers[0]) * time.Second)
	case "theirs":
		if in := tf.state[s.at]; in != nil {
			w.account.theirs(tf.idOf(s.at, in), s.numbers[0])
		}
	default:
		w.command(tf, s)
	}
}

// command runs Terraform.
func (w *world) command(tf *workspace, s step) {
	switch s.kind {
	case "apply":
		tf.planAndApply(s.run)
	case "both":
		other := w.states[1-s.state]
		done := make(chan struct{})
		go func() {
			defer close(done)
			pass(time.Microsecond)
			o := s.run
			o.faults, o.replace = nil, ""
			other.planAndApply(o)
		}()
		tf.planAndApply(s.run)
		<-done
	case "destroy":
		kept := tf.config
		tf.config = map[string]resourceBlock{}
		tf.planAndApply(s.run)
		tf.config = kept
	case "plan":
		tf.saved, _ = tf.plan(s.run, false)
	case "execute":
		if p := tf.saved; p != nil && p.serial == tf.serial {
			tf.apply(p, s.run)
		}
		tf.saved = nil
	}
}

func (tf *workspace) planAndApply(o runOptions) *process {
	tf.saved = nil
	planning := o
	planning.faults = onlyReads(o.faults)
	p, r := tf.plan(planning, false)
	if p == nil {
		return r
	}
	return tf.apply(p, o)
}

func onlyReads(faults []fault) (reads []fault) {
	for _, f := range faults {
		if f.method == "GET" {
			reads = append(reads, f)
		}
	}
	return reads
}

// calm ends a walk: no more faults, and the advice in errors is followed.
// After that, plans have to be empty.
func (w *world) calm() {
	w.account.mu.Lock()
	w.account.mu.Unlock() //nolint:staticcheck // synchronizes with the turns
	for _, key := range sortedKeys(w.account.objects) {
		if o := w.account.objects[key]; o.owner == others && strings.HasPrefix(key, "key/") && key != "key/default" {
			w.account.theirs(key, theyDelete)
		}
	}
	pass(5 * time.Minute)
	for _, tf := range w.states {
		w.cleanUp(tf)
		var last *process
		for round := 0; round < 8 && w.account.broken == nil; round++ {
			last = tf.planAndApply(runOptions{retries: 4})
			errors := last.failed("")
			if len(errors) == 0 {
				break
			}
			for _, d := range errors {
				w.followAdvice(tf, d)
			}
		}
		if w.account.broken != nil {
			return
		}
		if errors := last.failed(""); len(errors) > 0 {
			w.account.violatef("configured objects exist at the end", "%s: %s", tf.name, errors[0])
			return
		}
		w.checkSettled(tf)
	}
}

// checkSettled checks that a plan is empty.
func (w *world) checkSettled(tf *workspace) {
	p, r := tf.plan(runOptions{retries: 4}, false)
	if p == nil {
		w.account.violatef("configured objects exist at the end", "%s: the last plan failed: %v", tf.name, r.failed(""))
		return
	}
	for address, c := range p.changes {
		if c.action != "nothing" {
			w.account.violatef("configured objects exist at the end", "%s still plans to %s %s", tf.name, c.action, address)
		}
	}
}

// cleanUp deletes orphans named in errors, as in the dashboard.
func (w *world) cleanUp(tf *workspace) {
	for _, key := range sortedKeys(w.account.objects) {
		if o := w.account.objects[key]; o.owner == tf.name && !tf.holds(key) && key != "image/shared/hero" {
			w.account.theirs(key, theyDelete)
			delete(w.account.touched, key)
		}
	}
}

var importedID = regexp.MustCompile(`id = "` + fakeapi.AccountID + `/([^"]+)"`)

// followAdvice follows the advice of an error: it imports objects of this
// state, removes others from the state, and adds content to a block without
// it.
func (w *world) followAdvice(tf *workspace, d reported) {
	b, isConfigured := tf.config[d.address]
	switch {
	case !isConfigured:
	case strings.Contains(d.Summary, "Missing image content"), strings.Contains(d.Detail, "set source, url or file"):
		b.content = "file 0"
		tf.config[d.address] = b
	case strings.Contains(d.Detail, "Set metadata"):
		b.metadata = `{"n":1}`
		tf.config[d.address] = b
	}
	if b := tf.config[d.address]; b.createFirst && strings.Contains(d.Detail, "create_before_destroy") {
		b.createFirst = false
		tf.config[d.address] = b
	}
	for _, match := range importedID.FindAllStringSubmatch(d.Detail, -1) {
		key := objectKey(kindOf(d.address), match[1])
		o := w.account.objects[key]
		switch {
		case o == nil:
		case o.owner != tf.name:
			delete(tf.config, d.address)
		case tf.state[d.address] == nil && !tf.holds(key):
			tf.importObject(d.address, match[1])
		}
	}
}

// importObject imports an object by its ID.
func (tf *workspace) importObject(address, id string) {
	r := tf.start("import", runOptions{retries: 4})
	defer r.cancel()
	resp, err := r.provider.ImportResourceState(r.about(address), &tfprotov6.ImportResourceStateRequest{
		TypeName: typeNames[kindOf(address)], ID: fakeapi.AccountID + "/" + id,
	})
	if err != nil || !tf.report(r, address, resp.Diagnostics, nil) {
		return
	}
	one := resp.ImportedResources[0]
	in, ok := tf.read(
		r,
		address,
		&instance{value: tf.decode(address, one.State), identity: one.Identity, private: one.Private},
	)
	if ok && in != nil {
		tf.put(address, in)
		tf.account.objects[objectKey(kindOf(address), id)].trusted = true
	}
}

// setting returns an integer from the environment.
func setting(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name) //nolint:forbidigo // only for this test
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// A random walk over configurations, faults and writes by others breaks no
// invariant. WALK_SEED, WALK_STEPS and WALK_WALKS select the walks,
// WALK_MINUTES adds further ones for that long, and WALK_EXCEPT names
// invariants to skip.
func TestRandomWalk(t *testing.T) {
	t.Parallel()
	first, length := setting(t, "WALK_SEED", 1), setting(t, "WALK_STEPS", 40)
	walks := 12
	if testing.Short() {
		walks = 2
	}
	walks, minutes := setting(t, "WALK_WALKS", walks), setting(t, "WALK_MINUTES", 0)
	ours := newServer(newWithEnvironment("test", environment(nil)))
	schemas, err := ours.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	began, shards := time.Now(), runtime.GOMAXPROCS(0)
	for shard := range shards {
		t.Run(fmt.Sprint("shard ", shard), func(t *testing.T) {
			t.Parallel()
			files, total := newFilesystem(t), 0
			walk := func(steps []step) result { return walkSteps(t, files, schemas, steps) }
			for i := shard; i < walks || time.Since(began) < time.Duration(minutes)*time.Minute; i += shards {
				seed := uint64(first + i)
				steps := newWalk(seed, length)
				r := walk(steps)
				total += r.steps
				if r.broken != nil {
					steps, r = shrink(walk, steps, r)
					t.Fatal(r.report(seed, length, steps))
				}
			}
			t.Logf("%d steps in %s", total, time.Since(began).Round(time.Millisecond))
		})
	}
}
