package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// suite is the tests of one package, as they run on the unchanged code.
type suite struct {
	Dir, ImportPath, Name string
	GoFiles               []string

	tests  []test
	blocks map[string][]block // by the name of the file

	merged string // the folder with the build that mutants share

	learning sync.Mutex
	killers  map[string]int // by function, one more than the test that killed last there
}

// test is a top-level test: how long it takes, beside as many others as there
// are workers, but for the start of the program.
type test struct {
	name string
	took time.Duration
}

// block is a stretch of code that runs as a whole, and the tests that run it.
type block struct {
	from, to position
	tests    []int
}

// loadSuite asks go where a package is.
func loadSuite(ctx context.Context, path string) (*suite, error) {
	s := &suite{blocks: map[string][]block{}, killers: map[string]int{}}
	output, err := exec.CommandContext(ctx, "go", "list", "-json=Dir,ImportPath,Name,GoFiles", path).Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", path, err)
	}
	return s, json.Unmarshal(output, s)
}

var testName = regexp.MustCompile(`(?m)^(Test|Fuzz|Example)\w*$`)

// measure runs each test by itself, some at the same time, and keeps how long it
// took and what it covered, in the programs that it builds and starts as well.
func (s *suite) measure(ctx context.Context, folder string, workers int) error {
	binary := filepath.Join(folder, "clean.test")
	if output, err := exec.CommandContext(ctx, "go", "test", "-c", "-cover", "-o", binary, s.ImportPath).CombinedOutput(); err != nil {
		return fmt.Errorf("build the tests: %w\n%s", err, output)
	}
	list := exec.CommandContext(ctx, binary, "-test.list", ".")
	list.Dir = s.Dir
	output, err := list.Output()
	if err != nil {
		return fmt.Errorf("list the tests: %w", err)
	}
	for _, name := range testName.FindAllString(string(output), -1) {
		s.tests = append(s.tests, test{name: name})
	}
	profiles := make([]string, len(s.tests))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for number := range s.tests {
		group.Go(func() (err error) {
			profiles[number], err = s.measureOne(ctx, binary, &s.tests[number], filepath.Join(folder, "covered", strconv.Itoa(number)))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for number, profile := range profiles {
		s.cover(number, profile)
	}
	start := slices.MinFunc(s.tests, func(a, b test) int { return int(a.took - b.took) }).took
	for number := range s.tests {
		s.tests[number].took -= start
	}
	return nil
}

// measureOne runs one test, and is the profile of what it covers.
func (s *suite) measureOne(ctx context.Context, binary string, one *test, covered string) (profile string, err error) {
	if err := os.MkdirAll(covered, 0o700); err != nil {
		return "", err
	}
	start := time.Now()
	output, err := s.runCovered(ctx, binary, one.name, covered, "-cover")
	if err != nil { // a program that it starts without an environment says that it has nowhere to write to
		start = time.Now()
		output, err = s.runCovered(ctx, binary, one.name, covered, "")
	}
	one.took = time.Since(start)
	if err != nil {
		return "", fmt.Errorf("%s fails on the unchanged code: %w\n%s", one.name, err, output)
	}
	text := filepath.Join(covered, "profile")
	if output, err := exec.CommandContext(ctx, "go", "tool", "covdata", "textfmt", "-i", covered, "-o", text).CombinedOutput(); err != nil {
		return "", fmt.Errorf("read the coverage of %s: %w\n%s", one.name, err, output)
	}
	content, err := os.ReadFile(text)
	return string(content), err
}

// runCovered runs one test, and writes what it covers, itself and in what it
// builds with the flags.
func (s *suite) runCovered(ctx context.Context, binary, name, covered, flags string) (output []byte, err error) {
	run := exec.CommandContext(ctx, binary, "-test.run", "^"+name+"$", "-test.gocoverdir", covered)
	run.Dir, run.Env = s.Dir, append(os.Environ(), "GOFLAGS="+flags, "GOCOVERDIR="+covered)
	return run.CombinedOutput()
}

var profileLine = regexp.MustCompile(`(?m)^(.+):(\d+)\.(\d+),(\d+)\.(\d+) \d+ (\d+)$`)

// cover adds the coverage profile of one test.
func (s *suite) cover(number int, profile string) {
	for _, line := range profileLine.FindAllStringSubmatch(profile, -1) {
		name, ours := strings.CutPrefix(line[1], s.ImportPath+"/")
		if !ours || strings.Contains(name, "/") {
			continue
		}
		var n [5]int
		for i := range n {
			n[i], _ = strconv.Atoi(line[i+2])
		}
		b := block{from: position(n[0]<<16 | n[1]), to: position(n[2]<<16 | n[3])}
		known := slices.IndexFunc(s.blocks[name], func(other block) bool { return other.from == b.from && other.to == b.to })
		if known < 0 {
			known = len(s.blocks[name])
			s.blocks[name] = append(s.blocks[name], b)
		}
		if tests := &s.blocks[name][known].tests; n[4] > 0 && !slices.Contains(*tests, number) {
			*tests = append(*tests, number)
		}
	}
}

// reaching are the tests that run what a mutant changes: those of the innermost
// block around it. Go counts no block for the conditions of a switch; these
// belong to the whole function, and what is outside of functions to all tests.
func (s *suite) reaching(m mutant) (reaching []int) {
	blocks := s.blocks[filepath.Base(m.file)]
	innermost := block{from: -1}
	for _, b := range blocks {
		if b.from <= m.from && m.to <= b.to && b.from > innermost.from {
			innermost = b
		}
	}
	switch {
	case innermost.from >= 0:
		return slices.Clone(innermost.tests)
	case m.function[1] == 0:
		for number := range s.tests {
			reaching = append(reaching, number)
		}
	default:
		for _, b := range blocks {
			if m.function[0] <= b.from && b.to <= m.function[1] {
				reaching = append(reaching, b.tests...)
			}
		}
	}
	slices.Sort(reaching)
	return slices.Compact(reaching)
}
