package provider

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
)

// Whatever the provider serves has an example, a page, a test file and
// descriptions that are sentences.
func TestCompleteness(t *testing.T) {
	t.Parallel()
	p := newWithEnvironment("test", environment(nil))()
	var block provider.SchemaResponse
	p.Schema(t.Context(), provider.SchemaRequest{}, &block)
	var gaps []string
	gaps = append(gaps, describe("provider", block.Schema.MarkdownDescription)...)
	for name, attribute := range block.Schema.Attributes {
		gaps = append(gaps, describe("provider."+name, attribute.GetMarkdownDescription())...)
	}
	for _, newDataSource := range p.DataSources(t.Context()) {
		d := newDataSource()
		var metadata datasource.MetadataResponse
		d.Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "cloudflare"}, &metadata)
		var described datasource.SchemaResponse
		d.Schema(t.Context(), datasource.SchemaRequest{}, &described)
		gaps = append(gaps, schemaGaps(metadata.TypeName, "data-source", described.Schema.MarkdownDescription, described.Schema.Attributes)...)
	}
	for _, newResource := range p.(provider.ProviderWithEphemeralResources).EphemeralResources(t.Context()) {
		e := newResource()
		var metadata ephemeral.MetadataResponse
		e.Metadata(t.Context(), ephemeral.MetadataRequest{ProviderTypeName: "cloudflare"}, &metadata)
		var described ephemeral.SchemaResponse
		e.Schema(t.Context(), ephemeral.SchemaRequest{}, &described)
		gaps = append(gaps, schemaGaps(metadata.TypeName, "ephemeral-resource", described.Schema.MarkdownDescription, described.Schema.Attributes)...)
	}
	gaps = append(gaps, functionGaps(t, p)...)
	for _, gap := range gaps {
		t.Error(gap)
	}
}

func functionGaps(t *testing.T, p provider.Provider) (gaps []string) {
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
		gaps = append(gaps, missing(
			"examples/functions/"+name+"/function.tf",
			"docs/functions/"+name+".md",
		)...)
		tests, err := os.ReadFile("functions_test.go")
		if err != nil || !strings.Contains(string(tests), "`"+name+"(") {
			gaps = append(gaps, "no test of the function "+name)
		}
	}
	return gaps
}

// schemaGaps looks at what has a schema; the kind is the name of its example.
func schemaGaps[A interface{ GetMarkdownDescription() string }](name, kind, description string, attributes map[string]A) []string {
	gaps := describe(name, description)
	for attribute, a := range attributes {
		gaps = append(gaps, describe(name+"."+attribute, a.GetMarkdownDescription())...)
		if nested, ok := any(a).(schema.MapNestedAttribute); ok {
			for inner, a := range nested.NestedObject.Attributes {
				gaps = append(gaps, describe(name+"."+attribute+"."+inner, a.GetMarkdownDescription())...)
			}
		}
	}
	short := strings.TrimPrefix(name, "cloudflare_")
	return append(gaps, missing(
		"examples/"+kind+"s/"+name+"/"+kind+".tf",
		"docs/"+kind+"s/"+short+".md",
		"internal/provider/"+short+"_"+strings.ReplaceAll(kind, "-", "_")+"_test.go",
	)...)
}

var sentence = regexp.MustCompile(`(?s)^[A-Z\x60].*\.$`)

func describe(name, description string) []string {
	if sentence.MatchString(description) {
		return nil
	}
	return []string{name + ": description is not a sentence: " + fmt.Sprintf("%q", description)}
}

func missing(paths ...string) (gaps []string) {
	for _, path := range paths {
		if _, err := os.Stat(filepath.Join("..", "..", path)); err != nil {
			gaps = append(gaps, "missing "+path)
		}
	}
	return gaps
}

// What serves tests and tools is not linked into the provider.
func TestNothingElseInside(t *testing.T) {
	t.Parallel()
	output, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "../..").Output()
	if err != nil {
		t.Fatal(err)
	}
	var rooms []string
	for dep := range strings.Lines(string(output)) {
		if _, room, ok := strings.Cut(strings.TrimSpace(dep), "/terraform-provider-cloudflare/"); ok {
			rooms = append(rooms, room)
		}
	}
	want := []string{"internal/delivery", "internal/client", "internal/provider"}
	if diff := cmp.Diff(want, rooms); diff != "" {
		t.Errorf("packages of this module in the provider (-want +got):\n%s", diff)
	}
}

// The check itself finds what is not there.
func TestCompletenessFindsGaps(t *testing.T) {
	t.Parallel()
	for description, ok := range map[string]bool{"A sentence.": true, "`x` is one.": true, "no capital.": false, "No full stop": false, "": false} {
		if got := describe("x", description) == nil; got != ok {
			t.Errorf("%q: got %t, want %t", description, got, ok)
		}
	}
	if got := missing("main.go", "no/such.file"); len(got) != 1 || got[0] != "missing no/such.file" {
		t.Errorf("got %v", got)
	}
}
