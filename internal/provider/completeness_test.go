package provider

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	rschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// Everything that the provider serves has an example, a page, a row in the
// README, a test file and descriptions that are sentences; and every file of
// the packages below has a test.
func TestCompleteness(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../..")
	p := provider.Provider(newWithEnvironment("test", environment(nil)))
	var block provider.SchemaResponse
	p.Schema(t.Context(), provider.SchemaRequest{}, &block)
	gaps := describe("provider", block.Schema.MarkdownDescription)
	gaps = append(gaps, attributeGaps("provider", block.Schema.Attributes)...)
	for _, newDataSource := range p.DataSources(t.Context()) {
		d := newDataSource()
		var metadata datasource.MetadataResponse
		d.Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "cloudflare"}, &metadata)
		var described datasource.SchemaResponse
		d.Schema(t.Context(), datasource.SchemaRequest{}, &described)
		schema := described.Schema
		gaps = append(
			gaps,
			servedGaps(root, "data-source", metadata.TypeName, schema.MarkdownDescription, schema.Attributes)...)
	}
	for _, newResource := range p.Resources(t.Context()) {
		r := newResource()
		var metadata resource.MetadataResponse
		r.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "cloudflare"}, &metadata)
		var described resource.SchemaResponse
		r.Schema(t.Context(), resource.SchemaRequest{}, &described)
		schema := described.Schema
		gaps = append(gaps, servedGaps(root, "resource", metadata.TypeName, schema.MarkdownDescription, schema.Attributes)...)
		gaps = append(gaps, resourceGaps(root, metadata.TypeName)...)
		gaps = append(gaps, exampleGaps(root, metadata.TypeName, managedExamples)...)
	}
	for _, newList := range p.(provider.ProviderWithListResources).ListResources(t.Context()) {
		l := newList()
		var metadata resource.MetadataResponse
		l.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "cloudflare"}, &metadata)
		var described list.ListResourceSchemaResponse
		l.ListResourceConfigSchema(t.Context(), list.ListResourceSchemaRequest{}, &described)
		schema := described.Schema
		gaps = append(
			gaps,
			servedGaps(root, "list-resource", metadata.TypeName, schema.MarkdownDescription, schema.Attributes)...)
	}
	for _, newResource := range p.(provider.ProviderWithEphemeralResources).EphemeralResources(t.Context()) {
		e := newResource()
		var metadata ephemeral.MetadataResponse
		e.Metadata(t.Context(), ephemeral.MetadataRequest{ProviderTypeName: "cloudflare"}, &metadata)
		var described ephemeral.SchemaResponse
		e.Schema(t.Context(), ephemeral.SchemaRequest{}, &described)
		schema := described.Schema
		gaps = append(
			gaps,
			servedGaps(root, "ephemeral-resource", metadata.TypeName, schema.MarkdownDescription, schema.Attributes)...)
	}
	gaps = append(gaps, functionGaps(t, root, p)...)
	gaps = append(gaps, packageGaps(root, "client", "client/internal/strictjson", "client/internal/ratelimit",
		"client/internal/redact", "delivery", "imagefile")...)
	for _, gap := range gaps {
		t.Error(gap)
	}
}

func functionGaps(t *testing.T, root fs.FS, p provider.Provider) (gaps []string) {
	t.Helper()
	for _, newFunction := range p.(provider.ProviderWithFunctions).Functions(t.Context()) {
		f := newFunction()
		var metadata function.MetadataResponse
		f.Metadata(t.Context(), function.MetadataRequest{}, &metadata)
		var definition function.DefinitionResponse
		f.Definition(t.Context(), function.DefinitionRequest{}, &definition)
		name := metadata.Name
		gaps = append(gaps, describe(name, definition.Definition.Summary)...)
		gaps = append(gaps, describe(name, definition.Definition.MarkdownDescription)...)
		parameters := definition.Definition.Parameters
		if definition.Definition.VariadicParameter != nil {
			parameters = append(parameters, definition.Definition.VariadicParameter)
		}
		for _, parameter := range parameters {
			gaps = append(gaps, describe(name+"."+parameter.GetName(), parameter.GetMarkdownDescription())...)
		}
		page := "docs/functions/" + name + ".md"
		gaps = append(gaps, missing(root, "examples/functions/"+name+"/function.tf", page)...)
		gaps = append(gaps, readmeGaps(root, page)...)
		if !holds(root, "internal/provider/functions_test.go", regexp.MustCompile("`"+name+`\(`)) {
			gaps = append(gaps, "no test of the function "+name)
		}
	}
	return gaps
}

// attributeGaps checks the descriptions of attributes, including nested ones.
func attributeGaps[A interface{ GetMarkdownDescription() string }](
	name string,
	attributes map[string]A,
) (gaps []string) {
	for attribute, a := range attributes {
		attribute = name + "." + attribute
		gaps = append(gaps, describe(attribute, a.GetMarkdownDescription())...)
		switch a := any(a).(type) {
		case dschema.MapNestedAttribute:
			gaps = append(gaps, attributeGaps(attribute, a.NestedObject.Attributes)...)
		case dschema.SingleNestedAttribute:
			gaps = append(gaps, attributeGaps(attribute, a.Attributes)...)
		case rschema.MapNestedAttribute:
			gaps = append(gaps, attributeGaps(attribute, a.NestedObject.Attributes)...)
		case rschema.SingleNestedAttribute:
			gaps = append(gaps, attributeGaps(attribute, a.Attributes)...)
		}
	}
	return gaps
}

// servedGaps checks what every kind of object needs.
func servedGaps[A interface{ GetMarkdownDescription() string }](
	root fs.FS, kind, name, description string, attributes map[string]A,
) []string {
	return slices.Concat(
		describe(
			name,
			description,
		),
		markupGaps(name, description),
		attributeGaps(name, attributes),
		permissionGaps(name, description),
		objectGaps(root, name, kind),
	)
}

// objectGaps checks what one object needs; kind is the folder of its example.
func objectGaps(root fs.FS, name, kind string) []string {
	short := strings.TrimPrefix(name, "cloudflare_")
	page := "docs/" + kind + "s/" + short + ".md"
	ending := ".tf"
	if kind == "list-resource" {
		ending = ".tfquery.hcl"
	}
	return append(
		missing(root, "examples/"+kind+"s/"+name+"/"+kind+ending, page, testFile(short, kind)),
		readmeGaps(root, page)...)
}

// resourceGaps checks what only resources need.
func resourceGaps(root fs.FS, name string) []string {
	folder := "examples/resources/" + name
	gaps := missing(root, folder+"/import.sh", folder+"/import.tf", folder+"/"+importByIdentity)
	test := testFile(strings.TrimPrefix(name, "cloudflare_"), "resource")
	if !holds(root, test, regexp.MustCompile(`(?m)^func Test\w*Lifecycle\(`)) {
		gaps = append(gaps, test+" has no test of the whole lifecycle, Test…Lifecycle")
	}
	return gaps
}

// exampleElsewhere is the test file of an example that needs more than
// managedExamples provides.
var exampleElsewhere = map[string]string{"cloudflare_image": "internal/provider/images_guide_test.go"}

// exampleGaps checks that a test runs the example of a resource.
func exampleGaps(root fs.FS, name string, rows map[string]managed) []string {
	folder := "resources/" + name
	for _, row := range rows {
		if row.folder == folder {
			return nil
		}
	}
	if file := exampleElsewhere[name]; file != "" && holds(root, file, regexp.MustCompile(`exampleCLI\(t, "`+folder+`"`)) {
		return nil
	}
	return []string{"managedExamples has no row that runs examples/" + folder}
}

func testFile(short, kind string) string {
	return "internal/provider/" + short + "_" + strings.ReplaceAll(kind, "-", "_") + "_test.go"
}

// readmeGaps checks that a table row links to the page.
func readmeGaps(root fs.FS, page string) []string {
	if holds(root, "README.md", regexp.MustCompile(`(?m)^\|.*\]\(`+regexp.QuoteMeta(page)+`\)`)) {
		return nil
	}
	return []string{"README.md has no row that links to " + page}
}

// packageGaps checks that every file of the packages has a test.
func packageGaps(root fs.FS, pkgs ...string) (gaps []string) {
	for _, pkg := range pkgs {
		files, err := fs.Glob(root, "internal/"+pkg+"/*.go")
		if err != nil || len(files) == 0 {
			gaps = append(gaps, "missing internal/"+pkg)
		}
		for _, file := range files {
			test := strings.TrimSuffix(file, ".go") + "_test.go"
			if !strings.HasSuffix(file, "_test.go") && !slices.Contains(files, test) {
				gaps = append(gaps, file+" has no test")
			}
		}
	}
	return gaps
}

var sentence = regexp.MustCompile(`(?s)^[A-Z\x60].*\.$`)

func describe(name, description string) []string {
	if sentence.MatchString(description) {
		return nil
	}
	return []string{name + ": description is not a sentence: " + fmt.Sprintf("%q", description)}
}

var onlyInTemplates = regexp.MustCompile(`(?m)^[~!-]> |\]\([^)]*\.md[)#]`)

// markupGaps finds callouts and relative links in a description: only pages
// can render them, editors can't.
func markupGaps(name, description string) []string {
	if found := onlyInTemplates.FindString(description); found != "" {
		return []string{name + ": the description contains " + strconv.Quote(found) + ", which belongs in templates/"}
	}
	return nil
}

// permissionGaps checks that a description names the required permission.
func permissionGaps(name, description string) []string {
	if regexp.MustCompile(`permission \*Images (Read|Write)\*`).MatchString(description) {
		return nil
	}
	return []string{name + ": the description does not name the permission that it needs"}
}

func missing(root fs.FS, paths ...string) (gaps []string) {
	for _, path := range paths {
		if _, err := fs.Stat(root, path); err != nil {
			gaps = append(gaps, "missing "+path)
		}
	}
	return gaps
}

// holds reports whether a file exists and matches the pattern.
func holds(root fs.FS, path string, pattern *regexp.Regexp) bool {
	content, err := fs.ReadFile(root, path)
	return err == nil && pattern.Match(content)
}

// Packages for tests and tools are not linked into the provider.
func TestNothingElseInside(t *testing.T) {
	t.Parallel()
	output, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "../..").Output()
	if err != nil {
		t.Fatal(err)
	}
	pkgs := map[string]bool{}
	for dep := range strings.Lines(string(output)) {
		if _, pkg, ok := strings.Cut(strings.TrimSpace(dep), "/terraform-provider-cloudflare/"); ok {
			pkgs[pkg] = true
			if strings.HasPrefix(pkg, "internal/dev") {
				t.Errorf("%s is linked into the provider", pkg)
			}
		}
	}
	if !pkgs["internal/client"] {
		t.Errorf("got only %v, want the provider's own packages", pkgs)
	}
}

// The check itself finds gaps.
func TestCompletenessFindsGaps(t *testing.T) {
	t.Parallel()
	for description, ok := range map[string]bool{
		"A sentence.": true, "`x` is one.": true, "no capital.": false, "No full stop": false, "": false,
	} {
		if got := describe("x", description) == nil; got != ok {
			t.Errorf("%q: got %t, want %t", description, got, ok)
		}
	}
	inner := map[string]rschema.Attribute{"x": rschema.StringAttribute{}}
	tests := map[string]struct {
		files map[string]string
		find  func(fs.FS) []string
		want  []string
	}{
		"an object without anything": {
			find: func(root fs.FS) []string { return objectGaps(root, "cloudflare_thing", "data-source") },
			want: []string{
				"missing examples/data-sources/cloudflare_thing/data-source.tf",
				"missing docs/data-sources/thing.md",
				"missing internal/provider/thing_data_source_test.go",
				"README.md has no row that links to docs/data-sources/thing.md",
			},
		},
		"a list without anything": {
			find: func(root fs.FS) []string { return objectGaps(root, "cloudflare_thing", "list-resource") },
			want: []string{
				"missing examples/list-resources/cloudflare_thing/list-resource.tfquery.hcl",
				"missing docs/list-resources/thing.md",
				"missing internal/provider/thing_list_resource_test.go",
				"README.md has no row that links to docs/list-resources/thing.md",
			},
		},
		"a complete list": {
			files: map[string]string{
				"examples/list-resources/cloudflare_thing/list-resource.tfquery.hcl": "", "docs/list-resources/thing.md": "",
				"internal/provider/thing_list_resource_test.go": "",
				"README.md": "| [List `cloudflare_thing`](docs/list-resources/thing.md) | Things |\n",
			},
			find: func(root fs.FS) []string { return objectGaps(root, "cloudflare_thing", "list-resource") },
		},
		"a complete object": {
			files: map[string]string{
				"examples/data-sources/cloudflare_thing/data-source.tf": "", "docs/data-sources/thing.md": "",
				"internal/provider/thing_data_source_test.go": "", "README.md": "| [`cloudflare_thing`](docs/data-sources/thing.md) | A thing |\n",
			},
			find: func(root fs.FS) []string { return objectGaps(root, "cloudflare_thing", "data-source") },
		},
		"a README that only mentions the page": {
			files: map[string]string{"README.md": "See [things](docs/data-sources/thing.md).\n"},
			find:  func(root fs.FS) []string { return readmeGaps(root, "docs/data-sources/thing.md") },
			want:  []string{"README.md has no row that links to docs/data-sources/thing.md"},
		},
		"a resource without anything": {
			find: func(root fs.FS) []string { return resourceGaps(root, "cloudflare_thing") },
			want: []string{
				"missing examples/resources/cloudflare_thing/import.sh",
				"missing examples/resources/cloudflare_thing/import.tf",
				"missing examples/resources/cloudflare_thing/import-identity.tf",
				"internal/provider/thing_resource_test.go has no test of the whole lifecycle, Test…Lifecycle",
			},
		},
		"a resource with another test": {
			files: map[string]string{
				"examples/resources/cloudflare_thing/import.sh": "", "examples/resources/cloudflare_thing/import.tf": "",
				"examples/resources/cloudflare_thing/import-identity.tf": "",
				"internal/provider/thing_resource_test.go":               "func TestThing(t *testing.T) {} // not yet: func TestThingLifecycle(",
			},
			find: func(root fs.FS) []string { return resourceGaps(root, "cloudflare_thing") },
			want: []string{"internal/provider/thing_resource_test.go has no test of the whole lifecycle, Test…Lifecycle"},
		},
		"a complete resource": {
			files: map[string]string{
				"examples/resources/cloudflare_thing/import.sh": "", "examples/resources/cloudflare_thing/import.tf": "",
				"examples/resources/cloudflare_thing/import-identity.tf": "",
				"internal/provider/thing_resource_test.go":               "package provider\n\nfunc TestThingLifecycle(t *testing.T) {}\n",
			},
			find: func(root fs.FS) []string { return resourceGaps(root, "cloudflare_thing") },
		},
		"an example without a test": {
			find: func(root fs.FS) []string { return exampleGaps(root, "cloudflare_thing", managedExamples) },
			want: []string{"managedExamples has no row that runs examples/resources/cloudflare_thing"},
		},
		"an example in the table": {
			find: func(root fs.FS) []string {
				return exampleGaps(root, "cloudflare_thing", map[string]managed{"thing": {folder: "resources/cloudflare_thing"}})
			},
		},
		"an example whose test was deleted": {
			files: map[string]string{"internal/provider/images_guide_test.go": "package provider\n"},
			find:  func(root fs.FS) []string { return exampleGaps(root, "cloudflare_image", nil) },
			want:  []string{"managedExamples has no row that runs examples/resources/cloudflare_image"},
		},
		"an example with a separate test": {
			files: map[string]string{
				"internal/provider/images_guide_test.go": `c := r.exampleCLI(t, "resources/cloudflare_image", "x")`,
			},
			find: func(root fs.FS) []string { return exampleGaps(root, "cloudflare_image", nil) },
		},
		"client files without a test": {
			files: map[string]string{
				"internal/client/thing.go": "", "internal/client/other.go": "", "internal/client/other_test.go": "",
			},
			find: func(root fs.FS) []string { return packageGaps(root, "client") },
			want: []string{"internal/client/thing.go has no test"},
		},
		"no packages": {
			find: func(root fs.FS) []string { return packageGaps(root, "client", "imagefile") },
			want: []string{"missing internal/client", "missing internal/imagefile"},
		},
		"the permission": {find: func(fs.FS) []string {
			return append(permissionGaps("one", "Needs the permission *Images Read*."), permissionGaps("two", "Reads.")...)
		}, want: []string{"two: the description does not name the permission that it needs"}},
		"markup": {find: func(fs.FS) []string {
			return slices.Concat(markupGaps("one", "A [page](https://example.com)."), markupGaps("two", "A.\n\n~> **Note:** B."),
				markupGaps("three", "A [page](image.md#schema)."))
		}, want: []string{
			`two: the description contains "~> ", which belongs in templates/`,
			`three: the description contains "](image.md#", which belongs in templates/`,
		}},
		"descriptions of nested attributes": {find: func(fs.FS) []string {
			return attributeGaps("thing", map[string]rschema.Attribute{
				"one": rschema.SingleNestedAttribute{MarkdownDescription: "One.", Attributes: inner},
			})
		}, want: []string{`thing.one.x: description is not a sentence: ""`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := fstest.MapFS{}
			for path, content := range test.files {
				root[path] = &fstest.MapFile{Data: []byte(content)}
			}
			if diff := cmp.Diff(test.want, test.find(root)); diff != "" {
				t.Errorf("gaps (-want +got):\n%s", diff)
			}
		})
	}
}
