package provider

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// killed runs an apply, and kills Terraform once its request waits at the gate.
func (c *cli) killed(g *gate) {
	c.t.Helper()
	command := c.Command(c.t.Context(), "apply", "-auto-approve", "-no-color")
	var written lockedBuilder
	command.Stdout, command.Stderr = &written, &written
	command.WaitDelay = time.Second // the provider keeps standard error open
	if err := command.Start(); err != nil {
		c.t.Fatal(err)
	}
	select {
	case <-g.reached:
	case <-time.After(2 * time.Minute):
		c.t.Errorf("no request after two minutes:\n%s", written.String())
	}
	if err := command.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	_ = command.Wait() // it was killed
}

// isLeft reports whether a provider is still running in the folder after a
// time.
func (c *cli) isLeft(after time.Duration) bool {
	deadline, poll := time.After(after), time.NewTicker(50*time.Millisecond)
	defer poll.Stop()
	for len(providersOf(c.Dir)) > 0 {
		select {
		case <-poll.C:
		case <-deadline:
			return true
		}
	}
	return false
}

// A provider ends when its Terraform is killed: during a read immediately, and
// during a re-upload, which has already deleted the image, once the new image
// is stored.
func TestProviderEndsWithTerraform(t *testing.T) {
	t.Parallel()
	const read = "data \"cloudflare_image\" \"x\" {\n  image_id = \"logo\"\n}\n"
	for name, test := range map[string]struct{ method, config string }{
		"during a read":      {http.MethodGet, read},
		"during a re-upload": {http.MethodPost, customIDImage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newEmptyTestEnv(t)
			g := &gate{testEnv: r, method: test.method, reached: make(chan struct{}), opened: make(chan struct{})}
			r.behind(t, g)
			c := r.cli(t, requiredProviders)
			put(t, filepath.Join(c.Dir, "a.svg"), svgOf("one", 1))
			c.write("images.tf", customIDImage)
			c.want(0, "apply", "-auto-approve")
			content := svgOf("two", 1)
			put(t, filepath.Join(c.Dir, "a.svg"), content)
			c.write("images.tf", test.config)
			g.armed.Store(true)

			c.killed(g)
			if test.method == http.MethodPost && !c.isLeft(3*time.Second) {
				t.Error("the provider ended before the image was stored")
			}
			close(g.opened)
			if c.isLeft(20 * time.Second) {
				t.Errorf("provider processes are left: %s", strings.Join(providersOf(c.Dir), ", "))
			}
			if test.method == http.MethodPost {
				r.assertContent(t, "logo", content)
			}
		})
	}
}
