// Command renamecheck renames a clone of the last commit, commits that, and
// lets the clone build, test, lint and document itself.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// namespace is one that nobody has.
const namespace = "a-namespace-of-nobody"

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 45*time.Minute)
	err := run(ctx)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "renamecheck:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "cloudflare-images-rename-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	clone := filepath.Join(dir, "clone")
	tools, err := filepath.Abs(".bin")
	if err != nil {
		return err
	}
	if err := command(ctx, ".", "git", "clone", "-q", ".", clone); err != nil {
		return err
	}
	if err := os.MkdirAll(tools, 0o750); err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(clone, ".bin"), os.DirFS(tools)); err != nil {
		return err
	}
	git := []string{"git", "-c", "user.name=rename", "-c", "user.email=rename@example.com"}
	for _, args := range [][]string{
		{"make", "rename", "NAMESPACE=" + namespace},
		append(git, "commit", "-qam", "Rename"),
		{"make", "test"},
		{"make", "lint", "generate-check"},
	} {
		if err := command(ctx, clone, args...); err != nil {
			return err
		}
	}
	// git grep ends with 1 where there is nothing.
	family := provider.Source[:strings.LastIndex(provider.Source, "/")]
	left := exec.CommandContext(ctx, "git", "grep", "-n", "--fixed-strings", "-e", family)
	left.Dir = clone
	output, err := left.Output()
	if err == nil {
		return fmt.Errorf("the old names are still there:\n%s", output)
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 {
		return fmt.Errorf("look for the old names: %w", err)
	}
	docs, err := os.ReadFile(filepath.Join(clone, "docs", "index.md"))
	if err != nil {
		return err
	}
	if !strings.Contains(string(docs), `source = "`+namespace+`/cloudflare"`) {
		return errors.New("docs/index.md does not name the new address")
	}
	fmt.Println("Renamed: a copy in another namespace builds, passes its tests and documents itself.")
	return nil
}

// command shows what it runs.
func command(ctx context.Context, dir string, args ...string) error {
	fmt.Println("renamecheck:", strings.Join(args, " "))
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Dir, c.Stdout, c.Stderr = dir, os.Stdout, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return nil
}
