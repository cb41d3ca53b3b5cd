// Package check ends a program at the first thing that does not hold.
package check

import "log"

// Must gives the value of a call that may not fail.
func Must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// That ends the program with `what` unless `holds`.
func That(holds bool, what string) {
	if !holds {
		log.Fatal(what)
	}
}
