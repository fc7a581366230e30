package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// mutant is one small change of one file.
type mutant struct {
	// id tells the folder, the file, the function and the change. It holds no
	// line, so that it stands while lines move.
	id       string
	file     string
	from, to position // what is replaced
	function [2]position
	source   string // the whole file, changed

	start, end int // the same as from and to, as offsets
	text       string
	number     int // in the build that it shares, from 1; 0 where it has a build of its own
}

// scope is the file and the function.
func (m mutant) scope() string {
	scope, _, _ := strings.Cut(m.id, ": ")
	return scope
}

// position orders places in a file by line, then by column.
type position int

func at(p token.Position) position { return position(p.Line<<16 | p.Column) }

// finder collects the mutants of one file.
type finder struct {
	fset     *token.FileSet
	file     string
	source   string
	scope    ast.Node // the function, or the declaration outside of functions
	name     string   // of scope
	inside   bool     // scope is a function
	found    []mutant
	namesake map[string]int // how many mutants have an ID already
}

// mutants finds all mutants of a Go file.
func mutants(file string) ([]mutant, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	f := &finder{fset: token.NewFileSet(), file: file, source: string(source), namesake: map[string]int{}}
	parsed, err := parser.ParseFile(f.fset, file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, declaration := range parsed.Decls {
		switch declaration := declaration.(type) {
		case *ast.FuncDecl:
			if declaration.Body == nil {
				continue
			}
			f.scope, f.name, f.inside = declaration, declaration.Name.Name, true
			if declaration.Recv != nil {
				f.name = strings.TrimLeft(f.text(declaration.Recv.List[0].Type), "*") + "." + f.name
			}
			ast.PreorderStack(declaration.Body, []ast.Node{declaration}, f.visit)
		case *ast.GenDecl:
			for _, spec := range declaration.Specs {
				if value, ok := spec.(*ast.ValueSpec); ok {
					f.scope, f.name, f.inside = value, value.Names[0].Name, false
					ast.PreorderStack(value, nil, f.visit)
				}
			}
		}
	}
	return f.found, nil
}

// swaps are the operators that are taken for one another.
var swaps = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.LAND: token.LOR, token.LOR: token.LAND,
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL,
}

// visit changes one node in every way there is for it.
func (f *finder) visit(node ast.Node, stack []ast.Node) bool {
	switch node := node.(type) {
	case *ast.BinaryExpr:
		if other, ok := swaps[node.Op]; ok {
			f.within(node, node.OpPos, node.OpPos+token.Pos(len(node.Op.String())), other.String())
		}
	case *ast.UnaryExpr:
		if node.Op == token.NOT || node.Op == token.SUB {
			f.within(node, node.OpPos, node.OpPos+1, "")
		}
	case *ast.BasicLit:
		if number, err := strconv.ParseInt(node.Value, 0, 64); err == nil && node.Kind == token.INT {
			f.within(stack[len(stack)-1], node.Pos(), node.End(), strconv.FormatInt(number+1, 10))
		}
	case *ast.Ident:
		if other, ok := map[string]string{"true": "false", "false": "true"}[node.Name]; ok {
			f.within(stack[len(stack)-1], node.Pos(), node.End(), other)
		}
	case *ast.IfStmt:
		f.condition(node.Cond)
	case *ast.ForStmt:
		if node.Cond != nil {
			f.whole("negate", node.Cond, node.Cond.Pos(), node.Cond.End(), "!("+f.text(node.Cond)+")")
		}
	case *ast.CaseClause:
		if parent, ok := stack[len(stack)-2].(*ast.SwitchStmt); ok && parent.Tag == nil {
			for _, condition := range node.List {
				f.condition(condition)
			}
		}
		f.statements(node.Body)
	case *ast.CommClause:
		f.statements(node.Body)
	case *ast.BlockStmt:
		f.statements(node.List)
	case *ast.ReturnStmt:
		f.results(node, stack)
	}
	return true
}

// condition turns a condition round, unless its own operator is turned round
// anyway, and makes it never hold.
func (f *finder) condition(c ast.Expr) {
	text := f.text(c)
	binary, isBinary := c.(*ast.BinaryExpr)
	unary, isUnary := c.(*ast.UnaryExpr)
	turned := isBinary && (binary.Op == token.EQL || binary.Op == token.NEQ) || isUnary && unary.Op == token.NOT
	if !turned {
		f.whole("negate", c, c.Pos(), c.End(), "!("+text+")")
	}
	f.whole("never", c, c.Pos(), c.End(), "false && ("+text+")")
}

// statements leaves out each statement that the others can do without. What is
// assigned is still worked out, so that its variables stay in use.
func (f *finder) statements(list []ast.Stmt) {
	for _, statement := range list {
		switch s := statement.(type) {
		case *ast.ExprStmt, *ast.IncDecStmt, *ast.SendStmt, *ast.DeferStmt, *ast.GoStmt, *ast.BranchStmt:
			f.whole("remove", s, s.Pos(), s.End(), "")
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE && f.text(s.Lhs[0]) != "_" {
				f.whole("remove", s, s.Pos(), s.Rhs[0].Pos(), strings.Repeat("_, ", len(s.Lhs)-1)+"_ = ")
			}
		}
	}
}

// results returns the zero value instead of each result.
func (f *finder) results(statement *ast.ReturnStmt, stack []ast.Node) {
	var declared *ast.FieldList
	for _, node := range stack {
		switch node := node.(type) {
		case *ast.FuncDecl:
			declared = node.Type.Results
		case *ast.FuncLit:
			declared = node.Type.Results
		}
	}
	if declared == nil || len(statement.Results) == 0 {
		return
	}
	var zeros []string
	for _, field := range declared.List {
		for range max(1, len(field.Names)) {
			zeros = append(zeros, zero(f.text(field.Type)))
		}
	}
	if len(statement.Results) != len(zeros) { // those of one call
		f.within(statement, statement.Results[0].Pos(), statement.End(), strings.Join(zeros, ", "))
		return
	}
	for i, result := range statement.Results {
		text := f.text(result)
		isZero := text == "nil" || text == "0" && strings.HasPrefix(zeros[i], "*new(") // whatever type it is of
		if text != zeros[i] && !isZero && "*new("+strings.TrimSuffix(text, "{}")+")" != zeros[i] && text != "true" {
			f.within(statement, result.Pos(), result.End(), zeros[i])
		}
	}
}

func zero(kind string) string {
	switch {
	case kind == "error" || kind == "any" || strings.HasPrefix(kind, "*") || strings.HasPrefix(kind, "[]") ||
		strings.HasPrefix(kind, "map[") || strings.HasPrefix(kind, "func"):
		return "nil"
	case kind == "string":
		return `""`
	case kind == "bool":
		return "false"
	case kind == "int" || kind == "int64" || kind == "float64":
		return "0"
	}
	return "*new(" + kind + ")"
}

// within changes a part of a node, and tells the node around it.
func (f *finder) within(node ast.Node, from, to token.Pos, text string) {
	start, end := f.offsets(from, to)
	first, last := f.offsets(node.Pos(), node.End())
	before, after := f.source[first:start], f.source[end:last]
	const around = 50
	if cut := len(before) - around; cut > 0 {
		before = "…" + before[cut:]
	}
	f.append(before+"["+shorten(f.source[start:end])+" -> "+text+"]"+shorten(after), from, to, text)
}

// whole changes a node as a whole.
func (f *finder) whole(how string, node ast.Node, from, to token.Pos, text string) {
	f.append(how+" "+shorten(f.text(node)), from, to, text)
}

func shorten(text string) string {
	const longest = 100
	if len(text) > longest {
		return text[:longest] + "…"
	}
	return text
}

func (f *finder) append(what string, from, to token.Pos, text string) {
	place := filepath.Base(filepath.Dir(f.file)) + "/" + filepath.Base(f.file) + " " + f.name
	id := strings.ToValidUTF8(place+": "+strings.Join(strings.Fields(what), " "), "")
	f.namesake[id]++
	if number := f.namesake[id]; number > 1 {
		id += fmt.Sprintf(" (%d)", number)
	}
	start, end := f.offsets(from, to)
	m := mutant{id: id, file: f.file, source: f.source[:start] + text + f.source[end:], start: start, end: end, text: text}
	m.from, m.to = at(f.fset.Position(from)), at(f.fset.Position(to))
	if f.inside {
		m.function = [2]position{at(f.fset.Position(f.scope.Pos())), at(f.fset.Position(f.scope.End()))}
	}
	f.found = append(f.found, m)
}

func (f *finder) offsets(from, to token.Pos) (start, end int) {
	return f.fset.Position(from).Offset, f.fset.Position(to).Offset
}

func (f *finder) text(node ast.Node) string {
	start, end := f.offsets(node.Pos(), node.End())
	return f.source[start:end]
}
