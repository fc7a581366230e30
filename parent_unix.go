//go:build !windows

package main

import (
	"os"
	"time"
)

// waitForExit returns once the parent process has ended: the kernel then gives this
// process another parent. There is no event for that on all systems.
func waitForExit(parent int) {
	poll := time.NewTicker(time.Second)
	defer poll.Stop()
	for os.Getppid() == parent {
		<-poll.C
	}
}
