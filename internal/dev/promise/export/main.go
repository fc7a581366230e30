// Command export writes the provider's schema to the file that its argument
// names, and tells what has changed in it for users.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/promise"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "export: give one argument, the file to write")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "export:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, file string) error {
	path, err := engine.Find()
	if err != nil {
		return err
	}
	version, err := engine.Identify(ctx, path)
	if err != nil {
		return err
	}
	if !version.Has(version.Functions) || !version.Has(version.EphemeralResources) {
		return fmt.Errorf("%s does not know all that the provider serves: use a newer engine", version.Name)
	}
	exported, err := promise.Export(ctx, path)
	if err != nil {
		return err
	}
	after, err := promise.Parse(exported)
	if err != nil {
		return err
	}
	before, err := os.ReadFile(file) //nolint:gosec // the caller names the file
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		promised, err := promise.Parse(before)
		if err != nil {
			return err
		}
		for _, change := range promise.Compare(promised, after) {
			fmt.Println(change)
		}
	}
	return os.WriteFile(file, exported, 0o644) //nolint:gosec // as git writes it
}
