package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What is settled is known to the next run; survivors, and the line that an
// interrupted run has left half-written, are not.
func TestLedger(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "ledger.txt")
	first, err := readLedger(name)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]outcome{}
	for _, result := range []outcome{killed, timedOut, survived, uncovered, notViable} {
		m := mutant{source: "package " + string(result)}
		if err := first.settle(m, result); err != nil {
			t.Fatal(err)
		}
		if result != survived && result != uncovered {
			want[m.hash()] = result
		}
	}
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(content, "0123456789abcdef01234567 kil"...), 0o600); err != nil {
		t.Fatal(err)
	}
	second, err := readLedger(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, second.settled); diff != "" {
		t.Errorf("settled (-want +got):\n%s", diff)
	}
}

// A run takes over what the ledger tells of the same change of the same file,
// and tries the others.
func TestResume(t *testing.T) {
	t.Parallel()
	found, err := mutants(filepath.Join("testdata", "sample", "sample.go"))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "ledger.txt")
	ledger, err := readLedger(name)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range found {
		if i == 5 { // Half: size [< -> <=] 0
			m.source += "// The file was another then.\n"
		}
		if err := ledger.settle(m, killed); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	r, err := mutatePackage(t.Context(), &out, "./testdata/sample", selection{workers: 2, resume: name, patience: 10 * time.Second}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.count(killed); got != len(found)-1 || !strings.HasSuffix(out.String(), ": survived: "+found[5].id+"\n") {
		t.Errorf("%d of %d killed, and %q; want all but %s", got, len(found), out.String(), found[5].id)
	}
	ledger.name = t.TempDir()
	if err := ledger.settle(found[0], killed); err == nil {
		t.Error("a ledger that cannot be written is no error")
	}
}
