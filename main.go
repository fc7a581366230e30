// Command terraform-provider-cloudflare serves the Cloudflare Images provider
// to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger: print the TF_REATTACH_PROVIDERS value to start Terraform with")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: provider.Addresses()[0],
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
