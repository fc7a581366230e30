// Command terraform-provider-cloudflare serves the Cloudflare Images provider
// to Terraform and OpenTofu.
package main

import (
	"flag"
	"log"
	"os"
	"regexp"
	"slices"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger: print the TF_REATTACH_PROVIDERS value to start Terraform with")
	flag.Parse()

	var options []tf6server.ServeOpt
	switch {
	case *debug: // Its log is read where it runs, whatever the engine shows.
		options = append(options, tf6server.WithManagedDebug())
	case !isHeard(os.Environ()):
		options = append(options, silence())
	}
	if err := tf6server.Serve(provider.Addresses()[0], provider.New(version), options...); err != nil {
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
