// Package words keeps the language of this repository to the glossary in
// CONTRIBUTING.md: comments, longer strings, docs, templates, workflows and
// examples use the established terms of Go, Terraform, HTTP and Cloudflare.
package words

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
)

// phrase is a wording to avoid.
type phrase struct {
	pattern *regexp.Regexp
	stems   []string // each match contains one of them, in lower case
	instead string
	allowed *regexp.Regexp // matches that are fine; nil for none
}

func avoid(pattern, instead, allowed string) phrase {
	// A phrase may continue on the next line.
	pattern = `(?i)` + strings.ReplaceAll(pattern, " ", `\s+`)
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic(err)
	}
	p := phrase{pattern: regexp.MustCompile(pattern), stems: stemsOf(parsed), instead: instead}
	if allowed != "" {
		p.allowed = regexp.MustCompile(`(?i)` + allowed)
	}
	return p
}

// stemsOf returns literals such that each match contains at least one of them,
// or nil. Most strings contain none, and need no regular expression.
func stemsOf(pattern *syntax.Regexp) (stems []string) {
	shortest := func(stems []string) int {
		return len(slices.MinFunc(stems, func(a, b string) int { return len(a) - len(b) }))
	}
	switch pattern.Op { //nolint:exhaustive // the others may match without a literal
	case syntax.OpLiteral:
		return []string{strings.ToLower(string(pattern.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return stemsOf(pattern.Sub[0])
	case syntax.OpConcat: // the longest literals select best
		for _, sub := range pattern.Sub {
			if found := stemsOf(sub); found != nil && (stems == nil || shortest(found) > shortest(stems)) {
				stems = found
			}
		}
	case syntax.OpAlternate:
		for _, sub := range pattern.Sub {
			found := stemsOf(sub)
			if found == nil {
				return nil
			}
			stems = append(stems, found...)
		}
	}
	return stems
}

// mayMatch reports whether lower-case text contains a stem of the phrase.
func (p phrase) mayMatch(text string) bool {
	return p.stems == nil || slices.ContainsFunc(p.stems, func(stem string) bool { return strings.Contains(text, stem) })
}

// phrases are matched against one paragraph at a time. The field allowed is
// matched against the phrase and the 20 characters on each side of it.
var phrases = []phrase{
	avoid(`\banswer(s|ed|ing)?\b`, "response, return", ""),
	avoid(`\b(un)?(tells?|told|telling)\b`, "report, log, say, distinguish", ""),
	avoid(`\bask(s|ed|ing)?\b`, "request, call", `ask(s|ed)? for (confirmation|approval)`),
	avoid(`\b(stands?|stood|standing)\b`, "is, appears", `stand-in`),
	avoid(`\bstand-in\b`, "fake API", `(make |: |\.PHONY: ?)stand-in|stand-in: fake-api`),
	avoid(`\bpictures?\b`, "image, image file, file", `<picture>|picture (element|tag)`),
	avoid(`\bengines?\b`, "Terraform, or Terraform and OpenTofu", `package engine|engine\.[A-Z]|dev/engine|matrix\.engine|(?-i:ENGINE)|make .*engine|engine ##|: engine|engine: |(^|\s)engines? (is the path|returns|provides)|the engine of the matrix|no-engine`),
	avoid(`\brefus(es?|ed|ing|als?)\b`, "reject, deny, fail", `connections? (was |is |were |are )?(being )?refused|refused (the )?connection`),
	avoid(`\bodd(ly)?\b`, "unrecognized, malformed, unexpected", `odd number`),
	avoid(`\bbeside\b`, "in addition to, next to", `typo: `),
	avoid(`\b(anew|lately|anyhow|once more|all the same|for good)\b`, "again, recently, anyway, permanently", `typo: `),
	avoid(`\bat once\b`, "immediately, at the same time", ""),
	avoid(`\bmend(s|ed|ing)?\b`, "fix", `typo: `),
	avoid(`\b(is|are|was) whether\b`, "reports whether", ""),
	avoid(`\b(takes? note|took note|notes? whether)\b`, "records", ""),
	avoid(`\b(is|are|was|were) no [a-z]+`, "isn't a, aren't", `there (is|are|was|were) no |(is|are|was|were) no (longer|more|less|worse|other)\b`),
	avoid(`\b(is|are) (none|nothing but)\b`, "isn't one, are only", `there (is|are) none`),
	avoid(`\belse than\b`, "other than", ""),
	avoid(`\bothers than\b`, "other than", ""),
	avoid(`(^|[.:;!?] )Where (there|it|its|no|none|nothing|nobody|one|a|an|the|that|this|they|neither|both|only|another|several)\b`, "if, when", ""),
	avoid(`, where (there|it|none|nothing|nobody|one|neither|both) (is|are|was|has|have)\b`, "if, when", ""),
	avoid(`\b(takes?|took|taken|taking) over\b|\btakeovers?\b`, "import, migrate", ""),
	avoid(`\b(takes?|took|taken|taking) in\b`, "import", `taken in (a|one|the|two)\b`),
	avoid(`\bwhole numbers?\b`, "integer", ""),
	avoid(`\b(a|the|its|one|another|each|every|any) text\b|\btexts\b`, "string", ""),
	avoid(`\bof (its|one's|their|your|our|my|his) own\b`, "custom, separate, the provider's", ""),
	avoid(`\bwhat (is|was|are|were) (there|asked|left|read|sent|known|told|wanted|made|needed|missing|taken|stored|written|not|to be|in)\b`, "name it", ""),
	avoid(`\bwhat (it|they|one|nobody|somebody) (is|was|are|were|has|have|says|said|holds|held|brings?|brought)\b`, "name it", ""),
	avoid(`\b(may|might) be done\b|\bin doubt\b`, "may have been applied, ambiguous", ""),
	avoid(`\bvacated\b`, "recently deleted", ""),
	avoid(`\b(im)?patien(ce|t|tly)\b`, "wait budget", ""),
	avoid(`\b(lets?|letting) go\b`, "removes from state", ""),
	avoid(`\b(brings?|brought)\b`, "returns, returned", ""),
	avoid(`\bfit to be\b`, "safe to, can be", ""),
	avoid(`\bnot be (mended|told)\b`, "fix, report", ""),
	avoid(`\bbatons?\b`, "token", ""),
	avoid(`\bbarren\b`, "empty", ""),
	avoid(`\bhands? (it|them|on|over|its|the)\b`, "passes", ""),
	avoid(`\bmakes? (an? |the |another |one )?(image|variant|key|draft)s?\b|\bmade (by|in) (the|this) (same )?(run|apply)\b`, "create", `make the image private`),
	avoid(`\b(is|are|was|were|be|been) made\b`, "created, generated", `(is|are|was|were|be|been) made (of|available|from|to|up|by hand)`),
	avoid(`\bwithout a word\b`, "silently", ""),
	avoid(`\b(the|an?|each|every|its) (two|several|many) of them\b`, "both, all", ""),
	avoid(`\bby its letter\b|\bto its letter\b`, "strictly", ""),
	avoid(`\bcapitals matter\b`, "case-sensitive", ""),
	avoid(`\bhalf-?way\b`, "partially", ""),
	avoid(`\bin plain words\b`, "clearly", ""),
	avoid(`\bnot looked at\b`, "not checked", ""),
	avoid(`\b(is|are) obeyed\b`, "is honored", ""),
	avoid(`\bleads? (it |them |one |you )?(to|into|there|elsewhere)\b`, "points to", ""),
	avoid(`\b(goes|go|went) to the (engine|user|state)\b`, "is sent to", ""),
	avoid(`\bcut short\b`, "truncated", ""),
	avoid(`\bsort of\b|\bsuch a one\b|\bof such\b`, "of this kind", ""),
}

// finding is a phrase that was found.
type finding struct {
	file    string
	line    int
	found   string
	instead string
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %q: write %s", f.file, f.line, f.found, f.instead)
}

// passage is text to check, and where it begins.
type passage struct {
	text string
	line int
}

// check returns the phrases in a file of a tree.
func check(tree fs.FS, file string) ([]finding, error) {
	content, err := fs.ReadFile(tree, file)
	if err != nil {
		return nil, err
	}
	var passages []passage
	switch path.Ext(file) {
	case ".go":
		if passages, err = ofGo(file, content); err != nil {
			return nil, err
		}
	case ".md", ".tmpl":
		passages = ofMarkdown(string(content))
	default:
		passages = ofLines(string(content))
	}
	var findings []finding
	for _, p := range passages {
		lower := strings.ToLower(p.text)
		for _, phrase := range phrases {
			if !phrase.mayMatch(lower) {
				continue
			}
			for _, at := range phrase.pattern.FindAllStringIndex(p.text, -1) {
				around := p.text[max(at[0]-20, 0):min(at[1]+20, len(p.text))]
				if phrase.allowed == nil || !phrase.allowed.MatchString(around) {
					line := p.line + strings.Count(p.text[:at[0]], "\n")
					found := strings.Join(strings.Fields(p.text[at[0]:at[1]]), " ")
					findings = append(findings, finding{file, line, found, phrase.instead})
				}
			}
		}
	}
	slices.SortStableFunc(findings, func(a, b finding) int { return a.line - b.line })
	return findings, nil
}

// minWords is the minimum number of words of a string that is checked; shorter
// ones are mostly identifiers and data.
const minWords = 4

// ofGo returns the comments of a Go file, and its strings of several words.
func ofGo(name string, content []byte) (passages []passage, err error) {
	positions := token.NewFileSet()
	file, err := parser.ParseFile(positions, name, content, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	for _, group := range file.Comments {
		text := make([]string, 0, len(group.List))
		for _, comment := range group.List {
			text = append(text, strings.TrimPrefix(comment.Text, "//"))
		}
		passages = append(passages, passage{strings.Join(text, "\n"), positions.Position(group.Pos()).Line})
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			text, err := strconv.Unquote(literal.Value)
			if literal.Value[0] == '"' { // in one line of the file
				text = strings.ReplaceAll(text, "\n", " ")
			}
			if err == nil && len(strings.Fields(text)) >= minWords {
				passages = append(passages, passage{code.ReplaceAllString(text, "CODE"), positions.Position(literal.Pos()).Line})
			}
		}
		return true
	})
	return passages, nil
}

var (
	fence = regexp.MustCompile("(?ms)^ *```.*?^ *```+ *$")
	code  = regexp.MustCompile("`[^`\n]*`")
	// glossary is the part of CONTRIBUTING.md that lists what to avoid.
	glossary = regexp.MustCompile(`(?ms)^## Words$.*?(^## )`)
)

// ofMarkdown returns the prose of a page, line by line; a paragraph is one
// line.
func ofMarkdown(page string) []passage {
	blank := func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) }
	for _, pattern := range []*regexp.Regexp{glossary, fence} {
		page = pattern.ReplaceAllStringFunc(page, blank)
	}
	return ofLines(code.ReplaceAllString(page, "CODE"))
}

func ofLines(text string) (passages []passage) {
	for i, line := range strings.Split(text, "\n") {
		passages = append(passages, passage{line, i + 1})
	}
	return passages
}

// files returns the files of a tree that people read, sorted.
func files(tree fs.FS) (names []string, err error) {
	skipped := []string{".git", ".bin", "dist", "testdata", "tools", "words"}
	checked := []string{".go", ".md", ".tmpl", ".yml", ".yaml", ".tf", ".hcl"}
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(skipped, entry.Name()):
			return fs.SkipDir
		case !entry.IsDir() && (slices.Contains(checked, path.Ext(name)) || entry.Name() == "GNUmakefile"):
			names = append(names, name)
		}
		return nil
	})
	return names, err
}
