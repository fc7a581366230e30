package promise

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parse reads the provider's schema out of an export.
func parse(t *testing.T, exported string) Schema {
	t.Helper()
	var schemas struct {
		Schemas map[string]Schema `json:"provider_schemas"`
	}
	if err := json.Unmarshal([]byte(exported), &schemas); err != nil {
		t.Fatal(err)
	}
	schema := schemas.Schemas["cloudflare"]
	if schema == nil {
		t.Fatalf("no schema of the provider in %s", exported)
	}
	return schema
}

// part is a schema whose kind holds one thing.
func part(kind, name, members string) string {
	return fmt.Sprintf(`{"provider_schemas":{"cloudflare":{"provider":{"version":0,"block":{}},%q:{%q:{%s}}}}}`, kind, name, members)
}

// image is a schema with a data source that has these attributes, and url one
// whose only attribute has these members.
func image(attributes string) string {
	return part("data_source_schemas", "cloudflare_image", `"version":0,"block":{"attributes":{`+attributes+`}}`)
}

func url(members string) string { return image(`"url":{` + members + `}`) }

// function is a schema with a function that returns a text, and returns one
// with another result.
func function(members string) string {
	return part("functions", "f", `"return_type":"string"`+members)
}

func returns(kind string) string { return part("functions", "f", `"return_type":`+kind) }

func TestCompareAttributes(t *testing.T) {
	t.Parallel()
	const (
		breaking = "BREAKING: data source cloudflare_image, attribute url"
		feature  = "feature: data source cloudflare_image, attribute url"
		wording  = "wording: data source cloudflare_image, attribute url"

		plain    = `"type":"string","computed":true`
		optional = `"type":"string","optional":true`
		both     = `"type":"string","optional":true,"computed":true`
		required = `"type":"string","required":true`
	)
	nested := func(members string) string { return url(`"computed":true,"nested_type":{` + members + `}`) }
	run(t, map[string]comparisonTest{
		"nothing":       {url(plain), url(plain), nil},
		"another order": {image(`"a":{` + plain + `},"b":{}`), image(`"b":{},"a":{"computed":true,"type":"string"}`), nil},
		"removed":       {url(plain), image(""), []string{breaking + ": removed; a configuration that uses it no longer validates"}},
		"added":         {image(""), url(plain), []string{feature + ": added"}},
		"added as required": {
			image(""), url(required),
			[]string{breaking + ": added as required; a configuration without it no longer validates"},
		},
		"type": {
			url(plain), url(`"type":["list","string"],"computed":true`),
			[]string{breaking + `: the type changed from "string" to ["list","string"]; configurations that use it may fail`},
		},
		"type of what is set": {
			url(optional), url(`"type":"number","optional":true`),
			[]string{breaking + `: the type changed from "string" to "number"; configurations that use it may fail`},
		},
		"any type to set": {url(optional), url(`"type":"dynamic","optional":true`), []string{feature + ": takes any type now"}},
		"any type to get": {
			url(plain), url(`"type":"dynamic","computed":true`),
			[]string{breaking + `: the type changed from "string" to "dynamic"; configurations that use it may fail`},
		},
		"required": {
			url(optional), url(required),
			[]string{breaking + ": required now; a configuration without it no longer validates"},
		},
		"no longer required": {url(required), url(optional), []string{feature + ": no longer required"}},
		"can no longer be set": {
			url(both), url(plain),
			[]string{breaking + ": can no longer be set; a configuration that sets it no longer validates"},
		},
		"can be set": {url(plain), url(both), []string{feature + ": can be set now"}},
		"no longer computed": {
			url(both), url(optional),
			[]string{breaking + ": no longer computed; it is null where it is not set"},
		},
		"computed": {url(optional), url(both), []string{feature + ": computed where it is not set, instead of null"}},
		"required, then only computed": {url(required), url(plain), []string{
			feature + ": computed where it is not set, instead of null",
			breaking + ": can no longer be set; a configuration that sets it no longer validates",
		}},
		"sensitive": {
			url(plain), url(plain + `,"sensitive":true`),
			[]string{breaking + ": sensitive now; an output that uses it must be marked as sensitive"},
		},
		"no longer sensitive": {
			url(plain + `,"sensitive":true`), url(plain),
			[]string{breaking + ": no longer sensitive; plans and logs show its value"},
		},
		"deprecated": {
			url(plain), url(plain + `,"deprecated":true`),
			[]string{feature + ": deprecated; those who use it see a warning"},
		},
		"description": {url(plain), url(plain + `,"description":"New."`), []string{wording + ": the description changed"}},
		"inside": {
			nested(`"nesting_mode":"map","attributes":{"id":{` + plain + `}}`),
			nested(`"nesting_mode":"map","attributes":{"id":{"type":"number","computed":true}}`),
			[]string{breaking + `, attribute id: the type changed from "string" to "number"; configurations that use it may fail`},
		},
		"nesting": {
			nested(`"nesting_mode":"map","attributes":{}`), nested(`"nesting_mode":"list","attributes":{}`),
			[]string{breaking + ": the way it nests changed; expressions that use it may fail"},
		},
		"no longer nested": {
			nested(`"nesting_mode":"map","attributes":{}`), url(plain),
			[]string{breaking + ": the way it nests changed; expressions that use it may fail"},
		},
		"attribute called name": {
			image(`"name":{` + plain + `}`), image(`"name":{"type":"number","computed":true}`),
			[]string{strings.Replace(breaking, "url", "name", 1) +
				`: the type changed from "string" to "number"; configurations that use it may fail`},
		},
		"no rule, beside wording": {
			nested(`"nesting_mode":"list","attributes":{}`),
			url(`"computed":true,"description":"New.","nested_type":{"nesting_mode":"list","attributes":{},"min_items":1}`),
			[]string{
				wording + ": the description changed",
				breaking + ": min_items changed from null to 1; no rule says what that means, so look, and add one",
			},
		},
	})
}

func TestCompareObjects(t *testing.T) {
	t.Parallel()
	const breaking, feature = "BREAKING: function f", "feature: function f"
	const takesA = `,"parameters":[{"name":"a","type":"string"}]`
	const furtherA = `,"variadic_parameter":{"name":"a","type":"string"}`
	run(t, map[string]comparisonTest{
		"data source and function": {image(""), function(""), []string{
			"BREAKING: data source cloudflare_image: removed; a configuration that uses it no longer validates",
			feature + ": added",
		}},
		"list resource": {
			part("data_source_schemas", "a", ""), part("list_resource_schemas", "a", ""),
			[]string{"BREAKING: data source a: removed; a configuration that uses it no longer validates", "feature: list resource a: added"},
		},
		"identity": {
			part("resource_identity_schemas", "a", `"attributes":{"id":{"type":"string"}}`),
			part("resource_identity_schemas", "a", `"attributes":{"id":{"type":"string","required_for_import":true}}`),
			[]string{"BREAKING: identity of resource a, attribute id: required_for_import changed from null to true; " +
				"no rule says what that means, so look, and add one"},
		},
		"nested block": {
			image(""), part("data_source_schemas", "cloudflare_image", `"version":0,"block":{"attributes":{},"block_types":{}}`),
			[]string{"BREAKING: data source cloudflare_image: block_types changed from null to {}; " +
				"no rule says what that means, so look, and add one"},
		},
		"result": {
			function(""), returns(`["list","string"]`),
			[]string{breaking + `: the type changed from "string" to ["list","string"]; configurations that use it may fail`},
		},
		"number of arguments": {
			function(""), function(takesA),
			[]string{breaking + ": it takes another number of arguments; look whether calls still validate"},
		},
		"argument": {function(takesA), function(`,"parameters":[{"name":"b","type":"bool"}]`), []string{
			"wording: function f, argument 1: the name changed",
			breaking + `, argument 1: the type changed from "string" to "bool"; configurations that use it may fail`,
		}},
		"argument takes no null": {
			function(`,"parameters":[{"name":"a","type":"string","is_nullable":true}]`), function(takesA),
			[]string{breaking + ", argument 1: no longer takes null"},
		},
		"argument of any type": {
			function(takesA), function(`,"parameters":[{"name":"a","type":"dynamic"}]`),
			[]string{feature + ", argument 1: takes any type now"},
		},
		"no further arguments": {
			function(furtherA), function(""),
			[]string{breaking + ": it takes no further arguments; calls that give some no longer validate"},
		},
		"further arguments": {function(""), function(furtherA), []string{feature + ": it takes further arguments"}},
		"further arguments of any type": {
			function(furtherA), function(`,"variadic_parameter":{"name":"a","type":"dynamic"}`),
			[]string{feature + ", further arguments: takes any type now"},
		},
		"result has more": {
			returns(`["object",{"a":"string"}]`), returns(`["object",{"a":"string","b":"string"}]`),
			[]string{feature + `: the object has more attributes now: ["object",{"a":"string","b":"string"}]`},
		},
		"result has less": {
			returns(`["object",{"a":"string","b":"string"}]`), returns(`["object",{"a":"string"}]`),
			[]string{breaking + `: the type changed from ["object",{"a":"string","b":"string"}] to ["object",{"a":"string"}]; ` +
				"configurations that use it may fail"},
		},
		"result differs": {
			returns(`["object",{"a":"string"}]`), returns(`["object",{"a":"number","b":"string"}]`),
			[]string{breaking + `: the type changed from ["object",{"a":"string"}] to ["object",{"a":"number","b":"string"}]; ` +
				"configurations that use it may fail"},
		},
	})
}

type comparisonTest struct {
	before, after string
	want          []string
}

func run(t *testing.T, tests map[string]comparisonTest) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Compare(parse(t, test.before), parse(t, test.after))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}
