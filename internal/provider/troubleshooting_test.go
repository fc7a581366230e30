package provider

import (
	"crypto/tls"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// summaryAt is the index of the summary argument, by function.
var summaryAt = map[string]int{
	"AddError": 0, "AddWarning": 0, "NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0,
	"AddAttributeError": 1, "AddAttributeWarning": 1, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
	"NewArgumentFuncError": 1, "NewFuncError": 0,
	"Warn": 1, "Error": 1, // of tflog
}

var placeholder = regexp.MustCompile(`%[^a-zA-Z%]*[a-zA-Z]`)

// pattern returns the string of an expression, with an ellipsis for variable
// parts.
func pattern(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return text
		}
	case *ast.BinaryExpr:
		return pattern(e.X) + pattern(e.Y)
	case *ast.CallExpr:
		if f, ok := e.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Sprintf" {
			return placeholder.ReplaceAllString(pattern(e.Args[0]), "…")
		}
	}
	return "…"
}

// summariesOf returns the summaries in the calls of a file, and the number of
// calls whose summary is passed in.
func summariesOf(t *testing.T, name string, source any) (found map[string]bool, elsewhere int) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	found = map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		f, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		at, ok := summaryAt[f.Sel.Name]
		if !ok || len(call.Args) <= at {
			return true
		}
		if summary := pattern(call.Args[at]); strings.Trim(summary, "… ") != "" {
			found[summary] = true
		} else {
			elsewhere++
		}
		return true
	})
	return found, elsewhere
}

// elsewhere is the number of calls in a file whose summary is passed in: from
// the error rules, or from the package delivery, whose messages name the
// argument and its rule.
var elsewhere = map[string]int{
	"base.go":                        1, // errors that Configure deferred
	"api_error.go":                   2,
	"functions.go":                   2,
	"flexible_variant_function.go":   1,
	"image_info_function.go":         2,
	"transformation_url_function.go": 1,
}

// failureSummaries returns the entries for errorRules.
func failureSummaries() map[string]bool {
	found := map[string]bool{}
	for act := range actions {
		for _, row := range errorRules {
			for _, err := range []*client.Error{
				{Kind: row.kind},
				{Kind: row.kind, Attempts: 1},
				{Kind: row.kind, Attempts: 1, MaybeApplied: true},
				{Kind: row.kind, Attempts: 1, Messages: []client.Message{{Code: client.CodeLimit}}},
				{Kind: row.kind, Attempts: 1, Messages: []client.Message{{Code: client.CodeLimit, Text: "limit: 0"}}},
				{Kind: row.kind, Attempts: 1, Err: &tls.CertificateVerificationError{Err: errors.New("x")}},
				{Kind: row.kind, Attempts: 1, Err: tls.RecordHeaderError{}},
				{Kind: row.kind, Attempts: 1, Err: &net.OpError{Op: "remote error", Err: errors.New("x")}},
			} {
				for _, object := range []objectType{objectImage, objectVariant, objectSigningKeys} {
					found[entryOf(operation{action: action(act), object: object}.diagnostic(err).Summary())] = true
				}
			}
		}
	}
	return found
}

// entryOf returns the entry for a summary: one for each reason, and one for all
// ambiguous outcomes, whose fix is the same.
func entryOf(summary string) string {
	if strings.Contains(summary, "; it may have been ") {
		return "Unable to … Cloudflare …: …; it may have been …"
	}
	_, reason, _ := strings.Cut(summary, ": ")
	return "Unable to … Cloudflare …: " + reason
}

// Every diagnostic has an entry on the troubleshooting page, and every entry
// has a diagnostic.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	want := failureSummaries()
	want["Unable to … Cloudflare …: unexpected error"] = true
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		found, others := summariesOf(t, file, nil)
		maps.Copy(want, found)
		if others != elsewhere[file] {
			t.Errorf(
				"%s: %d diagnostics have a summary that this test cannot read, want %d: use a literal in the call", file, others,
				elsewhere[file],
			)
		}
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "guides", "troubleshooting.md"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for section := range strings.SplitSeq(string(page), "\n### ") {
		title, entry, _ := strings.Cut(section, "\n")
		if strings.HasPrefix(title, "---") {
			continue // the front matter
		}
		got[title] = true
		for _, problem := range entryProblems(entry) {
			t.Errorf("%s: %s", title, problem)
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("entries of docs/guides/troubleshooting.md (-diagnostics +entries):\n%s", diff)
	}
}

var leadIn = regexp.MustCompile(`(?m)^\*\*(Cause|Fix):\*\* (.*)$`)

// entryProblems checks that an entry states one cause and one fix, in this
// order, in sentences.
func entryProblems(entry string) (problems []string) {
	var order []string
	for _, match := range leadIn.FindAllStringSubmatch(entry, -1) {
		order = append(order, match[1])
		if !sentence.MatchString(match[2]) {
			problems = append(problems, fmt.Sprintf("the %s is not a sentence: %q", strings.ToLower(match[1]), match[2]))
		}
	}
	if !slices.Equal(order, []string{"Cause", "Fix"}) {
		problems = append(problems, fmt.Sprintf("want a cause and a fix, got %q", order))
	}
	return problems
}

// The check itself finds incomplete entries.
func TestEntryProblems(t *testing.T) {
	t.Parallel()
	for entry, want := range map[string]int{
		"\n**Cause:** It broke.\n\n**Fix:** Repair it.\n":   0,
		"\n**Cause:** It broke.\n":                          1,
		"\n**Fix:** Repair it.\n\n**Cause:** It broke.\n":   1,
		"\n**Cause:** it broke\n\n**Fix:** Repair it.\n":    1,
		"\nIt broke. Repair it.\n":                          1,
		"\n**Cause:** It broke.\n\n**Fix:** repair it\n":    1,
		"\nSee **Cause:** It broke.\n**Fix:** Repair it.\n": 1,
	} {
		if got := entryProblems(entry); len(got) != want {
			t.Errorf("%q: got %q, want %d problems", entry, got, want)
		}
	}
}

// The check itself finds the summaries.
func TestSummariesOf(t *testing.T) {
	t.Parallel()
	found, others := summariesOf(t, "x.go", `package x
func f() {
	diags.AddError("One", "detail")
	diags.AddAttributeError(path, "Two "+name+" of "+kind, "detail")
	diag.NewWarningDiagnostic(fmt.Sprintf("Three %[1]q and %-5s", a, b), "detail")
	diags.AddError(summary, "detail")
	other.Call("Four", "detail")
	tflog.Warn(ctx, "Five")
}`)
	want := []string{"Five", "One", "Three … and …", "Two … of …"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(found))); diff != "" {
		t.Errorf("summaries (-want +got):\n%s", diff)
	}
	if others != 1 {
		t.Errorf("summaries from elsewhere: got %d, want 1", others)
	}
}
