// Package sample is mutated by the tests of the command.
package sample

import "errors"

// Limit is the largest size.
const Limit = 10

// Fits tells whether a size is not too large.
func Fits(size int) bool {
	return size <= Limit
}

// Half is tested without a look at what it gives.
func Half(size int) (int, error) {
	if size < 0 {
		return 0, errors.New("negative")
	}
	return size / 2, nil
}

// Countdown never ends where it counts upwards.
func Countdown(from int) (steps int) {
	for from > 0 {
		from--
		steps++
	}
	return steps
}

// Untested is what no test runs.
func Untested() bool {
	return !Fits(Limit)
}
