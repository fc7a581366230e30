// Command rename gives the provider another namespace: the module path and the
// source address change in every tracked text file. See RELEASING.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/modfile"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

func main() {
	if err := run(context.Background(), ".", strings.Join(os.Args[1:], " ")); err != nil {
		fmt.Fprintln(os.Stderr, "rename:", err)
		os.Exit(1)
	}
}

// namespacePattern matches the names that GitHub allows, in lower case, which
// both registries require.
var namespacePattern = regexp.MustCompile(`^[0-9a-z](-?[0-9a-z]){0,38}$`)

// run renames the namespace in the git-tracked files of a folder.
func run(ctx context.Context, dir, namespace string) error {
	if !namespacePattern.MatchString(namespace) {
		return fmt.Errorf("the namespace %q must be the name of a user or organization on GitHub, in lower case: "+
			"up to 39 letters, digits and single hyphens between them", namespace)
	}
	if namespace == "cloudflare" {
		return errors.New("the namespace cloudflare is that of the official provider")
	}
	before, err := presentNames(dir)
	if err != nil {
		return err
	}
	files, err := tracked(ctx, dir)
	if err != nil {
		return err
	}
	module, source := "github.com/"+namespace+"/"+path.Base(before[0]), namespace+"/"+path.Base(before[1])
	after := []string{module, source, namespace + "/*"}
	for _, file := range files {
		if err := rewrite(file, before, after); err != nil {
			return err
		}
	}
	return nil
}

// presentNames returns the module, the source address, and the pattern that
// matches all providers of its namespace in a CLI configuration.
func presentNames(dir string) ([]string, error) {
	content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return nil, err
	}
	module := modfile.ModulePath(content)
	if module == "" {
		return nil, errors.New("go.mod names no module")
	}
	return []string{module, provider.Source, path.Dir(provider.Source) + "/*"}, nil
}

// tracked returns the paths of the files that git tracks.
func tracked(ctx context.Context, dir string) (paths []string, err error) {
	list := exec.CommandContext(ctx, "git", "-C", dir, "ls-files", "-z")
	output, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("list the tracked files: %w", err)
	}
	for name := range strings.SplitSeq(strings.Trim(string(output), "\x00"), "\x00") {
		paths = append(paths, filepath.Join(dir, filepath.FromSlash(name)))
	}
	return paths, nil
}

// replace replaces a name, but not where it is part of a longer one.
func replace(text, before, after string) string {
	const inside = "-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	var replaced strings.Builder
	for {
		at := strings.Index(text, before)
		if at < 0 {
			return replaced.String() + text
		}
		rest := text[at+len(before):]
		name := after
		if at > 0 && strings.ContainsAny(text[at-1:at], inside+".") || rest != "" && strings.ContainsAny(rest[:1], inside) {
			name = before
		}
		replaced.WriteString(text[:at] + name)
		text = rest
	}
}

// rewrite replaces names in a file, unless it is binary.
func rewrite(file string, before, after []string) error {
	content, err := os.ReadFile(file)
	if err != nil || !utf8.Valid(content) {
		return err
	}
	text := string(content)
	for i := range before {
		text = replace(text, before[i], after[i])
	}
	if text == string(content) {
		return nil
	}
	return os.WriteFile(file, []byte(text), 0o600) //nolint:gosec // git names the path; a file that exists keeps its mode
}
