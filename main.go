// Command terraform-provider-cloudflare serves the Cloudflare Images provider
// to Terraform and OpenTofu.
package main

import (
	"flag"
	"log"
	"math"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	debugged := flag.Bool("debug", false, "wait for a debugger: print the TF_REATTACH_PROVIDERS value to start Terraform with")
	flag.Parse()

	collectLate()
	var writes sync.RWMutex
	if !*debugged { // Terraform doesn't start a provider that is debugged
		go exitAfter(os.Getppid(), &writes)
	}
	var options []tf6server.ServeOpt
	switch {
	case *debugged: // Its log is read where it runs, whatever the engine shows.
		options = append(options, tf6server.WithManagedDebug())
	case !isHeard(os.Environ()):
		options = append(options, silence())
	}
	if err := tf6server.Serve(provider.Addresses()[0], provider.New(version, &writes), options...); err != nil {
		log.Fatal(err)
	}
}

// logVariables are what makes an engine show, or keep, what providers log, and
// what steers the loggers of the plugin libraries. TF_LOG_CORE and TF_LOG_PATH
// are none: they show no provider's lines by themselves.
var logVariables = regexp.MustCompile(`(?i)^(TF_LOG|TF_LOG_(PROVIDER|SDK)(_\w+)?|TF_TEMP_LOG_PATH)=.`)

// isHeard is whether anybody listens to what the provider logs.
func isHeard(environment []string) bool {
	return slices.ContainsFunc(environment, logVariables.MatchString)
}

// silence switches the loggers of the plugin libraries off. Unless told so,
// they write each of their lines to the engine, at every level, and the engine
// takes each apart to drop it: two fifths of the CPU time of a large plan. What
// keeps the provider from starting is still told, and so is a panic.
func silence() tf6server.ServeOpt {
	for _, logger := range []string{"SDK", "SDK_PROTO", "SDK_FRAMEWORK", "PROVIDER_CLOUDFLARE"} {
		_ = os.Setenv("TF_LOG_"+logger, "OFF") // fails for malformed names only
	}
	return tf6server.WithGoPluginLogger(hclog.New(&hclog.LoggerOptions{Level: hclog.Error, Output: os.Stderr, JSONFormat: true}))
}

// littleHeap is how much memory the provider may take before garbage is
// collected at the usual pace: what a plan of a thousand images takes either
// way.
const littleHeap = 64 << 20

// collectLate collects garbage at a slower pace while the provider holds little:
// that takes a twelfth off the CPU time of a plan of a thousand images, and a
// plan of a few ends before the first collection. A pace or a limit that the
// user has set, by GOGC or GOMEMLIMIT, is kept.
func collectLate() {
	const usual, late = 100, 400
	percent, limit := debug.SetGCPercent(-1), debug.SetMemoryLimit(-1)
	if percent != usual || limit != math.MaxInt64 {
		debug.SetGCPercent(percent)
		return
	}
	debug.SetGCPercent(late)
	debug.SetMemoryLimit(littleHeap)
	afterCollections(func(live uint64) (again bool) {
		if live < littleHeap/2 {
			return true
		}
		debug.SetGCPercent(usual)
		debug.SetMemoryLimit(limit)
		return false
	})
}

// afterCollections calls a function after each collection, or after several,
// with the bytes that it left, for as long as the function wants to be called
// again.
func afterCollections(call func(live uint64) (again bool)) {
	runtime.AddCleanup(new([16]byte), func(struct{}) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		if metrics.Read(live); call(live[0].Value.Uint64()) {
			afterCollections(call)
		}
	}, struct{}{})
}
