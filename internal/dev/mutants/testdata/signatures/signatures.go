// Package signatures has a function of each form, for the tests of the command.
package signatures

// Set has a parameter of its own.
type Set[T comparable] map[T]bool

// Add takes any number of values, and returns nothing.
func (s Set[T]) Add(values ...T) {
	for _, value := range values {
		s[value] = true
	}
}

// Kind names neither its receiver nor all that it is given.
func (Set[T]) Kind(_ int, name string, _ ...bool) string { return "set of " + name }

// First is generic.
func First[T any, L ~[]T](list L) (first T, ok bool) {
	if len(list) == 0 {
		return first, false
	}
	return list[0], true
}

// Answer names nothing.
func Answer(int, ...string) int { return 42 }

// Twice has a variable, which each mutant must use.
func Twice(size int) int {
	twice := 2 * size
	return twice
}
