package provider

import (
	"fmt"
	"slices"
	"strings"
)

// maxShrinking limits the walks that are tried to shorten a failing one.
const maxShrinking = 500

// shrinking shortens a failing walk.
type shrinking struct {
	walk  func([]step) result
	steps []step
	best  result
	tried int
}

// shrink removes steps and faults for as long as the same invariant is broken.
func shrink(walk func([]step) result, steps []step, failed result) ([]step, result) {
	s := &shrinking{walk: walk, steps: steps[:min(failed.steps, len(steps))], best: failed}
	for before := -1; before != s.tried && s.tried < maxShrinking; {
		before = s.tried
		improved := s.leaveStepsOut()
		if improved = s.simplifySteps() || improved; !improved {
			break
		}
	}
	return s.steps, s.best
}

// try keeps a shorter walk if it breaks the same invariant.
func (s *shrinking) try(steps []step) bool {
	if s.tried >= maxShrinking {
		return false
	}
	s.tried++
	r := s.walk(steps)
	if r.broken == nil || r.broken.invariant != s.best.broken.invariant {
		return false
	}
	s.steps, s.best = steps[:min(r.steps, len(steps))], r
	return true
}

// leaveStepsOut removes smaller and smaller parts of the walk.
func (s *shrinking) leaveStepsOut() (improved bool) {
	for size := max(len(s.steps)/2, 1); size > 0; size /= 2 {
		for at := len(s.steps) - size; at >= 0; at = min(at, len(s.steps)) - size {
			if s.try(slices.Delete(slices.Clone(s.steps), at, at+size)) {
				improved = true
			}
		}
	}
	return improved
}

// simplifySteps simplifies single steps.
func (s *shrinking) simplifySteps() (improved bool) {
	for i := range s.steps {
		if i >= len(s.steps) {
			break // the walk is shorter now
		}
		for _, plainer := range s.steps[i].plainer() {
			if i < len(s.steps) && s.try(slices.Replace(slices.Clone(s.steps), i, i+1, plainer)) {
				improved = true
				break
			}
		}
	}
	return improved
}

// plainer returns simpler variants of a step.
func (s step) plainer() (all []step) {
	add := func(change func(*step)) {
		other := s
		other.run.faults, other.numbers = slices.Clone(s.run.faults), slices.Clone(s.numbers)
		change(&other)
		if fmt.Sprintf("%+v", other) != fmt.Sprintf("%+v", s) {
			all = append(all, other)
		}
	}
	add(func(o *step) { o.run.lag = 0 })
	add(func(o *step) { o.run.late = false })
	add(func(o *step) { o.run.reserve = false })
	add(func(o *step) { o.run.newIDs = false })
	add(func(o *step) { o.run.newTimes = false })
	add(func(o *step) { o.run.noRefresh = false })
	add(func(o *step) { o.run.replace = "" })
	add(func(o *step) { o.run.retries = 4 })
	for i := range s.run.faults {
		add(func(o *step) { o.run.faults = slices.Delete(o.run.faults, i, i+1) })
		add(func(o *step) { o.run.faults[i].times = 1 })
	}
	if s.kind == "both" {
		add(func(o *step) { o.kind = "apply" })
	}
	if s.kind == "set" {
		add(func(o *step) { o.block.metadata = "" })
		add(func(o *step) { o.block.creator = "" })
		add(func(o *step) { o.block.withHash = false })
		add(func(o *step) { o.block.createFirst = false })
		add(func(o *step) { o.block.private = false })
	}
	return all
}

// report describes a failing walk.
func (r result) report(seed uint64, length int, steps []step) string {
	var words strings.Builder
	fmt.Fprintf(&words, "seed %d breaks an invariant.\n%s\n\nShortest steps:\n", seed, r.broken)
	for i, s := range steps {
		fmt.Fprintf(&words, "%3d. %s\n", i+1, s)
	}
	if r.steps >= len(steps) {
		fmt.Fprintf(&words, "     and then calm applies, if the steps do not show it\n")
	}
	fmt.Fprintf(
		&words,
		"\nRequests:\n%s\n\nTo replay it: make walk SEED=%d STEPS=%d",
		strings.Join(r.log, "\n"),
		seed,
		length,
	)
	return words.String()
}
