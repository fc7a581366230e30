package engine

import (
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

// engines are the versions that a workflow runs the tests on, of each engine:
// some of the matrix, and some rows that are included in it.
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

// commands are the make commands of a workflow or a script, each once, with the
// engine of the matrix written out. ENGINE=terraform is what is on PATH, as it
// is without.
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

// Who runs .ci/run runs what the workflow does, no more and no less.
func TestSameChecks(t *testing.T) {
	t.Parallel()
	here, there := commands(read(t, ".ci/run")), commands(read(t, checks))
	if len(here) < 5 || !slices.Equal(here, there) {
		t.Errorf(".ci/run has %q, but %s has %q", here, checks, there)
	}
}

// What the README promises is tested: the oldest version of each engine, the
// newest, and the Terraform that can be built.
func TestPromisedEngines(t *testing.T) {
	t.Parallel()
	promise := regexp.MustCompile(`It works with Terraform (\S+) and OpenTofu (\S+) or later`).FindStringSubmatch(read(t, "README.md"))
	if promise == nil {
		t.Fatal("the README does not say what the provider works with")
	}
	tested := engines(read(t, checks))
	for engine, oldest := range map[string]string{"terraform": promise[1], "tofu": promise[2]} {
		isOldest := func(version string) bool { return strings.HasPrefix(version, oldest+".") }
		if !slices.ContainsFunc(tested[engine], isOldest) || !slices.Contains(tested[engine], "latest") {
			t.Errorf("%s: tested are %q, but %s and later are promised", engine, tested[engine], oldest)
		}
	}
	if len(tested["terraform-latest"]) != 1 {
		t.Errorf("tested are %q, without the Terraform that is built from its module", tested)
	}
}
