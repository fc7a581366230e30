// Command rename gives the provider another namespace: the module path and the
// source address change in every tracked text file. RELEASING.md tells when.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/modfile"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "rename: give one argument, the namespace: the user or organization on GitHub that will own the repository")
		os.Exit(2)
	}
	if err := run(context.Background(), ".", os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "rename:", err)
		os.Exit(1)
	}
}

// namespacePattern is what GitHub allows as a name, in lower case, as both
// registries want it.
var namespacePattern = regexp.MustCompile(`^[0-9a-z](-?[0-9a-z]){0,38}$`)

// run renames the tree in a folder, whose files git knows.
func run(ctx context.Context, dir, namespace string) error {
	if !namespacePattern.MatchString(namespace) {
		return fmt.Errorf("the namespace %q must be the name of a user or organization on GitHub, in lower case: up to 39 letters, digits and single hyphens between them", namespace)
	}
	if namespace == "cloudflare" {
		return errors.New("the namespace cloudflare is that of the official provider")
	}
	changes, err := names(dir, namespace)
	if err != nil {
		return err
	}
	list := exec.CommandContext(ctx, "git", "ls-files", "-z")
	list.Dir = dir
	files, err := list.Output()
	if err != nil {
		return fmt.Errorf("list the tracked files: %w", err)
	}
	for name := range strings.SplitSeq(strings.Trim(string(files), "\x00"), "\x00") {
		if err := rewrite(filepath.Join(dir, filepath.FromSlash(name)), changes); err != nil {
			return err
		}
	}
	return nil
}

// names are the present names and the new ones.
func names(dir, namespace string) ([][2]string, error) {
	content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return nil, err
	}
	module := modfile.ModulePath(content)
	if module == "" {
		return nil, errors.New("go.mod names no module")
	}
	name := module[strings.LastIndex(module, "/")+1:]
	family, kind := splitSource(provider.Source)
	return [][2]string{
		{module, "github.com/" + namespace + "/" + name},
		{provider.Source, namespace + "/" + kind},
		{family + "/*", namespace + "/*"},
	}, nil
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
		replaced.WriteString(text[:at])
		if at > 0 && strings.ContainsAny(text[at-1:at], inside+".") || rest != "" && strings.ContainsAny(rest[:1], inside) {
			replaced.WriteString(before)
		} else {
			replaced.WriteString(after)
		}
		text = rest
	}
}

// splitSource splits a source address before its type.
func splitSource(source string) (family, kind string) {
	at := strings.LastIndex(source, "/")
	return source[:at], source[at+1:]
}

// rewrite leaves alone what is no text.
func rewrite(path string, changes [][2]string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return nil
	}
	before, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !utf8.Valid(before) {
		return nil
	}
	after := string(before)
	for _, change := range changes {
		after = replace(after, change[0], change[1])
	}
	if after == string(before) {
		return nil
	}
	return os.WriteFile(path, []byte(after), info.Mode().Perm()) //nolint:gosec // git names the path
}
