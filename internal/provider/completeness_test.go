package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
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
	for _, gap := range gaps {
		t.Error(gap)
	}
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
