package provider

import (
	"strings"
	"testing"
)

// managed is a resource's published example.
type managed struct {
	folder, address string
	exists          func(*testEnv) bool
}

var managedExamples = map[string]managed{
	"variant": {
		folder: "resources/cloudflare_image_variant", address: "cloudflare_image_variant.card",
		exists: func(r *testEnv) bool { _, exists := r.Variant("card"); return exists },
	},
	"signing key": {
		folder: "resources/cloudflare_image_signing_key", address: "cloudflare_image_signing_key.shop",
		exists: func(r *testEnv) bool { return strings.Contains(strings.Join(r.KeyNames(), " "), "shop") },
	},
}

// Each resource's example is made, protected, forgotten, imported in each way
// that its page shows, and deleted once it is no longer protected.
func TestResourceExamples(t *testing.T) {
	t.Parallel()
	for name, test := range managedExamples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnvWithRoom(t)
			c := r.exampleCLI(t, test.folder)
			block := c.read("import.tf")
			c.write("import.tf", "") // what it imports is not there yet
			c.want(0, "apply", "-auto-approve")
			c.want(0, "plan", "-detailed-exitcode")
			if output, code := c.run("destroy", "-auto-approve", "-no-color"); code != 1 ||
				!strings.Contains(output, "prevent_destroy") {
				t.Errorf("destroy ended with %d:\n%s", code, output)
			}

			c.want(0, "state", "rm", test.address)
			c.write("import.tf", block)
			output, code := c.run("apply", "-auto-approve", "-no-color")
			if code != 0 || !strings.Contains(output, "1 imported, 0 added, 0 changed, 0 destroyed") {
				t.Errorf("import.tf: apply ended with %d:\n%s", code, output)
			}
			c.want(0, "plan", "-detailed-exitcode")
			c.write("import.tf", "")
			c.runsImports(test.address)

			c.write(
				"resource.tf",
				strings.Replace(c.read("resource.tf"), "prevent_destroy = true", "prevent_destroy = false", 1),
			)
			c.want(0, "destroy", "-auto-approve")
			if test.exists(r) {
				t.Error("it is still there")
			}
		})
	}
}

// The identity of an object imports it as well, where the engine knows that.
func TestResourceExamplesByIdentity(t *testing.T) {
	t.Parallel()
	for name, test := range managedExamples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnvWithRoom(t)
			c := r.exampleCLI(t, test.folder, "import.tf")
			block := c.read(importByIdentity)
			c.write(importByIdentity, "")
			c.want(0, "apply", "-auto-approve")
			for _, written := range []string{block, withoutAccount(block)} {
				c.write(importByIdentity, "")
				c.want(0, "state", "rm", test.address)
				c.write(importByIdentity, written)
				output, code := c.run("apply", "-auto-approve", "-no-color")
				if code != 0 || !strings.Contains(output, "1 imported, 0 added, 0 changed, 0 destroyed") {
					t.Errorf("apply ended with %d:\n%s\n%s", code, written, output)
				}
				c.want(0, "plan", "-detailed-exitcode")
			}
		})
	}
}

// withoutAccount leaves out the line that may be left out.
func withoutAccount(block string) string {
	var kept strings.Builder
	for line := range strings.Lines(block) {
		if !strings.Contains(line, "account_id") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
