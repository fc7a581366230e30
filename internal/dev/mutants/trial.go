package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// outcome is what became of a mutant.
type outcome string

const (
	killed    outcome = "killed"
	timedOut  outcome = "timed out" // killed as well
	survived  outcome = "survived"
	uncovered outcome = "survived, as no test runs it"
	notViable outcome = "not viable"
)

// batches puts what is likely to kill first: quick tests, and those that have
// killed a neighbour, in batches that take ever longer.
func (s *suite) batches(m mutant) (batches [][]int) {
	reaching := s.reaching(m)
	s.learning.Lock()
	cost := func(number int) time.Duration {
		if s.killers[m.scope()] == number+1 {
			return s.tests[number].took / 16
		}
		return s.tests[number].took
	}
	slices.SortStableFunc(reaching, func(a, b int) int { return int(cost(a) - cost(b)) })
	s.learning.Unlock()
	var took, limit time.Duration
	for _, number := range reaching {
		if took += s.tests[number].took; took > limit || len(batches) == 0 {
			batches, took, limit = append(batches, nil), s.tests[number].took, max(4*limit, time.Second/4)
		}
		batches[len(batches)-1] = append(batches[len(batches)-1], number)
	}
	return batches
}

// try runs the tests that reach a mutant until one fails, the killer.
func (s *suite) try(ctx context.Context, m mutant, patience time.Duration) (result outcome, killer string, err error) {
	batches := s.batches(m)
	if len(batches) == 0 {
		return uncovered, "", nil
	}
	folder := s.merged
	if m.number == 0 {
		alone, err := os.MkdirTemp(s.merged, "mutant-")
		if err != nil {
			return "", "", err
		}
		defer os.RemoveAll(alone)
		output, err := s.build(ctx, alone, map[string]string{m.file: m.source})
		switch {
		case err != nil && bytes.HasPrefix(output, []byte("# "+s.ImportPath)):
			return notViable, "", nil
		case err != nil:
			return "", "", fmt.Errorf("%s: build the tests: %w\n%s", m.id, err, output)
		}
		folder = alone
	}
	for _, numbers := range batches {
		if result, killer, err = s.run(ctx, m, folder, numbers, patience); err != nil || result != survived {
			return result, killer, err
		}
	}
	return survived, "", nil
}

// run runs some tests on a mutant, until one fails. What they build is built
// around the mutant as well. The time limit is what they may take longer than
// three times as long as usual; a mutant that asks for ever more memory gets no
// more than 8 GiB. The killer is the test that failed first, or all of them
// where they ended together.
func (s *suite) run(
	ctx context.Context, m mutant, folder string, numbers []int, limit time.Duration,
) (result outcome, killer string, err error) {
	var names []string
	for _, number := range numbers {
		limit += 3 * s.tests[number].took
		names = append(names, s.tests[number].name)
	}
	temp, err := os.MkdirTemp(folder, "t")
	if err != nil {
		return "", "", err
	}
	defer os.RemoveAll(temp)
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	run := exec.CommandContext(ctx, "sh", "-c", `ulimit -v 8388608 2>/dev/null; exec "$0" "$@"`,
		filepath.Join(folder, "mutant.test"), "-test.v", "-test.run", "^("+strings.Join(names, "|")+")$")
	run.Dir, run.Env = s.Dir, append(os.Environ(),
		"TMPDIR="+temp, "GOFLAGS=-overlay="+filepath.Join(folder, "overlay.json"), askedFor+"="+strconv.Itoa(m.number))
	output, err := run.StdoutPipe()
	if err != nil {
		return "", "", err
	}
	if err := run.Start(); err != nil {
		return "", "", err
	}
	killer = firstFailed(output)
	if killer != "" {
		s.learn(m, killer)
		cancel() // parallel tests would run on
	}
	err = run.Wait()
	_, failed := errors.AsType[*exec.ExitError](err)
	all := strings.Join(names, ", ")
	switch {
	case killer != "":
		return killed, killer, outer.Err()
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return timedOut, all, nil
	case failed:
		return killed, all, ctx.Err()
	case err != nil:
		return "", "", err
	}
	return survived, "", nil
}

var failedTest = regexp.MustCompile(`^\s*--- FAIL: (\w+)`)

// firstFailed reads what tests print until one has failed, and is its name; empty
// where none does, or all end at once.
func firstFailed(output io.Reader) string {
	lines := bufio.NewReader(output)
	for {
		line, err := lines.ReadString('\n')
		if found := failedTest.FindStringSubmatch(line); found != nil {
			return found[1]
		}
		if err != nil {
			return ""
		}
	}
}

// learn keeps which test has killed a mutant of a function.
func (s *suite) learn(m mutant, killer string) {
	s.learning.Lock()
	defer s.learning.Unlock()
	s.killers[m.scope()] = 1 + slices.IndexFunc(s.tests, func(t test) bool { return t.name == killer })
}
