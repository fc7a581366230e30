package main

import (
	"os"
	"sync"
	"time"
)

// lastWrite bounds how long a write that is under way may go on without
// Terraform. The longest is the re-upload of an image, which the client bounds
// by 10 minutes plus an allowance for the size of the file.
const lastWrite = 15 * time.Minute

// exitAfter ends this process once the parent process has ended and no write is
// under way. Terraform ends its providers, unless it is killed: then they would
// wait for requests forever. Each write holds the lock for reading.
func exitAfter(parent int, writes *sync.RWMutex) {
	waitForExit(parent)
	time.AfterFunc(lastWrite, func() { os.Exit(1) })
	writes.Lock() // never unlocked, so that no write begins
	os.Exit(0)
}
