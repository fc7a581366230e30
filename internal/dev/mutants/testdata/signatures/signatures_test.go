package signatures

import "testing"

func TestSignatures(t *testing.T) {
	set := Set[int]{}
	set.Add(1, 2)
	if !set[1] || !set[2] {
		t.Error("it does not add")
	}
	if got := set.Kind(1, "numbers", true); got != "set of numbers" {
		t.Error(got)
	}
	if first, ok := First([]int{7, 8}); first != 7 || !ok {
		t.Error(first, ok)
	}
	if first, ok := First([]int{}); first != 0 || ok {
		t.Error(first, ok)
	}
	if got := Answer(1, "a"); got != 42 {
		t.Error(got)
	}
	if got := Twice(3); got != 6 {
		t.Error(got)
	}
}
