// Command addresses prints the source addresses of the provider, for
// GNUmakefile.
package main

import (
	"fmt"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

func main() {
	for _, address := range provider.Addresses() {
		fmt.Println(address)
	}
}
