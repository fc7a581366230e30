//go:build unix

package provider

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// A named pipe is rejected without being opened, which would wait for a
// writer.
func TestImageContentNamedPipe(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	if err := syscall.Mkfifo(f.path("pipe.png"), 0o600); err != nil {
		t.Fatal(err)
	}
	m := imageResourceModel{Source: f.text("pipe.png")}
	if m.fileMissing() {
		t.Error("the pipe counts as missing")
	}
	var diags diag.Diagnostics
	info := m.inspect(true, &diags)
	if got := strings.Join(summariesOfDiags(diags), "; "); info != nil || got != fmt.Sprintf("Error source: Unreadable image file %q", f.path("pipe.png")) {
		t.Errorf("got %v, %s", info, got)
	}
	if !strings.Contains(detailsOfDiags(diags), "named pipe") {
		t.Errorf("got %s", detailsOfDiags(diags))
	}
}
