package engine

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"github.com/hashicorp/go-version"
)

// Version is the name and version of Terraform or OpenTofu.
type Version struct {
	// Name is the first line of the version command, such as: OpenTofu v1.12.6.
	Name     string
	OpenTofu bool // rather than Terraform
	Number   *version.Version
}

// Feature is a feature that not every supported version has.
type Feature struct {
	name string

	// matches configurations that use it; nil if unknown
	mark *regexp.Regexp

	// The first versions with it; nil if no version has it.
	terraform, openTofu *version.Version
}

// The features that tests depend on. A release candidate counts as its release.
var (
	ImportsForEach     = feature("import blocks with for_each", `(?m)^import \{\s*for_each\b`, "1.7.0", "1.7.0")
	MockedProviders    = feature("mocked providers", `(?m)^mock_provider "`, "1.7.0", "1.8.0")
	Functions          = feature("provider functions", `provider::`, "1.8.0", "1.7.0")
	EphemeralResources = feature("ephemeral resources", `(?m)^ephemeral "`, "1.10.0", "1.11.0")
	WriteOnlyArguments = feature("write-only arguments", "", "1.11.0", "1.11.0")
	Identities         = feature("imports by identity", `(?m)^\s*identity\s*=\s*\{`, "1.12.0", "1.12.0")
	ListResources      = feature("list resources", `(?m)^list "`, "1.14.0", "")

	// For a moved block to the same resource type of another provider, Terraform
	// requests the state from the new provider, with the source address of the old
	// one.
	MovesBetweenProviders = feature("moves between providers", "", "1.8.0", "1.12.4")

	// A plan merges equal diagnostics of several instances of one block.
	EqualErrorsMerged = feature("merging of equal errors", "", "1.12.0", "")

	// The JSON of a plan has no actions of ephemeral resources.
	PlansWithoutOpens = feature("plans without ephemeral resources", "", "1.10.0", "1.12.0")

	marked = []Feature{ImportsForEach, MockedProviders, Functions, EphemeralResources, Identities, ListResources}
)

func feature(name, mark, terraform, openTofu string) Feature {
	f := Feature{name: name, terraform: version.Must(version.NewVersion(terraform))}
	if mark != "" {
		f.mark = regexp.MustCompile(mark)
	}
	if openTofu != "" {
		f.openTofu = version.Must(version.NewVersion(openTofu))
	}
	return f
}

// Has reports whether this version has a feature.
func (v Version) Has(f Feature) bool { return v.Without(f) == "" }

// Without returns a sentence which says that this version lacks a feature, or
// an empty string if it has the feature.
func (v Version) Without(f Feature) string {
	since := f.terraform
	if v.OpenTofu {
		since = f.openTofu
	}
	switch {
	case since == nil:
		return fmt.Sprintf("%s has no %s, which came with Terraform %s", v.Name, f.name, f.terraform)
	case v.Number.Core().LessThan(since):
		return fmt.Sprintf("%s has no %s, which came with %s", v.Name, f.name, since)
	}
	return ""
}

// Lacks returns the sentence of Without for a feature that the configuration in
// a folder uses and this version lacks, or an empty string.
func (v Version) Lacks(dir string) (reason string, err error) {
	tree := os.DirFS(dir)
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".tf") && !strings.HasSuffix(name, ".hcl") {
			return err
		}
		content, err := fs.ReadFile(tree, name)
		for _, f := range marked {
			if f.mark.Match(content) && !v.Has(f) {
				reason = v.Without(f)
			}
		}
		return err
	})
	return reason, err
}

// Identify returns the name and version of a binary.
func Identify(ctx context.Context, enginePath string) (Version, error) {
	command := exec.CommandContext(ctx, enginePath, "version")
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	output, err := command.Output()
	if err != nil {
		return Version{}, fmt.Errorf("%s version: %w", enginePath, err)
	}
	return identify(string(output))
}

// nameLine matches the name and version among warnings.
var nameLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)$`)

func identify(output string) (Version, error) {
	found := nameLine.FindStringSubmatch(output)
	if found == nil {
		return Version{}, fmt.Errorf("this is neither Terraform nor OpenTofu; its version command printed %q", output)
	}
	present, err := version.NewVersion(found[2])
	if err != nil {
		return Version{}, fmt.Errorf("malformed version %q: %w", found[0], err)
	}
	return Version{Name: found[0], OpenTofu: found[1] == "OpenTofu", Number: present}, nil
}
