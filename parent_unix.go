//go:build !windows

package main

import (
	"os"
	"time"
)

// waitForExit returns once the parent process has ended: the kernel then
// reparents this process. Not all systems have an event for it.
func waitForExit(parent int) {
	poll := time.NewTicker(time.Second)
	defer poll.Stop()
	for os.Getppid() == parent {
		<-poll.C
	}
}
