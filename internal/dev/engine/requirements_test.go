package engine

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
)

// required returns the constraint for a configuration: the lowest version of
// Terraform and OpenTofu, which share one constraint, with all of its features.
// It is never below the oldest supported version.
func required(configuration, oldest string) string {
	need := version.Must(version.NewVersion(oldest))
	for _, f := range marked {
		since := f.terraform
		if f.openTofu != nil && f.openTofu.LessThan(since) {
			since = f.openTofu
		}
		if f.mark.MatchString(configuration) && need.LessThan(since) {
			need = since
		}
	}
	return ">= " + strings.TrimSuffix(need.String(), ".0")
}

// configurations returns the published configurations with a terraform block, by
// the path of the file: those of the examples, with their tests and queries, and
// those in documents.
func configurations(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	root := os.DirFS("../../..")
	err := fs.WalkDir(root, "examples", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".tf" {
			return err
		}
		configuration := read(t, name)
		if !strings.Contains(configuration, "terraform {\n") {
			return nil
		}
		for _, pattern := range []string{"/*.hcl", "/tests/*.hcl"} {
			others, err := fs.Glob(root, path.Dir(name)+pattern)
			if err != nil {
				return err
			}
			for _, other := range others {
				configuration += read(t, other)
			}
		}
		found[name] = append(found[name], configuration)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```terraform\n(.*?)```")
	documents, err := fs.Glob(root, "templates/guides/*.tmpl") // docs also include the examples
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(documents, "README.md") {
		for _, match := range block.FindAllStringSubmatch(read(t, name), -1) {
			if strings.HasPrefix(match[1], "terraform {\n") {
				found[name] = append(found[name], match[1])
			}
		}
	}
	return found
}

// Each published configuration pins the providers, and requires the lowest
// version of Terraform and OpenTofu that has its features.
func TestRequiredVersions(t *testing.T) {
	t.Parallel()
	oldest := promised(t)[1]
	constraint := regexp.MustCompile(
		`required_version = "(.+)"(?: # .*: Terraform ([0-9.]+)(?: or OpenTofu ([0-9.]+))?)?\n`,
	)
	source := regexp.MustCompile(`source += "([a-z0-9.-]+(?:/[a-z0-9-]+){1,2})"\n +(?:version = "(.+)"\n)?`)
	all := configurations(t)
	for name, configurations := range all {
		for _, configuration := range configurations {
			want := required(configuration, oldest)
			found := constraint.FindStringSubmatch(configuration)
			switch {
			case found == nil || found[1] != want:
				t.Errorf("%s: got %q, want the required_version %s", name, found, want)
			case want != ">= "+oldest && found[2] == "":
				t.Errorf("%s: no comment names the versions of Terraform and OpenTofu", name)
			}
			for _, pinned := range source.FindAllStringSubmatch(configuration, -1) {
				want := "~> 0.1"
				if pinned[1] == "cloudflare/cloudflare" {
					want = "~> 5.0"
				}
				if pinned[2] != want && !strings.HasPrefix(pinned[1], "hashicorp/") {
					t.Errorf("%s: %s has the version %q, want %q", name, pinned[1], pinned[2], want)
				}
			}
		}
	}
	const guide = "templates/guides/getting-started.md.tmpl"
	if len(all["README.md"]) != 1 || len(all[guide]) != 1 || len(all) < 20 {
		t.Errorf("found only %d files, %d configurations in the README, %d in %s",
			len(all), len(all["README.md"]), len(all[guide]), guide)
	}
}
