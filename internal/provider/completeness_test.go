package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
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
		var schema datasource.SchemaResponse
		d.Schema(t.Context(), datasource.SchemaRequest{}, &schema)
		name := metadata.TypeName
		gaps = append(gaps, describe(name, schema.Schema.MarkdownDescription)...)
		for attribute, a := range schema.Schema.Attributes {
			gaps = append(gaps, describe(name+"."+attribute, a.GetMarkdownDescription())...)
		}
		short := strings.TrimPrefix(name, "cloudflare_")
		gaps = append(gaps, missing(
			"examples/data-sources/"+name+"/data-source.tf",
			"docs/data-sources/"+short+".md",
			"internal/provider/"+short+"_data_source_test.go",
		)...)
	}
	gaps = append(gaps, functionGaps(t, p)...)
	gaps = append(gaps, ephemeralGaps(t, p)...)
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
		if err != nil || !strings.Contains(string(tests), name+"(") {
			gaps = append(gaps, "no test of the function "+name)
		}
	}
	return gaps
}

func ephemeralGaps(t *testing.T, p provider.Provider) (gaps []string) {
	t.Helper()
	for _, newResource := range p.(provider.ProviderWithEphemeralResources).EphemeralResources(t.Context()) {
		e := newResource()
		var metadata ephemeral.MetadataResponse
		e.Metadata(t.Context(), ephemeral.MetadataRequest{ProviderTypeName: "cloudflare"}, &metadata)
		var schema ephemeral.SchemaResponse
		e.Schema(t.Context(), ephemeral.SchemaRequest{}, &schema)
		name := metadata.TypeName
		gaps = append(gaps, describe(name, schema.Schema.MarkdownDescription)...)
		for attribute, a := range schema.Schema.Attributes {
			gaps = append(gaps, describe(name+"."+attribute, a.GetMarkdownDescription())...)
		}
		short := strings.TrimPrefix(name, "cloudflare_")
		gaps = append(gaps, missing(
			"examples/ephemeral-resources/"+name+"/ephemeral-resource.tf",
			"docs/ephemeral-resources/"+short+".md",
			"internal/provider/"+short+"_ephemeral_resource_test.go",
		)...)
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

func missing(paths ...string) (gaps []string) {
	for _, path := range paths {
		if _, err := os.Stat(filepath.Join("..", "..", path)); err != nil {
			gaps = append(gaps, "missing "+path)
		}
	}
	return gaps
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
