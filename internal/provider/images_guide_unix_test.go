//go:build unix

package provider

import (
	"os"
	"path/filepath"
	"testing"
)

// A picture that a step of the apply writes is uploaded in the same apply, and
// is then left alone, even where it is not there any more.
func TestImagesGuideGeneratedFile(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "images/made")
	c.want(0, "apply", "-auto-approve")
	if len(r.Content("drawn")) == 0 {
		t.Error("there is no picture")
	}
	c.want(0, "plan", "-detailed-exitcode")
	if err := os.Remove(filepath.Join(c.Dir, "drawn.png")); err != nil {
		t.Fatal(err)
	}
	c.want(0, "plan", "-detailed-exitcode")
}
