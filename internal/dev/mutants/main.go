// Command mutants changes the code of the provider in many small ways, one at
// a time, and looks whether a test fails. A change that no test notices is a
// test that is missing, or stands in accepted.txt with the reason why no test
// can notice it. CONTRIBUTING.md tells more.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// floor is how many of a hundred mutants of a package its tests must kill.
type floor struct {
	path string
	rate int
}

var floors = []floor{
	{"./internal/client", 95},
	{"./internal/delivery", 95},
	{"./internal/imagefile", 95},
	{"./internal/provider", 90},
}

// selection is which mutants are tried.
type selection struct {
	name    string // of the package; all where it is empty
	sample  int    // so many of a package, always the same ones; 0 means all
	since   string // only of files that git says have changed since then
	workers int
	resume  string // a file with what earlier runs have settled; none where it is empty

	// patience is how long tests may take on top of three times what they take
	// on the unchanged code.
	patience time.Duration
}

func main() {
	chosen := selection{patience: 10 * time.Second}
	flag.StringVar(&chosen.name, "package", "", "mutate only this `package`, such as delivery")
	flag.IntVar(&chosen.sample, "sample", 0, "try only `number` mutants of a package, always the same ones")
	flag.StringVar(&chosen.since, "since", "", "mutate only files that have changed since `revision`")
	flag.StringVar(&chosen.resume, "resume", "", "believe what `file` says of mutants that were killed before, and add to it")
	flag.IntVar(&chosen.workers, "workers", 2, "try so many mutants at the same time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, chosen)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, chosen selection) error {
	content, err := os.ReadFile(filepath.Join("internal", "dev", "mutants", "accepted.txt"))
	if err != nil {
		return err
	}
	accepted, err := readAccepted(string(content))
	if err != nil {
		return err
	}
	if chosen.workers < 1 {
		return errors.New("want at least one worker")
	}
	var problems []error
	known := false
	for _, f := range floors {
		if chosen.name != "" && chosen.name != path.Base(f.path) {
			continue
		}
		known = true
		result, err := mutatePackage(ctx, out, f.path, chosen, accepted)
		if err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
		fmt.Fprintln(out, result)
		problems = append(problems, result.judge(f.rate, chosen))
	}
	if !known {
		return fmt.Errorf("there is no package %q to mutate", chosen.name)
	}
	return errors.Join(problems...)
}

// readAccepted reads the survivors that are accepted: a line with the ID, and
// below it, indented, why no test can kill it.
func readAccepted(content string) (map[string]string, error) {
	accepted := map[string]string{}
	id := ""
	for line := range strings.Lines(content) {
		reason := strings.TrimSpace(line)
		switch {
		case reason == "" || strings.HasPrefix(line, "#"):
		case line[0] == '\t':
			accepted[id] += reason
		default:
			id = reason
			if _, twice := accepted[id]; twice {
				return nil, fmt.Errorf("%s: accepted twice", id)
			}
			accepted[id] = ""
		}
	}
	for id, reason := range accepted {
		if reason == "" || id == "" {
			return nil, fmt.Errorf("accepted.txt: %q: want a line with an ID, and below it an indented reason", id)
		}
	}
	return accepted, nil
}

// report is what became of the mutants of a package.
type report struct {
	path     string
	accepted map[string]string // why, by ID
	mutants  []mutant
	results  []outcome // of each mutant
}

// mutatePackage tries the mutants of a package, and prints what survives.
func mutatePackage(
	ctx context.Context, out io.Writer, path string, chosen selection, accepted map[string]string,
) (*report, error) {
	s, err := loadSuite(ctx, path)
	if err != nil {
		return nil, err
	}
	r := &report{path: path, accepted: accepted}
	if r.mutants, err = choose(ctx, s, chosen); err != nil || len(r.mutants) == 0 {
		return r, err
	}
	folder, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if err := s.measure(ctx, folder, chosen.workers); err != nil {
		return nil, err
	}
	ledger, err := readLedger(chosen.resume)
	if err != nil {
		return nil, err
	}
	r.results = make([]outcome, len(r.mutants))
	for i, m := range r.mutants {
		r.results[i] = ledger.settled[m.hash()]
		if m.function[1] != 0 {
			r.mutants[i].number = i + 1
		}
	}
	if err := s.merge(ctx, folder, r); err != nil {
		return nil, err
	}
	if err := s.checkMerged(ctx, chosen.patience); err != nil {
		return nil, err
	}
	return r, r.tryAll(ctx, out, s, ledger, chosen)
}

// tryAll tries the mutants whose outcome is not known yet, the accepted ones
// last: each of them takes all tests that reach it, and seldom tells anything.
func (r *report) tryAll(ctx context.Context, out io.Writer, s *suite, ledger *ledger, chosen selection) error {
	var untried, accepted []int
	for i, m := range r.mutants {
		if r.results[i] != "" {
			continue
		}
		if r.accepted[m.id] != "" {
			accepted = append(accepted, i)
		} else {
			untried = append(untried, i)
		}
	}
	var printing sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(chosen.workers)
	for _, i := range append(untried, accepted...) {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			m := r.mutants[i]
			result, note, err := r.try(ctx, s, m, chosen.patience)
			if err != nil {
				return err
			}
			r.results[i] = result
			if note != "" {
				printing.Lock()
				fmt.Fprintf(out, "%s:%d:%d: %s: %s\n", m.file, m.from>>16, m.from&0xffff, note, m.id)
				printing.Unlock()
			}
			return ledger.settle(m, result)
		})
	}
	return group.Wait()
}

// try tries one mutant. Whether a test fails because of the mutant or by chance
// cannot be seen; of an accepted mutant, chance is likely, so it is dead only
// where it is killed a second time. The note is what to print: empty of a
// mutant that was killed, unless it is an accepted one.
func (r *report) try(ctx context.Context, s *suite, m mutant, patience time.Duration) (result outcome, note string, err error) {
	result, killer, err := s.try(ctx, m, patience)
	if r.accepted[m.id] != "" && (result == killed || result == timedOut) && err == nil {
		note = fmt.Sprintf("accepted, but %s by %s", result, killer)
		if result, killer, err = s.try(ctx, m, patience); result == killed || result == timedOut {
			return result, note + ", and again by " + killer, err
		}
		return result, note + ", and then " + string(result), err
	}
	if result == survived || result == uncovered {
		note = string(result)
	}
	return result, note, err
}

// choose finds the mutants of a package that are to be tried.
func choose(ctx context.Context, s *suite, chosen selection) (all []mutant, err error) {
	for _, name := range s.GoFiles {
		file := filepath.Join(s.Dir, name)
		if changed, err := hasChanged(ctx, file, chosen.since); err != nil {
			return nil, err
		} else if !changed {
			continue
		}
		found, err := mutants(file)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	if wanted := chosen.sample; wanted > 0 && wanted < len(all) {
		// Spread over all of them, and always the same ones.
		for i := range wanted {
			all[i] = all[i*len(all)/wanted]
		}
		all = all[:wanted]
	}
	return all, nil
}

// hasChanged asks git whether a file is another than it was, or new. Where no
// revision is given, each file counts.
func hasChanged(ctx context.Context, file, since string) (bool, error) {
	if since == "" {
		return true, nil
	}
	for _, question := range [][]string{{"diff", "--name-only", since, "--", file}, {"ls-files", "--others", "--", file}} {
		git := exec.CommandContext(ctx, "git", question...)
		git.Dir = filepath.Dir(file)
		output, err := git.Output()
		if err != nil || len(output) > 0 {
			return true, err
		}
	}
	return false, nil
}

func (r *report) count(wanted ...outcome) (n int) {
	for _, result := range r.results {
		if slices.Contains(wanted, result) {
			n++
		}
	}
	return n
}

// rate is how many of a hundred mutants were killed, of those that compile.
func (r *report) rate() float64 {
	viable := len(r.results) - r.count(notViable)
	if viable == 0 {
		return 100
	}
	return 100 * float64(r.count(killed, timedOut)) / float64(viable)
}

func (r *report) String() string {
	return fmt.Sprintf("%s: %d mutants: %d killed, %d timed out, %d survived, %d of them run by no test; %d not viable; rate %.1f %%",
		r.path, len(r.results), r.count(killed), r.count(timedOut),
		r.count(survived, uncovered), r.count(uncovered), r.count(notViable), r.rate())
}

// judge tells what is wrong with a report: survivors that nobody has accepted,
// and, where all mutants were tried, a rate below the floor and accepted
// survivors that are none any more.
func (r *report) judge(rate int, chosen selection) error {
	var problems []error
	alive := map[string]bool{}
	for i, m := range r.mutants {
		if r.results[i] != survived && r.results[i] != uncovered {
			continue
		}
		alive[m.id] = true
		if r.accepted[m.id] == "" {
			problems = append(problems, fmt.Errorf("not killed and not accepted: %s", m.id))
		}
	}
	if chosen.sample > 0 || chosen.since != "" {
		return errors.Join(problems...)
	}
	for id := range r.accepted {
		if strings.HasPrefix(id, path.Base(r.path)+"/") && !alive[id] {
			problems = append(problems, fmt.Errorf("accepted, but no survivor: take it off accepted.txt: %s", id))
		}
	}
	if r.rate() < float64(rate) {
		problems = append(problems, fmt.Errorf("%s: rate %.1f %% is below the floor of %d %%", r.path, r.rate(), rate))
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(problems...)
}
