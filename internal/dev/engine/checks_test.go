package engine

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

const checks = ".github/workflows/checks.yml"

// engines returns the versions of Terraform and OpenTofu in a workflow's
// matrix.
func engines(workflow string) map[string][]string {
	found := map[string][]string{}
	for _, matrix := range regexp.MustCompile(`engine: \[(.+)\]\s+version: \[(.+)\]`).FindAllStringSubmatch(workflow, -1) {
		found[matrix[1]] = strings.Split(strings.ReplaceAll(matrix[2], `"`, ""), ", ")
	}
	for _, row := range regexp.MustCompile(`engine: ([a-z-]+), version: "(.+)"}`).FindAllStringSubmatch(workflow, -1) {
		found[row[1]] = append(found[row[1]], row[2])
	}
	return found
}

// commands returns the make commands of a workflow or a script, each once, with
// ENGINE set by the matrix. ENGINE=terraform is the same as no ENGINE.
func commands(text string) []string {
	const ofMatrix = "${{ matrix.engine }}"
	found := map[string]bool{}
	for _, line := range regexp.MustCompile(`(?m)^(?: *- run: )?(make .*)$`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(line[1], ofMatrix) {
			found[line[1]] = true
			continue
		}
		for engine := range engines(text) {
			command := strings.ReplaceAll(line[1], ofMatrix, engine)
			found[strings.TrimSuffix(command, " ENGINE=terraform")] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// The script .ci/run has exactly the commands of the workflow.
func TestSameChecks(t *testing.T) {
	t.Parallel()
	here, there := commands(read(t, ".ci/run")), commands(read(t, checks))
	if len(here) < 5 || !slices.Equal(here, there) {
		t.Errorf(".ci/run has %q, but %s has %q", here, checks, there)
	}
}

// promised returns the promise in the README, followed by its submatches: the
// oldest versions of Terraform and OpenTofu.
func promised(t *testing.T) []string {
	t.Helper()
	promise := regexp.MustCompile(`It works with Terraform (\S+) and OpenTofu (\S+) or later`).
		FindStringSubmatch(read(t, "README.md"))
	if promise == nil {
		t.Fatal("the README does not say what the provider works with")
	}
	return promise
}

// The workflow tests the versions that the README promises: the oldest and the
// newest of Terraform and OpenTofu, each OpenTofu version that was the first
// with a feature, and the Terraform that is built from its module.
func TestPromisedEngines(t *testing.T) {
	t.Parallel()
	promise := promised(t)
	tested := engines(read(t, checks))
	for engine, oldest := range map[string]string{"terraform": promise[1], "tofu": promise[2]} {
		if !hasVersion(tested[engine], oldest) || !slices.Contains(tested[engine], "latest") {
			t.Errorf("%s: tested are %q, but %s and later are promised", engine, tested[engine], oldest)
		}
	}
	for _, f := range marked {
		if _, first := since(f); first != "none" && !hasVersion(tested["tofu"], first) {
			t.Errorf("tofu: tested are %q, without %s, the first with %s", tested["tofu"], first, f.name)
		}
	}
	if len(tested["terraform-latest"]) != 1 {
		t.Errorf("tested are %q, without the Terraform that is built from its module", tested)
	}
}

// hasVersion reports whether one of the versions begins with the two numbers.
func hasVersion(versions []string, numbers string) bool {
	return slices.ContainsFunc(versions, func(version string) bool { return strings.HasPrefix(version, numbers+".") })
}

// since returns the first versions with a feature, as documents write them.
func since(f Feature) (terraform, openTofu string) {
	openTofu = "none"
	if f.openTofu != nil {
		openTofu = strings.TrimSuffix(f.openTofu.String(), ".0")
	}
	return strings.TrimSuffix(f.terraform.String(), ".0"), openTofu
}

// The table in the docs lists exactly the features that users can notice, with
// the versions that the tests use. All other pairs of versions in the docs are
// those of a feature, or the oldest supported ones.
func TestDocumentedEngines(t *testing.T) {
	t.Parallel()
	var want, pairs []string
	for _, f := range append(slices.Clone(marked), WriteOnlyArguments, MovesBetweenProviders) {
		terraform, openTofu := since(f)
		want = append(want, f.name+" | "+terraform+" | "+openTofu)
		pairs = append(pairs, terraform+" "+openTofu)
	}
	var got []string
	_, section, _ := strings.Cut(read(t, "docs/index.md"), "\n## Compatibility\n")
	section, _, _ = strings.Cut(section, "\n## ")
	row := regexp.MustCompile(`(?m)^\| ([A-Z][^|,]+)[^|]* \| ([0-9.]+) \| ([0-9.]+|none) \|$`)
	for _, cells := range row.FindAllStringSubmatch(strings.ReplaceAll(section, "`", ""), -1) {
		got = append(got, strings.ToLower(cells[1][:1])+strings.Join(cells[1:], " | ")[1:])
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("docs/index.md has %q, want %q", got, want)
	}

	oldest := promised(t)
	pairs = append(pairs, oldest[1]+" "+oldest[2])
	pair := regexp.MustCompile(`Terraform (?:from )?([0-9.]*[0-9])(?:,| or| and) OpenTofu ([0-9.]*[0-9])`)
	found := 0
	for _, name := range documents(t) {
		for _, versions := range pair.FindAllStringSubmatch(read(t, name), -1) {
			found++
			if !slices.Contains(pairs, versions[1]+" "+versions[2]) {
				t.Errorf("%s: %q is not the pair of versions of a feature; those are %q", name, versions[0], pairs)
			}
		}
	}
	if found < 10 {
		t.Errorf("found only %d pairs of versions", found)
	}
}

// documents returns the files that users read.
func documents(t *testing.T) []string {
	t.Helper()
	found := []string{"README.md", "CHANGELOG.md"}
	root := os.DirFS(filepath.Join("..", "..", ".."))
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md"} {
		names, err := fs.Glob(root, pattern)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, names...)
	}
	return found
}
