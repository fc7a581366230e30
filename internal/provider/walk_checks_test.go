package provider

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The invariants. Recent writes by others excuse differences that an apply
// couldn't know of.

// checkGone checks an object that a refresh removes from the state.
func (tf *workspace) checkGone(r *process, address string, in *instance) {
	key := tf.idOf(address, in)
	tf.account.mu.Lock()
	defer tf.account.mu.Unlock()
	o := tf.account.objects[key]
	if o == nil || o.owner != tf.name || o.run != nil && names(o.run, o, key) { // an upload without a response
		return
	}
	if !tf.account.isTouched(key, r.began) && !r.killed.Load() && !r.stopped.Load() {
		tf.account.violatef("existing objects stay in the state", "%s lost %s from %s, which exists", tf.name, key, address)
	}
}

// offersImport reports whether a warning names the object that is removed from
// the state, as after a re-upload without a response.
func offersImport(diagnostics []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return strings.HasSuffix(d.Summary, " in state") && importedID.MatchString(d.Detail)
	})
}

// setReplaced records that a message said that the plan would replace an image,
// which others uploaded after they had deleted the one in the state.
func (a *account) setReplaced(key, owner string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if o, run := a.objects[key], a.deleted[key]; o != nil && run != nil && run.state == others {
		o.owner = owner
	}
}

// setNamed records that a message named an object, if it exists.
func (a *account) setNamed(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if o := a.objects[key]; o != nil {
		o.named = true
	}
}

// isTouched reports whether others wrote an object so recently that a run may
// not have seen it.
func (a *account) isTouched(key string, began time.Time) bool {
	at, ok := a.touched[key]
	return ok && began.Sub(at) < max(staleness, staleReadWindow)+10*time.Second
}

// checkPlan checks a plan against the rules of Terraform core.
func (tf *workspace) checkPlan(address string, prior, config, planned tftypes.Value) {
	was, configured, will := attributesOf(prior), attributesOf(config), attributesOf(planned)
	for _, a := range tf.schema(address).Block.Attributes {
		value := will[a.Name]
		switch {
		case a.WriteOnly && value.IsNull():
		case configured[a.Name].IsNull() && (a.Computed || value.IsNull()):
		case value.Equal(configured[a.Name]) || !prior.IsNull() && value.Equal(was[a.Name]):
		case a.NestedType != nil && incompatible(configured[a.Name], value) != nil:
		default:
			tf.lockedViolatef(
				"plans are valid",
				"%s: planned %s = %s for the configured %s",
				address,
				a.Name,
				value,
				configured[a.Name],
			)
		}
	}
}

// checkResult compares the result of an apply with its plan.
func (tf *workspace) checkResult(c *change, planned, value tftypes.Value) {
	if names := incompatible(planned, value); names != nil || !value.IsFullyKnown() {
		tf.lockedViolatef(
			"results are consistent",
			"%s: inconsistent result after apply in %s",
			c.address,
			strings.Join(names, ", "),
		)
	}
}

// isEarlierUpload reports whether a state has an earlier upload than the account
// under the same ID.
func (a *account) isEarlierUpload(key string, in *instance) bool {
	uploaded, err := time.Parse(time.RFC3339, stringOf(attributesOf(in.value)["uploaded"]))
	o := a.objects[key]
	return strings.HasPrefix(key, "image/") && err == nil && o != nil && uploaded.Before(o.created.Add(-time.Second))
}

// checkApply compares state, account and diagnostics after an apply.
func (tf *workspace) checkApply(p *savedPlan, r *process) {
	a := tf.account
	a.mu.Lock()
	defer a.mu.Unlock()
	keys := map[string]string{}
	for in, address := range tf.held() {
		key := tf.idOf(address, in)
		isExcused := p.run.isAwaiting(address) || a.isTouched(key, p.began)
		isExcused = isExcused || p.run.options.noRefresh // the state may hold what an ambiguous delete has deleted
		if a.isEarlierUpload(key, in) {
			continue // a stale read still shows it
		}
		// A stale listing may lack a variant that was created just before the run.
		if o := a.objects[key]; kindOf(address) == "variant" && o != nil && p.run.options.lag > 0 {
			isExcused = isExcused || p.began.Sub(o.created) < staleReadWindow
		}
		if twice, ok := keys[key]; ok && !isExcused && !p.run.isAwaiting(twice) {
			a.violatef("no object is in a state twice", "%s has %s at %s and %s", tf.name, key, address, twice)
		}
		keys[key] = address
		o := a.objects[key]
		if o == nil {
			continue
		}
		o.held = true
		// Without a refresh, the state may hold an image that a failed re-upload deleted.
		isSeen := !p.run.options.noRefresh
		// A stale listing may show the variant that an earlier run deleted, with the same
		// definition: nothing distinguishes it from the one of others.
		if kindOf(address) == "variant" && p.run.options.lag > 0 && a.deleted[key] != nil {
			o.owner = tf.name
		}
		if isSeen && o.owner != tf.name && len(r.failed(address)) == 0 && !r.killed.Load() {
			a.violatef("objects of others are never adopted", "%s has %s of %s at %s", tf.name, key, o.owner, address)
		}
	}
	for _, key := range sortedKeys(a.objects) {
		o := a.objects[key]
		if _, held := keys[key]; held || o.owner != tf.name || o.named {
			continue
		}
		o.named = o.run.killed.Load() || names(o.run, o, key) || names(r, o, key)
		if !o.named {
			a.violatef(
				"orphans are reported",
				"%s created %s for %s, which is in no state and no error",
				tf.name,
				key,
				o.address,
			)
		}
	}
	tf.checkErrors(p, r)
	isSeen := !p.run.options.noRefresh // without a refresh, an apply notices no changes by others
	if isSeen && len(r.failed("")) == 0 && !r.killed.Load() && !r.stopped.Load() {
		tf.checkEqual(p)
	}
}

// checkErrors checks that errors are useful: every object offered for import
// exists, and an update that was bound to fail has deleted nothing.
func (tf *workspace) checkErrors(p *savedPlan, r *process) {
	a := tf.account
	for _, d := range r.failed("") {
		if in := tf.state[d.address]; in != nil && strings.Contains(d.Summary, "; it may have been updated") {
			if o := a.objects[tf.idOf(d.address, in)]; o != nil {
				o.unsure = time.Now()
			}
		}
		if otherWayOut.MatchString(d.Detail) {
			continue
		}
		for _, match := range importedID.FindAllStringSubmatch(d.Detail, -1) {
			key := objectKey(kindOf(d.address), match[1])
			isExcused := a.isTouched(key, r.began) || r.stopped.Load() || r.killed.Load()
			if a.objects[key] == nil && !ambiguous.MatchString(d.Summary+d.Detail) && !isExcused {
				a.violatef("objects offered for import exist", "%s: %s", d.address, d.Summary)
			}
		}
		in, c := tf.state[d.address], p.changes[d.address]
		if r.troubled || in == nil || c == nil || c.action != "update" {
			continue
		}
		if key := tf.idOf(d.address, in); a.objects[key] == nil && a.deleted[key] == r {
			a.violatef("an update that is bound to fail deletes nothing", "%s: %s", d.address, d.Summary)
		}
	}
}

// ambiguous matches errors of writes that may have been applied.
var (
	ambiguous = regexp.MustCompile(
		`may (not )?have been (created|made|(re-)?uploaded|changed|updated)|may have (created|stored|uploaded)`,
	)
	// otherWayOut comes before an import in a message.
	otherWayOut = regexp.MustCompile(`\bmoved\b`)
	anotherID   = regexp.MustCompile(`(?i)(another|new) ID`)
)

// names reports whether an error of a run names an object, or says that it may
// exist.
func names(r *process, o *object, key string) bool {
	_, id, _ := strings.Cut(key, "/")
	return slices.ContainsFunc(r.failed(""), func(d reported) bool {
		words := d.Summary + "\n" + d.Detail
		if strings.Contains(words, `"`+id+`"`) || strings.Contains(words, "/"+id+`"`) {
			return true
		}
		return o.run == r && d.address == o.address && ambiguous.MatchString(words) &&
			(!o.renamed || anotherID.MatchString(words))
	})
}

// checkEqual compares the account with the configuration after an apply
// without errors.
func (tf *workspace) checkEqual(p *savedPlan) {
	a := tf.account
	held := a.Contents()
	for in, address := range tf.held() {
		if _, ok := p.config[address]; !ok || tf.state[address] != in {
			a.violatef(
				"the account matches the configuration after an apply",
				"%s still has %s at %s",
				tf.name,
				tf.idOf(address, in),
				address,
			)
		}
	}
	for address, b := range p.config {
		in := tf.state[address]
		if in == nil {
			a.violatef("the account matches the configuration after an apply", "%s has no object at %s", tf.name, address)
			continue
		}
		key := tf.idOf(address, in)
		o := a.objects[key]
		if a.isTouched(key, p.began) || p.run.isAwaiting(address) {
			continue
		}
		_, id, _ := strings.Cut(key, "/")
		var problem string
		switch {
		case b.id != "" && b.name(tf.name) != id:
			problem = "has the ID " + id
		case o == nil:
			problem = "is not in the account"
		case b.kind == "image":
			image := held.Images[id]
			problem = tf.imageProblem(b, o, in, image.Content, image.Metadata, image.Creator, image.Private, a.touched[key])
		case b.kind == "variant":
			want := fmt.Sprintf(
				`{"id":%q,"options":{"fit":"scale-down","metadata":"none","width":%d},"neverRequireSignedURLs":false}`,
				id,
				b.width,
			)
			// Earlier runs may have deleted variants of this name whose definitions stale
			// reads may still return, and the state doesn't know them.
			mayBeStale := a.deleted[key] != nil && time.Since(o.created) < staleReadWindow
			// The error about an update that may have been applied says to wait.
			mayBeStale = mayBeStale || time.Since(o.unsure) < staleReadWindow
			if held.Variants[id] != want && (!mayBeStale || p.run.options.lag == 0) {
				problem = "is " + held.Variants[id]
			}
		}
		if problem != "" {
			a.violatef(
				"the account matches the configuration after an apply",
				"%s: %s %s, configured as %s",
				tf.name,
				address,
				problem,
				b,
			)
		}
	}
}

func (tf *workspace) imageProblem(
	b resourceBlock, o *object, in *instance, content []byte, metadata, creator string, private bool, touched time.Time,
) string {
	state := attributesOf(in.value)
	want := tf.files.bytes(b)
	switch {
	case want != nil && !o.trusted && string(content) != string(want):
		return "has the content " + sha256Of(content)[:8] + " instead of " + sha256Of(want)[:8]
	case want != nil && strings.HasPrefix(b.content, "file") && stringOf(state["sha256"]) != sha256Of(want):
		return "has the sha256 " + stringOf(state["sha256"]) + " in the state"
	case metadata != b.metadata && (b.metadata != "" || touched.IsZero() && !o.trusted):
		return "has the metadata " + metadata
	case creator != b.creator:
		return "has the creator " + creator
	case private != b.private || !state["require_signed_urls"].Equal(tftypes.NewValue(tftypes.Bool, private)):
		return fmt.Sprintf("is private: %t", private)
	}
	return ""
}
