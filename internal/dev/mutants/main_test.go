package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Every operator, on one line of code each; the IDs are written out by hand.
func TestOperators(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		code string // a whole file, but for the package clause
		want []string
	}{
		"comparison":         {"var x = a < b", []string{"x: a [< -> <=] b"}},
		"the other way":      {"var x = a >= b", []string{"x: a [>= -> >] b"}},
		"equality":           {"var x = a == b", []string{"x: a [== -> !=] b"}},
		"logic":              {"var x = a && b", []string{"x: a [&& -> ||] b"}},
		"arithmetic":         {"var x = a + b*c", []string{"x: a [+ -> -] b*c", "x: b[* -> /]c"}},
		"not":                {"var x = !a", []string{"x: [! -> ]a"}},
		"sign":               {"var x = -a", []string{"x: [- -> ]a"}},
		"number":             {"const x = 0o17", []string{"x: x = [0o17 -> 16]"}},
		"truth":              {"var x = f(true)", []string{"x: f([true -> false])"}},
		"not a whole number": {"const x = 1.5", nil},
		"text":               {`const x = "1"`, nil},
		"type":               {"type x [3]int", nil},
		"no body":            {"func f() int", nil},
		"call":               {"func f() { g() }", []string{"f: remove g()"}},
		"deferred call":      {"func f() { defer g() }", []string{"f: remove defer g()"}},
		"assignment":         {"func f() { a, b = g() }", []string{"f: remove a, b = g()"}},
		"sum":                {"func f() { a += b }", []string{"f: remove a += b"}},
		"step":               {"func f() { a++ }", []string{"f: remove a++"}},
		"first value":        {"func f() { a := b; g(a) }", []string{"f: remove g(a)"}},
		"branch":             {"func f() { for { break } }", []string{"f: remove break"}},
		"condition":          {"func f() { if a {} }", []string{"f: negate a", "f: never a"}},
		"turned already":     {"func f() { if !a {} }", []string{"f: never !a", "f: [! -> ]a"}},
		"loop":               {"func f() { for a {} }", []string{"f: negate a"}},
		"case":               {"func f() { switch { case a: g() } }", []string{"f: negate a", "f: never a", "f: remove g()"}},
		"case of a value":    {"func f() { switch a { case b: g() } }", []string{"f: remove g()"}},
		"case of a channel":  {"func f() { select { case <-a: g() } }", []string{"f: remove g()"}},
		"error":              {"func f() error { return err }", []string{"f: return [err -> nil]"}},
		"zero already":       {`func f() (string, T, error) { return "", T{}, nil }`, nil},
		"zero of any type":   {"func f() (T, error) { return nil, nil }", nil},
		"zero of a number":   {"func f() (T, error) { return 0, nil }", []string{"f: return [0 -> 1], nil"}},
		"no target":          {"func f() { _ = g() }", nil},
		"several results": {
			"func f() (a, b string, c T) { return d, e, g }",
			[]string{`f: return [d -> ""], e, g`, `f: return d, [e -> ""], g`, "f: return d, e, [g -> *new(T)]"},
		},
		"results of a call": {"func f() (int, bool) { return g() }", []string{"f: return [g() -> 0, false]"}},
		"result of a literal": {
			"func f() bool { g(func() []int { return a }); return b }",
			[]string{"f: remove g(func() []int { return a })", "f: return [a -> nil]", "f: return [b -> false]"},
		},
		"method":    {"func (t *T) f() { g() }", []string{"T.f: remove g()"}},
		"namesakes": {"func f() { g(); g() }", []string{"f: remove g()", "f: remove g() (2)"}},
		"lines":     {"func f() {\n\tg(\n\t\ta,\n\t)\n}", []string{"f: remove g( a, )"}},
		"long": {
			"var x = y(" + strings.Repeat("a, ", 40) + "1, " + strings.Repeat("b, ", 60) + "c)",
			[]string{"x: …" + strings.Repeat(", a", 16) + ", [1 -> 2]" + strings.Repeat(", b", 33) + ",…"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "code.go")
			if err := os.WriteFile(file, []byte("package code\n\n"+test.code+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			found, err := mutants(file)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range found {
				got = append(got, strings.TrimPrefix(m.id, filepath.Base(filepath.Dir(file))+"/code.go "))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("mutants (-want +got):\n%s", diff)
			}
		})
	}
}

// What stands in the file instead.
func TestSources(t *testing.T) {
	t.Parallel()
	const before = "package code\n\nfunc f() (int, error) {\n\tif a, b = g(); b {\n\t\ta, b = h()\n\t}\n\treturn a, err\n}\n"
	file := filepath.Join(t.TempDir(), "code.go")
	if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := mutants(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range found {
		got = append(got, m.source)
	}
	var want []string
	for _, change := range [][2]string{
		{"; b {", "; !(b) {"},
		{"; b {", "; false && (b) {"},
		{"\t\ta, b = h()", "\t\t_, _ = h()"},
		{"return a, err", "return 0, err"},
		{"return a, err", "return a, nil"},
	} {
		want = append(want, strings.Replace(before, change[0], change[1], 1))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
}

// A whole run over a small package: what is killed, what survives, what never
// ends and what does not compile.
func TestPackage(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	r, err := mutatePackage(t.Context(), &out, "./testdata/sample", selection{workers: 2, patience: 4 * time.Second}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]outcome{
		"Limit: Limit = [10 -> 11]":                         killed,
		"Fits: return [size <= Limit -> false]":             killed,
		"Fits: size [<= -> <] Limit":                        killed,
		"Half: negate size < 0":                             killed,
		"Half: never size < 0":                              killed,
		"Half: size [< -> <=] 0":                            survived,
		"Half: size < [0 -> 1]":                             survived,
		"Half: return 0, [errors.New(\"negative\") -> nil]": killed,
		"Half: return [0 -> 1], errors.New(\"negative\")":   survived,
		"Half: return [size / 2 -> 0], nil":                 survived,
		"Half: size [/ -> *] 2":                             survived,
		"Half: size / [2 -> 3]":                             survived,
		"Countdown: negate from > 0":                        killed,
		"Countdown: remove from--":                          timedOut,
		"Countdown: remove steps++":                         killed,
		"Countdown: return [steps -> 0]":                    killed,
		"Countdown: from [> -> >=] 0":                       killed,
		"Countdown: from > [0 -> 1]":                        killed,
		"Untested: return [!Fits(Limit) -> false]":          uncovered,
		"Untested: [! -> ]Fits(Limit)":                      uncovered,
	}
	got := map[string]outcome{}
	for i, m := range r.mutants {
		got[strings.TrimPrefix(m.id, "sample/sample.go ")] = r.results[i]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	const line = "sample.go:16:10: survived: sample/sample.go Half: size [< -> <=] 0\n"
	if !strings.Contains(out.String(), line) {
		t.Errorf("got %q, want a line with %q", out.String(), line)
	}
}

// An accepted mutant is dead only where tests kill it twice: a test that fails
// now and then does not take it off the list, and is named.
func TestAcceptedOnes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		accepted, other string // by ID
		want, wantOther outcome
		note            string
	}{
		"sample": {
			"sample/sample.go Fits: size [<= -> <] Limit", "sample/sample.go Half: size / [2 -> 3]", killed, survived,
			"sample.go:11:14: accepted, but killed by TestFits, and again by TestFits: sample/sample.go Fits: size [<= -> <] Limit\n",
		},
		"flaky": {
			"flaky/flaky.go Answer: return [42 -> 0]", "flaky/flaky.go Answer: return [42 -> 43]", survived, killed,
			"flaky.go:6:9: accepted, but killed by TestAnswer, and then survived: flaky/flaky.go Answer: return [42 -> 0]\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			r, err := mutatePackage(t.Context(), &out, "./testdata/"+name,
				selection{workers: 2, patience: 4 * time.Second}, map[string]string{test.accepted: "a reason"})
			if err != nil {
				t.Fatal(err)
			}
			for id, want := range map[string]outcome{test.accepted: test.want, test.other: test.wantOther} {
				if i := slices.IndexFunc(r.mutants, func(m mutant) bool { return m.id == id }); i < 0 || r.results[i] != want {
					t.Errorf("%s: got mutant %d of %q, want it %s", id, i, r.results, want)
				}
			}
			if !strings.Contains(out.String(), test.note) || strings.Count(out.String(), "accepted") != 1 {
				t.Errorf("got %q, want a line with %q", out.String(), test.note)
			}
		})
	}
}

// A report is judged by survivors, by the floor and by the accepted list.
func TestJudge(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		results  map[string]outcome
		accepted []string
		chosen   selection
		want     []string
	}{
		"all killed": {results: map[string]outcome{"p/a": killed, "p/b": timedOut, "p/c": notViable}},
		"survivor": {
			results: map[string]outcome{"p/a": killed, "p/b": survived}, want: []string{"not killed and not accepted: p/b"},
		},
		"accepted": {results: map[string]outcome{"p/a": killed, "p/b": survived}, accepted: []string{"p/b"}},
		"accepted, but killed": {
			results: map[string]outcome{"p/a": killed}, accepted: []string{"p/a"},
			want: []string{"accepted, but no survivor: take it off accepted.txt: p/a"},
		},
		"of another package": {results: map[string]outcome{"p/a": killed}, accepted: []string{"other/a"}},
		"in a sample": {
			results: map[string]outcome{"p/a": uncovered}, chosen: selection{sample: 1},
			want: []string{"not killed and not accepted: p/a"},
		},
		"not in a sample": {results: map[string]outcome{"p/a": killed}, accepted: []string{"p/b"}, chosen: selection{sample: 1}},
		"not since then":  {results: map[string]outcome{"p/a": killed}, accepted: []string{"p/b"}, chosen: selection{since: "HEAD"}},
		"below, but accepted": {
			results:  map[string]outcome{"p/a": survived, "p/b": uncovered, "p/c": killed, "p/d": notViable},
			accepted: []string{"p/a", "p/b"}, want: []string{"./internal/p: rate 33.3 % is below the floor of 50 %"},
		},
		"nothing that compiles": {results: map[string]outcome{"p/a": notViable}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &report{path: "./internal/p", accepted: map[string]string{}}
			for id, result := range test.results {
				r.mutants, r.results = append(r.mutants, mutant{id: id}), append(r.results, result)
			}
			for _, id := range test.accepted {
				r.accepted[id] = "a reason"
			}
			var got []string
			if err := r.judge(50, test.chosen); err != nil {
				got = strings.Split(err.Error(), "\n")
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestReadAccepted(t *testing.T) {
	t.Parallel()
	got, err := readAccepted("# A comment.\n\np/a f: remove g()\n\tIt is the same.\n\tReally.\np/b f: never a\n\tNo test sees it.\n")
	want := map[string]string{"p/a f: remove g()": "It is the same.Really.", "p/b f: never a": "No test sees it."}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, accepted (-want +got):\n%s", err, diff)
	}
	for name, content := range map[string]string{
		"no reason":       "p/a f: remove g()\n",
		"a reason of two": "p/a f: remove g()\np/b f: never a\n\tBoth.\n",
		"a reason first":  "\tFor nothing.\n",
		"twice":           "p/a f: remove g()\n\tSo.\np/a f: remove g()\n\tSo.\n",
	} {
		if got, err := readAccepted(content); err == nil {
			t.Errorf("%s: got %v, want an error", name, got)
		}
	}
}

// The committed list can be read, and names only packages that are mutated.
func TestAcceptedList(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("accepted.txt")
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := readAccepted(string(content))
	if err != nil {
		t.Fatal(err)
	}
	for id := range accepted {
		name, _, _ := strings.Cut(id, "/")
		if !slices.ContainsFunc(floors, func(f floor) bool { return filepath.Base(f.path) == name }) {
			t.Errorf("%s: its package is not mutated", id)
		}
	}
}

// A sample is spread over the package, and the same each time.
func TestChoose(t *testing.T) {
	t.Parallel()
	s, err := loadSuite(t.Context(), "./testdata/sample")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		chosen selection
		want   []string // the functions
	}{
		"all": {
			selection{},
			[]string{
				"Limit", "Fits", "Fits", "Half", "Half", "Half", "Half", "Half", "Half", "Half", "Half", "Half", "Countdown",
				"Countdown", "Countdown", "Countdown", "Countdown", "Countdown", "Untested", "Untested",
			},
		},
		"a sample": {selection{sample: 4}, []string{"Limit", "Half", "Half", "Countdown"}},
		"more than all": {
			selection{sample: 100, since: ""},
			[]string{
				"Limit", "Fits", "Fits", "Half", "Half", "Half", "Half", "Half", "Half", "Half", "Half", "Half", "Countdown",
				"Countdown", "Countdown", "Countdown", "Countdown", "Countdown", "Untested", "Untested",
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, err := choose(t.Context(), s, test.chosen)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range all {
				_, function, _ := strings.Cut(m.id, " ")
				function, _, _ = strings.Cut(function, ":")
				got = append(got, function)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("functions (-want +got):\n%s", diff)
			}
		})
	}
}

// Whether git sees a difference.
func TestHasChanged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(content string, names ...string) {
		for _, name := range names {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	git := func(args ...string) {
		command := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=n", "-c", "user.email=e"}, args...)...)
		command.Dir = dir
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args[0], err, output)
		}
	}
	git("init", "-q")
	write("package a\n", "same.go", "changed.go", "committed.go")
	git("add", ".")
	git("commit", "-q", "-m", "One")
	git("tag", "one")
	write("package b\n", "committed.go")
	git("commit", "-q", "-a", "-m", "Two")
	write("package b\n", "changed.go", "new.go")
	for name, want := range map[string]bool{"same.go": false, "changed.go": true, "committed.go": true, "new.go": true} {
		if got, err := hasChanged(t.Context(), filepath.Join(dir, name), "one"); err != nil || got != want {
			t.Errorf("%s: got %t, %v, want %t", name, got, err, want)
		}
	}
	if got, err := hasChanged(t.Context(), filepath.Join(dir, "same.go"), ""); err != nil || !got {
		t.Errorf("without a revision: got %t, %v, want true", got, err)
	}
	if _, err := hasChanged(t.Context(), filepath.Join(dir, "same.go"), "no-such"); err == nil {
		t.Error("an unknown revision is no error")
	}
}
