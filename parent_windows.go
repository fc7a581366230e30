package main

import "os"

// waitForExit returns once the parent process has ended. If the parent cannot be
// observed, it never returns. A process that took the parent's ID in the meantime
// only delays the end.
func waitForExit(parent int) {
	process, err := os.FindProcess(parent)
	if err == nil {
		_, err = process.Wait()
	}
	if err != nil {
		select {}
	}
}
