//go:build unix

package provider

import (
	"bufio"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A provider ends with the process that started it, except in debug mode, in
// which Terraform connects to a provider that it didn't start.
func TestProviderEndsWithItsParent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		flag string
		ends bool
	}{
		"started by Terraform": {"", true},
		"started to debug it":  {"-debug", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The shell is the provider's parent. It runs until its input is
			// closed.
			shell := exec.CommandContext(
				t.Context(),
				"sh",
				"-c",
				`"$0" $1 >ready & echo $! >&2; read -r line`,
				builtBinary(t),
				test.flag,
			)
			shell.Dir = t.TempDir()
			shell.Env = []string{
				"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
				"TMPDIR=.",
			}
			reader, writer, err := os.Pipe() // the provider keeps the other end open until it ends
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close()
			shell.Stderr = writer
			stdin, err := shell.StdinPipe()
			if err == nil {
				err = shell.Start()
			}
			writer.Close()
			if err != nil {
				t.Fatal(err)
			}
			written := bufio.NewReader(reader)
			line, err := written.ReadString('\n')
			process, notANumber := strconv.Atoi(strings.TrimSpace(line))
			if err != nil || notANumber != nil {
				t.Fatalf("got %q, %v, want the ID of the process", line, err)
			}
			defer func() { _ = syscall.Kill(process, syscall.SIGKILL) }()
			awaitFile(t, shell.Dir+"/ready")
			stdin.Close()
			_ = shell.Wait() // exit code 1: read reached the end of its input

			ended := make(chan struct{})
			go func() {
				_, _ = written.ReadString(0)
				close(ended)
			}()
			timeout := 20 * time.Second
			if !test.ends {
				timeout = 3 * time.Second
			}
			select {
			case <-ended:
				if !test.ends {
					t.Error("the provider ended")
				}
			case <-time.After(timeout):
				if test.ends {
					t.Error("the provider is still running")
				}
			}
		})
	}
}

// awaitFile waits until a file has content.
func awaitFile(t *testing.T, path string) {
	t.Helper()
	deadline, poll := time.After(time.Minute), time.NewTicker(20*time.Millisecond)
	defer poll.Stop()
	for {
		if content, err := os.ReadFile(path); err == nil && len(content) > 0 {
			return
		}
		select {
		case <-poll.C:
		case <-deadline:
			t.Fatalf("nothing in %s after a minute", path)
		}
	}
}
