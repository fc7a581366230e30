package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A build takes longer than most tests do, so the mutants of functions share
// one: each is a copy of its function, and the function begins with a switch
// that leads to the one that the environment asks for.

// askedFor is the variable with the number of a mutant.
const askedFor = "MUTANT"

const switchFile = `package %s

import (
	"os"
	"strconv"
)

var mutantAskedFor, _ = strconv.Atoi(os.Getenv("` + askedFor + `"))
`

// merge builds the tests around all mutants of functions that may still be
// alive, and finds those that do not compile.
func (s *suite) merge(ctx context.Context, folder string, r *report) error {
	for {
		files := map[string]string{filepath.Join(s.Dir, "mutant_switch.go"): fmt.Sprintf(switchFile, s.Name)}
		ends := map[string][]copied{}
		for _, name := range s.GoFiles {
			file := filepath.Join(s.Dir, name)
			var alive []int
			for i, m := range r.mutants {
				if m.file == file && m.function[1] != 0 && r.results[i] == "" {
					alive = append(alive, i)
				}
			}
			var err error
			if files[file], ends[name], err = mergeFile(file, r.mutants, alive); err != nil {
				return err
			}
		}
		output, err := s.build(ctx, folder, files)
		if err == nil {
			s.merged = folder
			return nil
		}
		found := false
		for _, problem := range compilerError.FindAllStringSubmatch(string(output), -1) {
			line, _ := strconv.Atoi(problem[2])
			for _, c := range ends[problem[1]] {
				if c.from <= line && line <= c.to {
					r.results[c.mutant], found = notViable, true
				}
			}
		}
		if !found {
			return fmt.Errorf("build the tests with all mutants: %w\n%s", err, output)
		}
	}
}

// checkMerged makes sure that the build that mutants share is as good as the
// code where none of them is asked for.
func (s *suite) checkMerged(ctx context.Context, patience time.Duration) error {
	result, killer, err := s.run(ctx, mutant{}, s.merged, s.reaching(mutant{}), patience)
	if err == nil && result != survived {
		err = fmt.Errorf("the tests of the build that mutants share were %s by %s, with no mutant", result, killer)
	}
	return err
}

var compilerError = regexp.MustCompile(`(?m)^\S*?([^/\\\s]+\.go):(\d+):`)

// build builds the tests with other files in place of some, without a change
// to any. What the tests build is built so as well.
func (s *suite) build(ctx context.Context, folder string, files map[string]string) (output []byte, err error) {
	replace := map[string]string{}
	for name, content := range files {
		replace[name] = filepath.Join(folder, filepath.Base(name))
		if err := os.WriteFile(replace[name], []byte(content), 0o600); err != nil {
			return nil, err
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	overlayFile := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		return nil, err
	}
	return exec.CommandContext(ctx, "go", "test", "-c", "-ldflags=-w", "-gcflags=-e", "-overlay", overlayFile,
		"-o", filepath.Join(folder, "mutant.test"), s.ImportPath).CombinedOutput()
}

// copied is where the copy of a function stands, in lines.
type copied struct{ mutant, from, to int }

// mergeFile is a file with the copies behind it. The lines that were there
// before keep their numbers.
func mergeFile(file string, mutants []mutant, alive []int) (source string, copies []copied, err error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", nil, err
	}
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, content, parser.SkipObjectResolution)
	if err != nil {
		return "", nil, err
	}
	base := fset.File(parsed.FileStart).Base()
	var edits []edit
	var behind bytes.Buffer
	line := 1 + bytes.Count(content, []byte("\n"))
	for _, declaration := range parsed.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok || function.Body == nil {
			continue
		}
		start, end := int(function.Pos())-base, int(function.End())-base
		way := function.Name.Name
		var cases strings.Builder
		call, named := callOf(function, base)
		for _, i := range alive {
			m := mutants[i]
			if m.start < start || m.end > end {
				continue
			}
			fmt.Fprintf(&cases, "case %d: %s; ", i+1, fmt.Sprintf(call, fmt.Sprintf("mutant%d", i+1)))
			at := int(function.Name.Pos()) - base
			copyOf := fmt.Sprintf("\n%smutant%d%s%s%s\n", content[start:at], i+1, content[at+len(way):m.start], m.text, content[m.end:end])
			behind.WriteString(copyOf)
			copies = append(copies, copied{i, line + 1, line + strings.Count(copyOf, "\n")})
			line += strings.Count(copyOf, "\n")
		}
		if cases.Len() > 0 {
			body := int(function.Body.Lbrace) - base + 1
			edits = append(append(edits, named...), edit{body, body, " switch mutantAskedFor { " + cases.String() + "}; "})
		}
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(b.from, a.from) })
	for _, e := range edits {
		content = slices.Concat(content[:e.from], []byte(e.text), content[e.to:])
	}
	return string(content) + behind.String(), copies, nil
}

// edit replaces a part of a file, from one offset to another.
type edit struct {
	from, to int
	text     string
}

// callOf is a format for a call of a function by another name, with its own
// receiver and parameters, and what gives those names that have none.
func callOf(function *ast.FuncDecl, base int) (call string, named []edit) {
	name := func(field *ast.Field) (names []string) {
		for _, ident := range field.Names {
			if ident.Name == "_" {
				fresh := fmt.Sprintf("mutantGiven%d", ident.Pos())
				named = append(named, edit{int(ident.Pos()) - base, int(ident.End()) - base, fresh})
				names = append(names, fresh)
				continue
			}
			names = append(names, ident.Name)
		}
		if names == nil {
			names = []string{fmt.Sprintf("mutantGiven%d", field.Type.Pos())}
			named = append(named, edit{int(field.Type.Pos()) - base, int(field.Type.Pos()) - base, names[0] + " "})
		}
		if _, variadic := field.Type.(*ast.Ellipsis); variadic {
			names[len(names)-1] += "..."
		}
		return names
	}
	call = "%s"
	if function.Recv != nil {
		call = name(function.Recv.List[0])[0] + ".%s"
	}
	var kinds, given []string
	if function.Type.TypeParams != nil {
		for _, field := range function.Type.TypeParams.List {
			for _, ident := range field.Names {
				kinds = append(kinds, ident.Name)
			}
		}
		call += "[" + strings.Join(kinds, ", ") + "]"
	}
	for _, field := range function.Type.Params.List {
		given = append(given, name(field)...)
	}
	call += "(" + strings.Join(given, ", ") + ")"
	if function.Type.Results == nil {
		return call + "; return", named
	}
	return "return " + call, named
}
