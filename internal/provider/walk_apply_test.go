package provider

import (
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// The apply of the simulated Terraform core.

var errHalted = errors.New("execution halted")

// apply applies a plan. Addresses run concurrently, and so may the delete of
// an object and the create of another one with the same ID.
func (tf *workspace) apply(p *savedPlan, o runOptions) *process {
	r := tf.start("apply", o)
	defer r.cancel()
	tf.serial++
	union := sortedKeys(p.changes)
	tf.each(union, func(address string) {
		deposed := slices.Clone(tf.deposedOf(address))
		c := p.changes[address]
		switch {
		case c.action == "delete":
			tf.destroyCurrent(r, address)
		case c.action == "replace" && c.block.createFirst:
			if old := tf.depose(r, address); old != nil {
				if tf.change(r, c, nil) {
					tf.destroyDeposed(r, address, old)
				} else {
					tf.restore(r, address, old)
				}
			}
		case c.action == "replace":
			if tf.destroyCurrent(r, address) {
				tf.change(r, c, nil)
			}
		case c.action != "nothing":
			tf.change(r, c, tf.currentOf(address))
		}
		for _, old := range deposed {
			tf.destroyDeposed(r, address, old)
		}
	})
	tf.checkApply(p, r)
	return r
}

func (tf *workspace) currentOf(address string) *instance {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	return tf.state[address]
}

func (tf *workspace) deposedOf(address string) []*instance {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	return tf.deposed[address]
}

// save changes the state, unless the process was killed before.
func (tf *workspace) save(r *process, change func()) {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	if !r.killed.Load() {
		change()
	}
}

// depose marks the current object as deposed, as create_before_destroy does.
func (tf *workspace) depose(r *process, address string) (old *instance) {
	if r.stopped.Load() {
		tf.report(r, address, nil, errHalted)
		return nil
	}
	tf.save(r, func() {
		old = tf.state[address]
		delete(tf.state, address)
		tf.deposed[address] = append(tf.deposed[address], old)
	})
	return old
}

func (tf *workspace) destroyCurrent(r *process, address string) bool {
	in := tf.currentOf(address)
	if in == nil {
		return true
	}
	left, ok := tf.destroy(r, address, in)
	tf.save(r, func() { tf.put(address, left) })
	return ok
}

func (tf *workspace) destroyDeposed(r *process, address string, in *instance) {
	left, _ := tf.destroy(r, address, in)
	tf.save(r, func() {
		list := slices.DeleteFunc(slices.Clone(tf.deposed[address]), func(other *instance) bool { return other == in })
		if left != nil {
			list = append(list, left)
		}
		tf.deposed[address] = list
	})
}

// destroy returns the object if it still exists, perhaps changed.
func (tf *workspace) destroy(r *process, address string, in *instance) (left *instance, ok bool) {
	if r.stopped.Load() || r.killed.Load() {
		tf.report(r, address, nil, errHalted)
		return in, false
	}
	null := tf.encode(tf.null(address))
	resp, err := r.provider.ApplyResourceChange(r.about(address), &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        typeNames[kindOf(address)],
		PriorState:      tf.encode(in.value),
		PlannedState:    null,
		Config:          null,
		PlannedPrivate:  in.private,
		PlannedIdentity: in.identity,
	})
	switch {
	case err != nil:
		tf.report(r, address, nil, err)
		return in, false
	case tf.report(r, address, resp.Diagnostics, nil):
		if offersImport(resp.Diagnostics) { // it was left untouched
			tf.account.setNamed(tf.idOf(address, in))
		}
		return nil, true
	case tf.decode(address, resp.NewState).IsNull():
		return in, false
	}
	return &instance{
		value:    tf.decode(address, resp.NewState),
		identity: resp.NewIdentity,
		private:  resp.Private,
		tainted:  in.tainted,
	}, false
}

// change creates or updates an object.
func (tf *workspace) change(r *process, c *change, prior *instance) bool {
	if r.stopped.Load() || r.killed.Load() {
		return tf.report(r, c.address, nil, errHalted)
	}
	again := tf.planChange(r, c.address, c.block, prior, false)
	if again == nil {
		return false
	}
	if names := incompatible(c.planned, tf.decode(c.address, again.PlannedState)); names != nil {
		tf.lockedViolatef("plan and apply agree", "%s: inconsistent final plan for %s", c.address, strings.Join(names, ", "))
	}
	return tf.carryOut(r, c, prior, again)
}

func (tf *workspace) carryOut(
	r *process,
	c *change,
	prior *instance,
	planned *tfprotov6.PlanResourceChangeResponse,
) bool {
	was := tf.null(c.address)
	if prior != nil {
		was = prior.value
	}
	resp, err := r.provider.ApplyResourceChange(r.about(c.address), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeNames[kindOf(c.address)], PriorState: tf.encode(was), PlannedState: planned.PlannedState,
		Config: tf.encode(tf.configured(c.address, c.block, false)), PlannedPrivate: planned.PlannedPrivate,
		PlannedIdentity: planned.PlannedIdentity,
	})
	if err != nil {
		return tf.report(r, c.address, nil, err)
	}
	ok := tf.report(r, c.address, resp.Diagnostics, nil)
	value := tf.decode(c.address, resp.NewState)
	now := &instance{value: value, identity: resp.NewIdentity, private: resp.Private, tainted: !ok && prior == nil}
	switch {
	case ok:
		tf.checkResult(c, tf.decode(c.address, planned.PlannedState), value)
	case value.IsNull():
		now = prior
	}
	tf.save(r, func() { tf.put(c.address, now) })
	return ok
}

// restore makes the deposed object current again if the replacement of a
// create_before_destroy wasn't created.
func (tf *workspace) restore(r *process, address string, old *instance) {
	tf.save(r, func() {
		if tf.state[address] == nil {
			tf.state[address] = old
			tf.deposed[address] = slices.DeleteFunc(
				slices.Clone(tf.deposed[address]),
				func(in *instance) bool { return in == old },
			)
		}
	})
}

func (tf *workspace) lockedViolatef(invariant, format string, args ...any) {
	tf.account.mu.Lock()
	defer tf.account.mu.Unlock()
	tf.account.violatef(invariant, format, args...)
}
