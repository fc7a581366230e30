package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Quick tests come first, in batches that take ever longer; what has killed a
// mutant of the same function moves forward.
func TestBatches(t *testing.T) {
	t.Parallel()
	here := mutant{id: "p/p.go f: remove g()", file: "p.go", from: 2, to: 3}
	tests := map[string]struct {
		reaching []int
		before   mutant
		output   string // of the tests of the mutant before
		want     [][]int
	}{
		"none":               {},
		"by what they cost":  {reaching: []int{0, 1, 2, 3, 4}, want: [][]int{{4, 3}, {2, 1}, {0}}},
		"one that is slow":   {reaching: []int{0}, want: [][]int{{0}}},
		"killer of the same": {[]int{0, 1, 2, 3, 4}, here, "--- FAIL: TestSlow (1.50s)\n", [][]int{{4}, {0}, {3, 2, 1}}},
		"killer of another": {
			[]int{0, 1, 2, 3, 4}, mutant{id: "p/p.go other: remove g()"}, "--- FAIL: TestSlow (1.50s)\n", [][]int{{4, 3}, {2, 1}, {0}},
		},
		"killer that does not reach it": {[]int{3, 4}, here, "--- FAIL: TestSlow (1.50s)\n", [][]int{{4, 3}}},
		"killed by no test of its own":  {[]int{3, 4}, here, "panic: before the tests\n", [][]int{{4, 3}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &suite{killers: map[string]int{}, tests: []test{
				{"TestSlow", 1500 * time.Millisecond},
				{"TestMiddling", 700 * time.Millisecond},
				{"TestBrisk", 200 * time.Millisecond},
				{"TestQuick", 150 * time.Millisecond},
				{"TestAtOnce", 50 * time.Millisecond},
			}}
			s.blocks = map[string][]block{"p.go": {{from: 1, to: 9, tests: tt.reaching}}}
			s.learn(tt.before, firstFailed(strings.NewReader(tt.output)))
			if diff := cmp.Diff(tt.want, s.batches(here)); diff != "" {
				t.Errorf("batches (-want +got):\n%s", diff)
			}
		})
	}
}

// A test that fails, or a part of one, ends the reading, whatever runs on.
func TestFirstFailed(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]string{
		"=== RUN   TestA\n--- PASS: TestA (0.00s)\n--- FAIL: TestB (0.00s)\n": "TestB",
		"=== RUN   TestA\n    --- FAIL: TestA/part_1 (0.00s)\n":               "TestA",
	} {
		reader, writer := io.Pipe()
		go func() { _, _ = io.WriteString(writer, output) }() // and never ends
		if got := firstFailed(reader); got != want {
			t.Errorf("%q: got %q, want %q", output, got, want)
		}
	}
	if got := firstFailed(strings.NewReader("--- PASS: TestA (0.00s)\npanic: --- FAIL: TestB")); got != "" {
		t.Errorf("got %q, want none", got)
	}
}
