package provider

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The plan of the simulated Terraform core.

// savedPlan is a plan, saved for the apply.
type savedPlan struct {
	serial  int
	config  map[string]resourceBlock
	changes map[string]*change
	began   time.Time
	run     *process
}

// change is the planned change of an address.
type change struct {
	address string
	block   resourceBlock
	action  string // create, update, delete, replace, or nothing
	planned tftypes.Value
}

// plan refreshes the state and plans each address. It returns nil if the plan
// failed.
func (tf *workspace) plan(o runOptions, refreshOnly bool) (*savedPlan, *process) {
	r := tf.start("plan", o)
	defer r.cancel()
	tf.config = usable(tf.config, tf.name, tf.customIDs())
	p := &savedPlan{
		serial:  tf.serial,
		config:  maps.Clone(tf.config),
		changes: map[string]*change{},
		began:   r.began,
		run:     r,
	}
	union := sortedKeys(p.config)
	for _, address := range tf.held() {
		union = append(union, address)
	}
	slices.Sort(union)
	ok := true
	tf.each(slices.Compact(union), func(address string) {
		before, refreshed := tf.refresh(r, address)
		c := &change{address: address, action: "nothing"}
		b, configured := p.config[address]
		switch {
		case !refreshed:
			c = nil
		case refreshOnly:
		case configured:
			c = tf.planOne(r, address, b, before)
		case before != nil:
			c.action = "delete"
		}
		tf.mu.Lock()
		defer tf.mu.Unlock()
		p.changes[address] = c
		ok = ok && c != nil
	})
	if !ok || r.killed.Load() || r.stopped.Load() {
		return nil, r
	}
	p.serial = tf.serial
	return p, r
}

// refresh reads an address and its deposed objects.
func (tf *workspace) refresh(r *process, address string) (current *instance, ok bool) {
	tf.mu.Lock()
	current, deposed := tf.state[address], tf.deposed[address]
	tf.mu.Unlock()
	if r.options.noRefresh {
		return current, true
	}
	var kept []*instance
	for _, in := range deposed {
		read, ok := tf.read(r, address, in)
		if !ok {
			return nil, false
		}
		if read != nil {
			kept = append(kept, read)
		}
	}
	if current != nil {
		if current, ok = tf.read(r, address, current); !ok {
			return nil, false
		}
	}
	tf.mu.Lock()
	defer tf.mu.Unlock()
	if r.killed.Load() {
		return nil, false
	}
	tf.put(address, current)
	tf.deposed[address] = kept
	return current, true
}

// put changes the state.
func (tf *workspace) put(address string, in *instance) {
	if in == nil {
		delete(tf.state, address)
		return
	}
	tf.state[address] = in
}

// read returns nil if the object is gone.
func (tf *workspace) read(r *process, address string, in *instance) (*instance, bool) {
	resp, err := r.provider.ReadResource(r.about(address), &tfprotov6.ReadResourceRequest{
		TypeName:        typeNames[kindOf(address)],
		CurrentState:    tf.encode(in.value),
		CurrentIdentity: in.identity,
		Private:         in.private,
	})
	if err != nil {
		return nil, tf.report(r, address, nil, err)
	}
	if !tf.report(r, address, resp.Diagnostics, nil) {
		return nil, false
	}
	value := tf.decode(address, resp.NewState)
	if value.IsNull() {
		if offersImport(resp.Diagnostics) {
			tf.account.setNamed(tf.idOf(address, in))
		} else {
			tf.checkGone(r, address, in)
		}
		return nil, true
	}
	if slices.ContainsFunc(resp.Diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return strings.HasSuffix(d.Summary, " was replaced outside of Terraform")
	}) {
		tf.account.setReplaced(tf.idOf(address, in), tf.name)
	}
	return &instance{value: value, identity: resp.NewIdentity, private: resp.Private, tainted: in.tainted}, true
}

// planOne plans a configured address.
func (tf *workspace) planOne(r *process, address string, b resourceBlock, before *instance) *change {
	prior := before
	if before != nil && before.tainted {
		prior = nil
	}
	resp := tf.planChange(r, address, b, prior, r.options.late)
	if resp == nil {
		return nil
	}
	c := &change{address: address, block: b, action: "update", planned: tf.decode(address, resp.PlannedState)}
	switch {
	case before == nil:
		c.action = "create"
		return c
	case prior == nil:
		c.action = "replace"
		return c
	case r.options.replace == address || replaces(resp.RequiresReplace, prior.value, c.planned):
		if resp = tf.planChange(r, address, b, nil, r.options.late); resp == nil {
			return nil
		}
		c.action, c.planned = "replace", tf.decode(address, resp.PlannedState)
	case c.planned.Equal(prior.value):
		c.action = "nothing"
	}
	return c
}

// replaces reports whether one of the attributes that force replacement differs.
func replaces(paths []*tftypes.AttributePath, prior, planned tftypes.Value) bool {
	was, will := attributesOf(prior), attributesOf(planned)
	return slices.ContainsFunc(paths, func(path *tftypes.AttributePath) bool {
		name, _ := path.Steps()[0].(tftypes.AttributeName)
		return !was[string(name)].Equal(will[string(name)])
	})
}

// planChange calls the provider, and returns nil for an error.
func (tf *workspace) planChange(
	r *process, address string, b resourceBlock, prior *instance, late bool,
) *tfprotov6.PlanResourceChangeResponse {
	config := tf.configured(address, b, late)
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: typeNames[kindOf(address)], Config: tf.encode(config)}
	was := tf.null(address)
	if prior != nil {
		was, req.PriorIdentity, req.PriorPrivate = prior.value, prior.identity, prior.private
	}
	req.PriorState = tf.encode(was)
	req.ProposedNewState = tf.encode(proposedState(tf.schema(address).Block.Attributes, was, config))
	resp, err := r.provider.PlanResourceChange(r.about(address), req)
	if err != nil {
		tf.report(r, address, nil, err)
		return nil
	}
	if !tf.report(r, address, resp.Diagnostics, nil) {
		return nil
	}
	tf.checkPlan(address, was, config, tf.decode(address, resp.PlannedState))
	return resp
}
