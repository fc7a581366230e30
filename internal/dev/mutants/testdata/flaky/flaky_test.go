package flaky

import (
	"os"
	"path/filepath"
	"testing"
)

// It fails the first time on each mutant, whatever that has changed.
func TestAnswer(t *testing.T) {
	Answer()
	mutant := os.Getenv("MUTANT")
	if mutant == "" || mutant == "0" {
		return
	}
	beside := filepath.Join(filepath.Dir(os.TempDir()), "tried-"+mutant)
	if _, err := os.Stat(beside); err != nil {
		t.Error(os.WriteFile(beside, nil, 0o600))
	}
}
