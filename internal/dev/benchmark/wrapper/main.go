//go:build linux

// Command wrapper runs the provider named by BENCHMARK_PROVIDER in place of
// itself, and writes the resources that the process used to the file named by
// BENCHMARK_USAGE, as JSON: CPU time in nanoseconds and peak resident memory in
// bytes.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"syscall"
)

func main() {
	getenv := os.Getenv //nolint:forbidigo // Terraform passes only the environment

	child := exec.Command(getenv("BENCHMARK_PROVIDER"), os.Args[1:]...) //nolint:noctx,gosec // it ends with its parent
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	_ = child.Run() // its exit code is passed on below
	state := child.ProcessState
	if state == nil {
		log.Fatal("wrapper: the provider did not start")
	}
	cpu, memory := state.UserTime()+state.SystemTime(), int64(0)
	if resources, ok := state.SysUsage().(*syscall.Rusage); ok {
		memory = resources.Maxrss << 10 // Linux counts in KiB
	}
	usage := fmt.Appendf(nil, `{"CPU":%d,"Memory":%d}`, cpu, memory)
	file := getenv("BENCHMARK_USAGE")
	if err := os.WriteFile(file, usage, 0o600); err != nil { //nolint:gosec // the benchmark names the file
		log.Fatal("wrapper: ", err)
	}
	os.Exit(state.ExitCode())
}
