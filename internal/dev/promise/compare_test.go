package promise

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// whole is a schema with one data source, whose attributes are given.
func whole(attributes string) string {
	return `{"format_version":"1.0","provider_schemas":{"cloudflare":{"provider":{"version":0,"block":{}},"data_source_schemas":{"cloudflare_image":{"version":0,"block":{"attributes":{` + attributes + `}}}}}}}`
}

// withFunction is a schema with one function, whose members are given.
func withFunction(members string) string {
	return `{"format_version":"1.0","provider_schemas":{"cloudflare":{"provider":{"version":0,"block":{}},"functions":{"f":{` + members + `}}}}}`
}

func TestCompare(t *testing.T) {
	t.Parallel()
	const (
		url   = "data source cloudflare_image, attribute url: "
		plain = `"url":{"type":"string","computed":true}`
	)
	tests := map[string]struct {
		before, after string
		want          []string
	}{
		"nothing":              {whole(plain), whole(plain), nil},
		"another order":        {whole(`"a":{"type":"string","computed":true},` + plain), whole(plain + `,"a":{"computed":true,"type":"string"}`), nil},
		"attribute removed":    {whole(plain), whole(``), []string{"BREAKING: " + url + "removed; a configuration that names it no longer validates"}},
		"attribute added":      {whole(``), whole(plain), []string{"feature: " + url + "added"}},
		"added as required":    {whole(``), whole(`"url":{"type":"string","required":true}`), []string{"BREAKING: " + url + "added as required; a configuration without it no longer validates"}},
		"type":                 {whole(plain), whole(`"url":{"type":["list","string"],"computed":true}`), []string{"BREAKING: " + url + `the type changed from "string" to ["list","string"]; expressions that use it may fail`}},
		"required":             {whole(`"url":{"type":"string","optional":true}`), whole(`"url":{"type":"string","required":true}`), []string{"BREAKING: " + url + "required now; a configuration without it no longer validates"}},
		"no longer required":   {whole(`"url":{"type":"string","required":true}`), whole(`"url":{"type":"string","optional":true}`), []string{"feature: " + url + "no longer required"}},
		"can no longer be set": {whole(`"url":{"type":"string","optional":true,"computed":true}`), whole(plain), []string{"BREAKING: " + url + "can no longer be set; a configuration that sets it no longer validates"}},
		"can be set":           {whole(plain), whole(`"url":{"type":"string","optional":true,"computed":true}`), []string{"feature: " + url + "can be set now"}},
		"no longer computed":   {whole(`"url":{"type":"string","optional":true,"computed":true}`), whole(`"url":{"type":"string","optional":true}`), []string{"BREAKING: " + url + "no longer computed; it is null where it is not set"}},
		"computed":             {whole(`"url":{"type":"string","optional":true}`), whole(`"url":{"type":"string","optional":true,"computed":true}`), []string{"feature: " + url + "computed where it is not set, instead of null"}},
		"sensitive":            {whole(plain), whole(`"url":{"type":"string","computed":true,"sensitive":true}`), []string{"BREAKING: " + url + "sensitive now; an output that uses it must be marked as sensitive"}},
		"no longer sensitive":  {whole(`"url":{"type":"string","computed":true,"sensitive":true}`), whole(plain), []string{"BREAKING: " + url + "no longer sensitive; plans and logs show its value"}},
		"deprecated":           {whole(plain), whole(`"url":{"type":"string","computed":true,"deprecated":true}`), []string{"feature: " + url + "deprecated; those who use it see a warning"}},
		"description":          {whole(plain), whole(`"url":{"type":"string","computed":true,"description":"New."}`), []string{"wording: " + url + "the description changed"}},
		"inside": {
			whole(`"url":{"computed":true,"nested_type":{"nesting_mode":"map","attributes":{"id":{"type":"string","computed":true}}}}`),
			whole(`"url":{"computed":true,"nested_type":{"nesting_mode":"map","attributes":{"id":{"type":"number","computed":true}}}}`),
			[]string{`BREAKING: data source cloudflare_image, attribute url, attribute id: the type changed from "string" to "number"; expressions that use it may fail`},
		},
		"nesting": {
			whole(`"url":{"computed":true,"nested_type":{"nesting_mode":"map","attributes":{}}}`),
			whole(`"url":{"computed":true,"nested_type":{"nesting_mode":"list","attributes":{}}}`),
			[]string{"BREAKING: " + url + "the way it nests changed from map to list; expressions that use it may fail"},
		},
		"no longer nested": {
			whole(`"url":{"computed":true,"nested_type":{"nesting_mode":"map","attributes":{}}}`), whole(plain),
			[]string{"BREAKING: " + url + "the way it nests changed from map to none; expressions that use it may fail"},
		},
		"data source and function": {
			whole(plain), withFunction(`"return_type":"string"`),
			[]string{"BREAKING: data source cloudflare_image: removed; a configuration that uses it no longer validates", "feature: function f: added"},
		},
		"result":               {withFunction(`"return_type":"string"`), withFunction(`"return_type":["list","string"]`), []string{`BREAKING: function f, result: the type changed from "string" to ["list","string"]; expressions that use it may fail`}},
		"number of":            {withFunction(`"return_type":"string"`), withFunction(`"return_type":"string","parameters":[{"name":"a","type":"string"}]`), []string{"BREAKING: function f: it takes 1 fixed arguments instead of 0; look whether calls still validate"}},
		"argument":             {withFunction(`"return_type":"string","parameters":[{"name":"a","type":"string"}]`), withFunction(`"return_type":"string","parameters":[{"name":"b","type":"bool"}]`), []string{"wording: function f, argument 1: the name or description changed", `BREAKING: function f, argument 1: the type changed from "string" to "bool"; configurations that set it may fail`}},
		"argument takes":       {withFunction(`"return_type":"string","parameters":[{"name":"a","type":"string","is_nullable":true}]`), withFunction(`"return_type":"string","parameters":[{"name":"a","type":"string"}]`), []string{"BREAKING: function f, argument 1: no longer takes null"}},
		"fewer further ones":   {withFunction(`"return_type":"string","variadic_parameter":{"name":"a","type":"string"}`), withFunction(`"return_type":"string"`), []string{"BREAKING: function f: it takes no further arguments; calls that give some no longer validate"}},
		"argument of any type": {withFunction(`"return_type":"string","parameters":[{"name":"a","type":"string"}]`), withFunction(`"return_type":"string","parameters":[{"name":"a","type":"dynamic"}]`), []string{"feature: function f, argument 1: takes any type now"}},
		"result has more":      {withFunction(`"return_type":["object",{"a":"string"}]`), withFunction(`"return_type":["object",{"a":"string","b":"string"}]`), []string{`feature: function f, result: the object has more attributes now: ["object",{"a":"string","b":"string"}]`}},
		"result has less":      {withFunction(`"return_type":["object",{"a":"string","b":"string"}]`), withFunction(`"return_type":["object",{"a":"string"}]`), []string{`BREAKING: function f, result: the type changed from ["object",{"a":"string","b":"string"}] to ["object",{"a":"string"}]; expressions that use it may fail`}},
		"result differs":       {withFunction(`"return_type":["object",{"a":"string"}]`), withFunction(`"return_type":["object",{"a":"number","b":"string"}]`), []string{`BREAKING: function f, result: the type changed from ["object",{"a":"string"}] to ["object",{"a":"number","b":"string"}]; expressions that use it may fail`}},
		"not compared": {
			whole(`"url":{"computed":true,"nested_type":{"nesting_mode":"list","attributes":{}}}`),
			whole(`"url":{"computed":true,"nested_type":{"nesting_mode":"list","attributes":{},"min_items":1}}`),
			[]string{"BREAKING: schema: changed in a way that is not compared here; look at the difference, and teach this comparison about it"},
		},
		"not compared, beside wording": {
			whole(`"url":{"computed":true,"nested_type":{"nesting_mode":"list","attributes":{}}}`),
			whole(`"url":{"computed":true,"description":"New.","nested_type":{"nesting_mode":"list","attributes":{},"min_items":1}}`),
			[]string{"wording: " + url + "the description changed", "BREAKING: schema: changed in a way that is not compared here; look at the difference, and teach this comparison about it"},
		},
		"attribute called name": {
			whole(`"name":{"type":"string","computed":true}`), whole(`"name":{"type":"number","computed":true}`),
			[]string{`BREAKING: data source cloudflare_image, attribute name: the type changed from "string" to "number"; expressions that use it may fail`},
		},
		"further ones": {withFunction(`"return_type":"string"`), withFunction(`"return_type":"string","variadic_parameter":{"name":"a","type":"string"}`), []string{"feature: function f: it takes further arguments"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, err := Parse([]byte(test.before))
			if err != nil {
				t.Fatal(err)
			}
			after, err := Parse([]byte(test.after))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, change := range Compare(before, after) {
				got = append(got, change.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"no JSON":     `{`,
		"another one": `{"format_version":"1.0","provider_schemas":{"aws":{}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if schema, err := Parse([]byte(content)); err == nil {
				t.Errorf("got %v", fmt.Sprint(schema))
			}
		})
	}
}

// The schema is what the committed file promises.
func TestPromise(t *testing.T) {
	t.Parallel()
	before, after := load(t)
	var lines []string
	for _, change := range Compare(before, after) {
		lines = append(lines, change.String())
	}
	if len(lines) > 0 {
		t.Errorf("the provider's schema is not what internal/dev/promise/schema.json promises to users:\n\n%s\n\n"+
			"If that is meant, run make generate, commit the file, and write an entry into the changelog.", strings.Join(lines, "\n"))
	}
}
