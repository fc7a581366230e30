package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// quick tests run before the others, and slow ones only if they find nothing.
const quick = time.Second

// try builds the tests around a mutant, without a change to any file, and runs
// those that reach it until one fails.
func (s *suite) try(ctx context.Context, folder string, m mutant, patience time.Duration) (outcome, error) {
	reaching := s.reaching(m)
	if len(reaching) == 0 {
		return uncovered, nil
	}
	folder, err := os.MkdirTemp(folder, "mutant-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	changed := filepath.Join(folder, "changed.go")
	overlay, binary := filepath.Join(folder, "overlay.json"), filepath.Join(folder, "mutant.test")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {m.file: changed}})
	if err != nil {
		return "", err
	}
	for name, content := range map[string][]byte{changed: []byte(m.source), overlay: replace} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			return "", err
		}
	}
	build := exec.CommandContext(ctx, "go", "test", "-c", "-overlay", overlay, "-o", binary, s.ImportPath)
	if output, err := build.CombinedOutput(); err != nil {
		if !bytes.HasPrefix(output, []byte("# "+s.ImportPath)) {
			return "", fmt.Errorf("%s: build the tests: %w\n%s", m.id, err, output)
		}
		return notViable, nil
	}
	slices.SortStableFunc(reaching, func(a, b int) int { return int(s.tests[a].took - s.tests[b].took) })
	slow := slices.IndexFunc(reaching, func(number int) bool { return s.tests[number].took > quick })
	if slow < 0 {
		slow = len(reaching)
	}
	for _, numbers := range [][]int{reaching[:slow], reaching[slow:]} {
		if result, err := s.run(ctx, binary, overlay, numbers, patience); err != nil || result != survived {
			return result, err
		}
	}
	return survived, nil
}

// run runs some tests on a mutant. What they build is built around the mutant
// as well. The time limit is what they may take longer than three times as long
// as usual; a mutant that asks for ever more memory gets no more than 8 GiB.
func (s *suite) run(ctx context.Context, binary, overlay string, numbers []int, limit time.Duration) (outcome, error) {
	if len(numbers) == 0 {
		return survived, nil
	}
	var names []string
	for _, number := range numbers {
		limit += 3 * s.tests[number].took
		names = append(names, s.tests[number].name)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	run := exec.CommandContext(ctx, "sh", "-c", `ulimit -v 8388608 2>/dev/null; exec "$0" "$@"`,
		binary, "-test.failfast", "-test.run", "^("+strings.Join(names, "|")+")$")
	run.Dir, run.Env = s.Dir, append(os.Environ(), "GOFLAGS=-overlay="+overlay)
	err := run.Run()
	_, failed := errors.AsType[*exec.ExitError](err)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return timedOut, nil
	case failed:
		return killed, ctx.Err()
	case err != nil:
		return "", err
	}
	return survived, nil
}
