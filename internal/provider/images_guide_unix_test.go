//go:build unix

package provider

import (
	"os"
	"path/filepath"
	"testing"
)

// A file that a step of the apply writes is uploaded in the same apply. The next
// plan is empty, even if the file is missing.
func TestImageResourceExampleGeneratedFile(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "resources/cloudflare_image/generated-file")
	c.want(0, "apply", "-auto-approve")
	if len(r.Content("drawn")) == 0 {
		t.Error("nothing was uploaded")
	}
	c.want(0, "plan", "-detailed-exitcode")
	if err := os.Remove(filepath.Join(c.Dir, "drawn.png")); err != nil {
		t.Fatal(err)
	}
	c.want(0, "plan", "-detailed-exitcode")
}
