package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Functions of every form are changed in the build that mutants share, and one
// that does not compile keeps no other from it.
func TestMerge(t *testing.T) {
	t.Parallel()
	r, err := mutatePackage(t.Context(), new(strings.Builder), "./testdata/signatures", selection{workers: 1, patience: 10 * time.Second}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]outcome{
		"Set[T].Add: remove s[value] = true":           notViable,
		"Set[T].Add: s[value] = [true -> false]":       killed,
		`Set[T].Kind: return ["set of " + name -> ""]`: killed,
		`Set[T].Kind: "set of " [+ -> -] name`:         notViable,
		"First: never len(list) == 0":                  killed,
		"First: len(list) [== -> !=] 0":                killed,
		"First: len(list) == [0 -> 1]":                 killed,
		"First: return [first -> *new(T)], false":      survived,
		"First: return first, [false -> true]":         killed,
		"First: return [list[0] -> *new(T)], true":     killed,
		"First: return list[0], [true -> false]":       killed,
		"First: list[[0 -> 1]]":                        killed,
		"Answer: return [42 -> 0]":                     killed,
		"Answer: return [42 -> 43]":                    killed,
		"Twice: 2 [* -> /] size":                       killed,
		"Twice: [2 -> 3] * size":                       killed,
		"Twice: return [twice -> 0]":                   notViable,
	}
	got := map[string]outcome{}
	for i, m := range r.mutants {
		got[strings.TrimPrefix(m.id, "signatures/signatures.go ")] = r.results[i]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}
