// Command mirror copies the archives of a release to dist/mirror, which is a
// filesystem mirror and, with two JSON files for each address, also a network
// mirror if a web server serves it. The protocol is described at
// https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/dirhash"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

func main() {
	version := flag.String("version", "", "the version that was built")
	flag.Parse()
	if err := layOut("dist", *version, provider.Addresses()); err != nil {
		fmt.Fprintln(os.Stderr, "mirror:", err)
		os.Exit(1)
	}
}

// archive describes the archive of a platform in a network mirror.
type archive struct {
	URL    string   `json:"url"`
	Hashes []string `json:"hashes"`
}

// layOut writes the folder mirror below dist, from the archives in dist.
func layOut(dist, version string, addresses []string) error {
	for _, address := range addresses {
		folder := filepath.Join(dist, "mirror", filepath.FromSlash(address))
		if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // for a web server
			return err
		}
		prefix := "terraform-provider-" + path.Base(address) + "_" + version + "_"
		paths, err := filepath.Glob(filepath.Join(dist, prefix+"*.zip"))
		if err == nil && len(paths) == 0 {
			err = errors.New("there is no " + prefix + "*.zip in " + dist)
		}
		if err != nil {
			return err
		}
		archives := map[string]archive{}
		for _, from := range paths {
			name := filepath.Base(from)
			platform := strings.TrimSuffix(strings.TrimPrefix(name, prefix), ".zip")
			if archives[platform], err = copied(from, filepath.Join(folder, name)); err != nil {
				return err
			}
		}
		if err := writeJSON(filepath.Join(folder, version+".json"), map[string]any{"archives": archives}); err != nil {
			return err
		}
		versions := map[string]any{"versions": map[string]any{version: map[string]any{}}}
		if err := writeJSON(filepath.Join(folder, "index.json"), versions); err != nil {
			return err
		}
	}
	return nil
}

// copied copies an archive and returns its description. The hashes are that of
// the content, which a lock file records for every machine, and that of the
// archive.
func copied(from, to string) (archive, error) {
	content, err := os.ReadFile(from)
	if err != nil {
		return archive{}, err
	}
	sum := sha256.Sum256(content)
	ofContent, err := dirhash.HashZip(from, dirhash.Hash1)
	if err != nil {
		return archive{}, fmt.Errorf("hash the files in %s: %w", from, err)
	}
	found := archive{URL: filepath.Base(to), Hashes: []string{ofContent, "zh:" + hex.EncodeToString(sum[:])}}
	return found, os.WriteFile(to, content, 0o644) //nolint:gosec // for a web server
}

func writeJSON(name string, value any) error {
	content, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(content, '\n'), 0o644) //nolint:gosec // for a web server
}
