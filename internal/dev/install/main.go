// Command install builds the provider and installs it into the user's implied
// local mirror of Terraform and OpenTofu.
//
// Terraform records a checksum of each installed version and fails if it
// changes. So each build has its own version: initialized folders keep theirs,
// and terraform init -upgrade selects the newest. The last number of the
// version is the time of the install, because Terraform selects prereleases
// only by their exact version and ignores build metadata.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"time"

	"github.com/hashicorp/go-version"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

func main() {
	base := flag.String("version", "", "current version in the changelog")
	flag.Parse()
	if err := run(context.Background(), *base); err != nil {
		fmt.Fprintln(os.Stderr, "install:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, base string) error {
	parsed, err := version.NewSemver(base)
	if err != nil {
		return fmt.Errorf("-version: %w", err)
	}
	plugins, err := pluginFolder()
	if err != nil {
		return err
	}
	binary, err := build(ctx, ".", base+"-dev")
	if err != nil {
		return err
	}
	for _, address := range provider.Addresses() {
		folder := filepath.Join(plugins, filepath.FromSlash(address))
		path, isNew, err := install(folder, parsed, binary, time.Now())
		switch {
		case err != nil:
			return fmt.Errorf("install %s: %w", address, err)
		case isNew:
			fmt.Println("Installed " + path)
		default:
			fmt.Println("Unchanged " + path)
		}
	}
	fmt.Println("In a folder that is already initialized, run: terraform init -upgrade")
	return nil
}

// pluginFolder returns the implied local mirror of Terraform and OpenTofu.
func pluginFolder() (string, error) {
	if runtime.GOOS == "windows" {
		config, err := os.UserConfigDir()
		return filepath.Join(config, "terraform.d", "plugins"), err
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".terraform.d", "plugins"), err
}

// build returns the provider of the module in a folder, built for this machine.
// The same source gives the same bytes, whatever the commit and the folder.
func build(ctx context.Context, root, stamp string) ([]byte, error) {
	temp, err := os.MkdirTemp("", "cloudflare-images-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	binary := filepath.Join(temp, "provider")
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -X main.version="+stamp, "-o", binary, ".")
	command.Dir = root
	if output, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the provider: %w\n%s", err, output)
	}
	return os.ReadFile(binary)
}

// install puts a binary into the folder of a source address, as the newest
// version. If the newest one is the same binary, it stays.
func install(folder string, base *version.Version, binary []byte, now time.Time) (file string, isNew bool, err error) {
	newest, err := newestOf(folder, base)
	if err != nil {
		return "", false, err
	}
	if newest != nil {
		file = binaryOf(folder, newest.Original())
		if installed, err := os.ReadFile(file); err == nil && bytes.Equal(installed, binary) {
			return file, false, nil
		}
	}
	numbers := base.Segments64()
	file = binaryOf(folder, fmt.Sprintf("%d.%d.%s", numbers[0], numbers[1], now.UTC().Format("20060102150405")))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // as for any program
		return "", false, err
	}
	return file, true, os.WriteFile(file, binary, 0o755) //nolint:gosec // it is a program
}

// newestOf returns the newest version in the folder that has the first two
// numbers of the base, or nil.
func newestOf(folder string, base *version.Version) (newest *version.Version, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	first := base.Segments64()[:2]
	for _, entry := range entries {
		found, err := version.NewSemver(entry.Name())
		if err != nil {
			continue // an archive of a packed mirror, or somebody else's file
		}
		numbers := found.Segments64()
		if numbers[0] == first[0] && numbers[1] == first[1] && (newest == nil || found.GreaterThan(newest)) {
			newest = found
		}
	}
	return newest, nil
}

// binaryOf returns the path of a version's binary for this machine.
func binaryOf(folder, version string) string {
	name := "terraform-provider-" + path.Base(filepath.ToSlash(folder)) + "_v" + version
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(folder, version, runtime.GOOS+"_"+runtime.GOARCH, name)
}
