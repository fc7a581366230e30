// Command addresses prints the source addresses that the provider has, for
// the make file.
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
