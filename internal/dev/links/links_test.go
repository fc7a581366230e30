// Package links checks the links in the Markdown files at the root, in the
// documentation, and in the notes of the development packages.
package links

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Every link has a target. Links to other sites are not fetched, because there
// may be no network; they must be well-formed https URLs.
func TestLinks(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../../..")
	files := glob(t, root, "*.md", "docs/*.md", "docs/*/*.md", "docs/dev/decisions/*.md", "internal/dev/*/README.md")
	broken, checked := check(t, root, files)
	for _, problem := range broken {
		t.Error(problem)
	}
	if checked < 30 {
		t.Errorf("found only %d links", checked)
	}
}

func glob(t *testing.T, tree fs.FS, patterns ...string) (files []string) {
	t.Helper()
	for _, pattern := range patterns {
		found, err := fs.Glob(tree, pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("found %v for %s: %v", found, pattern, err)
		}
		files = append(files, found...)
	}
	return files
}

var (
	fence    = regexp.MustCompile("(?ms)^ *```.*?^ *```+ *$")
	code     = regexp.MustCompile("`[^`\n]*`")
	link     = regexp.MustCompile(`\]\(([^)]*)\)`)
	picture  = regexp.MustCompile(`!\[[^\]]*\]\(([^)]*)\)`)
	heading  = regexp.MustCompile("(?m)^#+ +(.*?) *$")
	named    = regexp.MustCompile(`<a id="([^"]+)"`)
	markup   = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)|[*]`)
	noAnchor = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// check returns the broken links in files of a tree, and the number of links.
func check(t *testing.T, tree fs.FS, files []string) (broken []string, checked int) {
	t.Helper()
	for _, file := range files {
		content, err := fs.ReadFile(tree, file)
		if err != nil {
			t.Fatal(err)
		}
		text := code.ReplaceAllString(fence.ReplaceAllString(string(content), ""), "")
		for _, found := range picture.FindAllStringSubmatch(text, -1) {
			if (file == "README.md" || strings.HasPrefix(file, "docs/")) && !strings.HasPrefix(found[1], "https:") {
				broken = append(
					broken,
					fmt.Sprintf("%s: registries don't show the image %q: its URL must begin with %s", file, found[1], repository),
				)
			}
		}
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			checked++
			if problem := follow(tree, file, found[1]); problem != "" {
				broken = append(broken, fmt.Sprintf("%s: the link to %q %s", file, found[1], problem))
			}
		}
	}
	return broken, checked
}

// repository is the prefix of the URLs of this repository's files.
const repository = "https://terraform.local/images/terraform-provider-cloudflare/raw/HEAD/"

// follow returns the problem with a link in a file, or an empty string.
func follow(tree fs.FS, file, to string) string {
	if own, isOwn := strings.CutPrefix(to, repository); isOwn {
		return follow(tree, "README.md", own)
	}
	target, err := url.Parse(to)
	switch {
	case err != nil || to == "" || strings.ContainsAny(to, " <>"):
		return "isn't a URL"
	case target.IsAbs() || strings.HasPrefix(to, "/"):
		if target.Scheme != "https" || !strings.Contains(target.Host, ".") {
			return "is neither an https URL nor relative"
		}
		return ""
	}
	if target.Path != "" {
		file = path.Join(path.Dir(file), target.Path)
	}
	content, err := fs.ReadFile(tree, file)
	if info, statErr := fs.Stat(tree, file); statErr == nil && info.IsDir() {
		err = nil // GitHub lists its files
	}
	if err != nil {
		return "no such file"
	}
	if target.Fragment != "" && !slices.Contains(anchors(string(content)), target.Fragment) {
		return "no such heading"
	}
	return ""
}

// anchors returns the anchors that GitHub and the registries generate for
// headings, and those written in the page.
func anchors(content string) (found []string) {
	for _, match := range named.FindAllStringSubmatch(content, -1) {
		found = append(found, match[1])
	}
	times := map[string]int{}
	for _, match := range heading.FindAllStringSubmatch(fence.ReplaceAllString(content, ""), -1) {
		text := noAnchor.ReplaceAllString(markup.ReplaceAllString(match[1], "$1"), "")
		anchor := strings.ReplaceAll(strings.ToLower(text), " ", "-")
		if times[anchor]++; times[anchor] > 1 {
			anchor = fmt.Sprintf("%s-%d", anchor, times[anchor]-1)
		}
		found = append(found, anchor)
	}
	return found
}

// The check finds links without a target.
func TestFollow(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{
		"README.md": {
			Data: []byte("# The `code` & *more*\n## Twice\n## Twice\n```sh\n# comment\n```\n<a id=\"nested--x\"></a>\n" +
				"[good](docs/a.md) `[code](gone.md)`\n```\n[block](gone.md)\n```\n[bad](gone.md) [anchor](#nowhere)\n"),
		},
		"docs/a.md": {Data: []byte("# Page\n![own](" + repository + "a.png) ![relative](../a.png)\n")},
		"a.png":     {},
	}
	for to, want := range map[string]string{
		"docs/a.md":            "",
		"docs":                 "",
		"docs/a.md#page":       "",
		"#the-code--more":      "",
		"#twice":               "",
		"#twice-1":             "",
		"#nested--x":           "",
		"https://example.com/": "",
		"docs/b.md":            "no such file",
		"../outside.md":        "no such file",
		"/docs/a.md":           "is neither an https URL nor relative",
		"//example.com/":       "is neither an https URL nor relative",
		"docs/a.md#paage":      "no such heading",
		"#twice-2":             "no such heading",
		"#comment":             "no such heading",
		"http://example.com/":  "is neither an https URL nor relative",
		"mailto:a@example.com": "is neither an https URL nor relative",
		"https://localhost/":   "is neither an https URL nor relative",
		"a page.md":            "isn't a URL",
		repository + "a.png":   "",
		repository + "b.png":   "no such file",
		"":                     "isn't a URL",
	} {
		if got := follow(tree, "README.md", to); got != want {
			t.Errorf("%q: got %q, want %q", to, got, want)
		}
	}
	if got := follow(tree, "docs/a.md", "../README.md#twice"); got != "" {
		t.Errorf("from another folder: got %q", got)
	}
	for file, want := range map[string][2]int{"README.md": {2, 3}, "docs/a.md": {1, 2}} {
		broken, checked := check(t, tree, []string{file})
		if len(broken) != want[0] || checked != want[1] {
			t.Errorf("in %s: got %d links, and %q", file, checked, broken)
		}
	}
}
