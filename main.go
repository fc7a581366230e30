// Command terraform-provider-cloudflare serves the Cloudflare Images provider
// to Terraform and OpenTofu.
package main

import (
	"flag"
	"log"
	"os"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger, and print the TF_REATTACH_PROVIDERS value to set when running Terraform")
	flag.Parse()

	var writes sync.RWMutex
	if !*debug { // under a debugger, the parent is not Terraform
		go exitAfter(os.Getppid(), &writes)
	}
	var options []tf6server.ServeOpt
	switch {
	case *debug: // the log is read in the debugger's terminal
		options = append(options, tf6server.WithManagedDebug())
	case !loggingEnabled(os.Environ()):
		options = append(options, disablePluginLogs())
	}
	if err := tf6server.Serve(provider.Addresses()[0], provider.New(version, &writes), options...); err != nil {
		log.Fatal(err)
	}
}
