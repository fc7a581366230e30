package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// workspace is a configuration and its state, as Terraform core handles them:
// refresh, plan, apply and import, for resources that don't depend on each
// other.
type workspace struct {
	name    string
	t       *testing.T
	account *account
	files   *filesystem
	schemas *tfprotov6.GetProviderSchemaResponse
	config  map[string]resourceBlock

	mu      sync.Mutex
	state   map[string]*instance
	deposed map[string][]*instance
	serial  int
	runs    int
	saved   *savedPlan
}

// instance is an object of a resource instance in a state.
type instance struct {
	value    tftypes.Value
	identity *tfprotov6.ResourceIdentityData
	private  []byte
	tainted  bool
}

// process is a plan or an apply, with a separate provider process.
type process struct {
	state    string
	number   int
	words    string
	options  runOptions
	provider tfprotov6.ProviderServer
	began    time.Time
	counts   map[string]int       // number of requests by method
	reads    map[string]time.Time // the last read of each object
	turns    int
	random   *rand.Rand
	ctx      context.Context //nolint:containedctx // lives as long as the process
	cancel   context.CancelFunc
	troubled bool // it had a fault that isn't the provider's
	stopped  atomic.Bool
	killed   atomic.Bool

	mu     sync.Mutex
	errors []reported
}

// reported is an error or warning with its address.
type reported struct {
	*tfprotov6.Diagnostic

	address string
}

func (d reported) String() string { return d.address + ": " + d.Summary + "\n" + d.Detail }

func (r *process) faultsOf(method string) (kinds []string) {
	for _, f := range r.options.faults {
		if n := r.counts[method]; f.method == method && n >= f.nth && n < f.nth+f.times {
			kinds = append(kinds, f.kind)
		}
	}
	return kinds
}

func (r *process) coin() bool { return r.random.IntN(2) == 0 }

// behind returns the staleness of the next read.
func (r *process) behind() time.Duration {
	switch {
	case r.options.lag == 2:
		return staleness
	case r.options.lag == 1 && r.coin():
		return time.Duration(r.random.Int64N(int64(staleness)))
	}
	return 0
}

// reserve returns how long a deleted ID stays reserved.
func (r *process) reserve() time.Duration {
	if r.options.reserve {
		return time.Duration(r.random.Int64N(int64(20 * time.Second)))
	}
	return 0
}

// stop simulates Ctrl-C.
func (r *process) stop() {
	r.stopped.Store(true)
	_, _ = r.provider.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{})
}

// kill simulates SIGKILL: results after it aren't saved.
func (r *process) kill() {
	r.killed.Store(true)
	r.cancel()
}

// failed returns the errors of an address, or all errors if it is empty.
func (r *process) failed(address string) (found []reported) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range r.errors {
		if d.Severity == tfprotov6.DiagnosticSeverityError && (address == "" || d.address == address) {
			found = append(found, d)
		}
	}
	return found
}

// isAwaiting reports whether a read did not find a recent object, which then
// stays in the state.
func (r *process) isAwaiting(address string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.errors, func(d reported) bool {
		return d.address == address && strings.Contains(d.Summary, "not found yet")
	})
}

// start starts a provider process.
func (tf *workspace) start(words string, o runOptions) *process {
	tf.runs++
	r := &process{
		state: tf.name, number: tf.runs, words: words, options: o, began: time.Now(),
		counts: map[string]int{}, reads: map[string]time.Time{},
		random: rand.New(rand.NewPCG(o.salt, 1)),
	}
	r.ctx, r.cancel = context.WithCancel(tf.t.Context())
	p := newWithEnvironment("test", environment(map[string]string{
		"CLOUDFLARE_API_TOKEN": fakeapi.Token, "CLOUDFLARE_ACCOUNT_ID": fakeapi.AccountID,
		"CLOUDFLARE_BASE_URL": "http://127.0.0.1" + fakeapi.BasePath,
	}))
	p.transport = wire{tf.account, r}
	r.provider = newServer(p)
	config := dynamic(tf.t, tf.schemas.Provider, map[string]any{"max_retries": o.retries})
	configured, err := r.provider.ConfigureProvider(r.ctx, &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil || len(configured.Diagnostics) > 0 {
		tf.t.Fatal(err, configured)
	}
	return r
}

// pass lets virtual time pass.
func pass(d time.Duration) { <-time.After(d) }

// report records diagnostics.
func (tf *workspace) report(r *process, address string, diagnostics []*tfprotov6.Diagnostic, err error) (ok bool) {
	ok = err == nil
	if err != nil {
		diagnostics = append(
			diagnostics,
			&tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: err.Error()},
		)
	}
	for _, d := range diagnostics {
		ok = ok && d.Severity != tfprotov6.DiagnosticSeverityError
		r.mu.Lock()
		r.errors = append(r.errors, reported{d, address})
		r.mu.Unlock()
		tf.account.mu.Lock()
		if !r.killed.Load() {
			tf.account.notef(
				"%s #%d %s: %s: %.220s",
				tf.name,
				r.number,
				address,
				d.Summary,
				strings.ReplaceAll(d.Detail, "\n", " "),
			)
		}
		if strings.Contains(d.Summary+d.Detail, fakeapi.Token) {
			tf.account.violatef("diagnostics never contain the token", "%s", d.Summary)
		}
		tf.account.mu.Unlock()
	}
	return ok
}

// each runs an action for several addresses concurrently, as the graph walk
// does. They start one after the other, so that a seed determines the order.
func (tf *workspace) each(addresses []string, do func(address string)) {
	var group sync.WaitGroup
	for i, address := range addresses {
		group.Go(func() {
			defer func() {
				if problem := recover(); problem != nil {
					tf.account.mu.Lock()
					defer tf.account.mu.Unlock()
					tf.account.violatef("no panic", "%s: %v\n%s", address, problem, debug.Stack())
				}
			}()
			pass(time.Duration(i) * time.Millisecond)
			do(address)
		})
	}
	group.Wait()
	pass(time.Millisecond)
}

func (r *process) about(address string) context.Context {
	return context.WithValue(r.ctx, addressKey{}, address)
}

func (tf *workspace) schema(address string) *tfprotov6.Schema {
	return tf.schemas.ResourceSchemas[typeNames[kindOf(address)]]
}

func (tf *workspace) optionsType() tftypes.Object {
	schema := tf.schemas.ResourceSchemas["cloudflare_image_variant"]
	return schema.ValueType().(tftypes.Object).AttributeTypes["options"].(tftypes.Object)
}

// configured returns the value of a block.
func (tf *workspace) configured(address string, b resourceBlock, late bool) tftypes.Value {
	schema := tf.schema(address)
	encoded := dynamic(tf.t, schema, tf.files.attributes(b, tf.name, late, tf.optionsType()))
	return tf.decode(address, encoded)
}

func (tf *workspace) decode(address string, encoded *tfprotov6.DynamicValue) tftypes.Value {
	value, err := encoded.Unmarshal(tf.schema(address).ValueType())
	if err != nil {
		panic(err)
	}
	return value
}

func (tf *workspace) encode(value tftypes.Value) *tfprotov6.DynamicValue {
	encoded, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		panic(err)
	}
	return &encoded
}

func (tf *workspace) null(address string) tftypes.Value {
	return tftypes.NewValue(tf.schema(address).ValueType(), nil)
}

// attributesOf returns the attributes of an object, or none if it is null.
func attributesOf(value tftypes.Value) map[string]tftypes.Value {
	found := map[string]tftypes.Value{}
	if value.IsNull() || !value.IsKnown() {
		return found
	}
	if err := value.As(&found); err != nil {
		panic(err)
	}
	return found
}

// stringOf returns an attribute as a string, which is empty for null.
func stringOf(value tftypes.Value) (text string) {
	if !value.IsNull() && value.IsKnown() {
		_ = value.As(&text)
	}
	return text
}

// proposedState returns the state that core proposes: the configuration, and
// the prior state of computed attributes that aren't configured.
func proposedState(attributes []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	was, configured := attributesOf(prior), attributesOf(config)
	merged := maps.Clone(configured)
	for _, a := range attributes {
		before, known := was[a.Name]
		switch {
		case a.WriteOnly:
			merged[a.Name] = tftypes.NewValue(configured[a.Name].Type(), nil)
		case a.NestedType != nil && known && !configured[a.Name].IsNull() && configured[a.Name].IsKnown():
			merged[a.Name] = proposedState(a.NestedType.Attributes, before, configured[a.Name])
		case configured[a.Name].IsNull() && a.Computed && known:
			merged[a.Name] = before
		}
	}
	return tftypes.NewValue(config.Type(), merged)
}

// incompatible returns the attributes in which an object differs from its
// plan, ignoring unknown values.
func incompatible(planned, actual tftypes.Value) (names []string) {
	if planned.IsNull() != actual.IsNull() {
		return []string{"(existence)"}
	}
	got := attributesOf(actual)
	for name, want := range attributesOf(planned) {
		switch {
		case !want.IsKnown():
		case want.IsFullyKnown() && !want.Equal(got[name]):
			names = append(names, name)
		case !want.IsFullyKnown() && want.Type().Is(tftypes.Object{}):
			names = append(names, incompatible(want, got[name])...)
		}
	}
	slices.Sort(names)
	return names
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// idOf returns the ID of an instance in the account.
func (tf *workspace) idOf(address string, in *instance) string {
	attributes := attributesOf(in.value)
	if kindOf(address) == "key" {
		return objectKey("key", stringOf(attributes["name"]))
	}
	return objectKey(kindOf(address), stringOf(attributes["id"]))
}

// held returns all instances with their addresses.
func (tf *workspace) held() map[*instance]string {
	all := map[*instance]string{}
	for address, in := range tf.state {
		all[in] = address
	}
	for address, list := range tf.deposed {
		for _, in := range list {
			all[in] = address
		}
	}
	return all
}

// holds reports whether an object is in the state.
func (tf *workspace) holds(key string) bool {
	for in, address := range tf.held() {
		if tf.idOf(address, in) == key {
			return true
		}
	}
	return false
}

// customIDs returns the custom IDs of the images in the state, by address.
func (tf *workspace) customIDs() map[string]string {
	kept := map[string]string{}
	for address, in := range tf.state {
		if key := tf.idOf(address, in); kindOf(address) == "image" && !delivery.IsGeneratedID(strings.TrimPrefix(key, "image/")) {
			kept[address] = key
		}
	}
	return kept
}

func (tf *workspace) String() string {
	var lines []string
	for in, address := range tf.held() {
		lines = append(lines, fmt.Sprintf("%s: %s = %s", tf.name, address, tf.idOf(address, in)))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
