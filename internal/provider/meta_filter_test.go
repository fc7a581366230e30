package provider

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// Filters are converted for the client, including those with unknown values.
func TestMetaFilterMatches(t *testing.T) {
	t.Parallel()
	type matches = map[string]client.MetaMatch
	at := func(kind client.MetaType, values ...string) matches {
		return matches{"a": {Type: kind, Values: values}}
	}
	object := func(value attr.Value) types.Dynamic {
		of := map[string]attr.Type{"a": value.Type(t.Context())}
		return types.DynamicValue(types.ObjectValueMust(of, map[string]attr.Value{"a": value}))
	}
	list := func(values ...attr.Value) types.Dynamic { return object(types.ListValueMust(types.StringType, values)) }
	a, unknown := types.StringValue("a"), types.StringUnknown()
	tests := map[string]struct {
		filter types.Dynamic
		want   matches
	}{
		"null":          {types.DynamicNull(), nil},
		"unset":         {types.Dynamic{}, nil},
		"typed null":    {types.DynamicValue(types.MapNull(types.StringType)), nil},
		"unknown":       {types.DynamicUnknown(), nil},
		"typed unknown": {types.DynamicValue(types.MapUnknown(types.StringType)), nil},
		"nothing":       {types.DynamicValue(stringMap(nil)), matches{}},
		"map of strings": {
			types.DynamicValue(stringMap(map[string]attr.Value{"a": types.StringValue("x|y")})), at(client.MetaString, "x|y"),
		},
		"text":                   {object(types.StringValue("")), at(client.MetaString, "")},
		"boolean":                {object(types.BoolValue(false)), at(client.MetaBoolean, "false")},
		"number":                 {object(types.NumberValue(big.NewFloat(-1.5))), at(client.MetaNumber, "-1.5")},
		"list":                   {list(types.StringValue("b"), a), at(client.MetaString, "b", "a")},
		"set":                    {object(types.SetValueMust(types.StringType, []attr.Value{a})), at(client.MetaString, "a")},
		"unknown member":         {object(unknown), matches{}},
		"untyped unknown member": {object(types.DynamicUnknown()), matches{}},
		"unknown list":           {object(types.ListUnknown(types.StringType)), matches{}},
		"unknown element":        {list(unknown, a), at(client.MetaString, "a")},
		"only unknown elements":  {list(unknown), matches{}},
		"untyped unknown element": {
			object(
				types.TupleValueMust([]attr.Type{types.DynamicType, types.StringType}, []attr.Value{types.DynamicUnknown(), a}),
			),
			at(client.MetaString, "a"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, diags := metaMatches(path.Root("meta_filter"), test.filter)
			if diff := cmp.Diff(test.want, got); diff != "" || diags.HasError() {
				t.Errorf("%v; filter (-want +got):\n%s", diags, diff)
			}
		})
	}
}

// Numbers are written as JSON, without losing digits.
func TestMetaFilterNumber(t *testing.T) {
	t.Parallel()
	parse := func(text string) *big.Float {
		number, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven) // as the library of the plugin protocol does
		if err != nil {
			t.Fatal(err)
		}
		return number
	}
	tests := map[string]struct {
		number *big.Float
		want   string // empty for an error
	}{
		"whole":                 {new(big.Float).SetInt64(3), "3"},
		"nothing":               {new(big.Float), "0"},
		"fraction of a float":   {big.NewFloat(0.1), "0.1"},
		"fraction of a string":  {parse("0.1"), "0.1"},
		"beyond a float":        {new(big.Float).SetUint64(9007199254740993), "9007199254740993"},
		"float beyond integers": {big.NewFloat(1 << 70), "1180591620717411303424"},
		"large":                 {parse("-123456789012345678901234567890"), "-123456789012345678901234567890"},
		"very large":            {parse("1e300"), "1e+300"},
		"very small":            {parse("1.25e-300"), "1.25e-300"},
		"the smallest written out": {
			new(big.Float).SetMantExp(big.NewFloat(0.5), -64),
			"0.00000000000000000002710505431213761",
		},
		"one not written out": {new(big.Float).SetMantExp(big.NewFloat(0.5), -65), "1.3552527156068805e-20"},
		"the largest written out": {
			new(
				big.Float,
			).SetMantExp(big.NewFloat(0.5), 256),
			"57896044618658097711785492504343953926634992332820282019728792003956564819968",
		},
		"another one not written out": {
			new(big.Float).SetMantExp(big.NewFloat(0.5), 257),
			"1.15792089237316195423570985008687907853269984665640564039457584007913129639936e+77",
		},
		"beyond JSON's range": {parse("1e309"), ""},
		"below JSON's range":  {parse("-1e309"), ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := metaNumber(test.number)
			if err == nil != (test.want != "") || err == nil && got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

// Filters that the API would reject fail in validate, with the path and the
// remedy.
func TestMetaFilterErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ filter, at, want string }{
		"a string": {filter: `"team"`, want: "must be an object or a map"},
		"a list":   {filter: `["team"]`, want: "must be an object or a map"},
		"six paths": {
			filter: `{ a = 1, b = 1, c = 1, d = 1, e = 1, f = 1 }`,
			want:   "at most 5 paths, the limit of the API; it has 6. Use the most selective",
		},
		"six levels": {
			filter: `{ "a.b.c.d.e.f" = "x" }`,
			at:     "a.b.c.d.e.f",
			want:   "must be a field path such as region.name",
		},
		"hyphen in a path": {filter: `{ "a-b" = "x" }`, at: "a-b", want: "must be a field path such as region.name"},
		"empty path":       {filter: `{ "" = "x" }`, want: "must be a field path such as region.name"},
		"null":             {filter: `{ a = null }`, at: "a", want: "must not be null. Omit it"},
		"null in a map":    {filter: `tomap({ a = tostring(null) })`, at: "a", want: "must not be null. Omit it"},
		"null in a list": {
			filter: `{ a = ["x", null] }`,
			at:     "a",
			want:   "list is invalid at [1]: the value must not be null. Omit it, or use another value.",
		},
		"only nulls": {
			filter: `{ a = tolist([null]) }`,
			at:     "a",
			want:   "list is invalid at [0]: the value must not be null",
		},
		"null list": {filter: `{ a = tolist(null) }`, at: "a", want: "must not be null. Omit it"},
		"object": {
			filter: `{ region = { name = "eu" } }`,
			at:     "region",
			want:   `a path with dots for nested metadata, such as "region.name" = "eu"`,
		},
		"list in a list": {
			filter: `{ a = [["x"]] }`,
			at:     "a",
			want:   "list is invalid at [0]: the value must not be an object, a map or a nested list",
		},
		"empty list": {
			filter: `{ a = [] }`,
			at:     "a",
			want:   "must have from 1 to 10 values, the limits of the API; it has 0. Omit the path",
		},
		"empty set": {filter: `{ a = toset([]) }`, at: "a", want: "must have from 1 to 10 values"},
		"eleven values": {
			filter: `{ a = range(11) }`,
			at:     "a",
			want:   "it has 11. Omit the path to match any value, and use another block for",
		},
		"strings and numbers": {filter: `{ a = ["1", 2] }`, at: "a", want: "only strings or only numbers"},
		"numbers and strings": {filter: `{ a = [1, "2"] }`, at: "a", want: "only strings or only numbers"},
		"booleans": {
			filter: `{ a = [true, false] }`,
			at:     "a",
			want:   "not booleans. Use true or false without a list",
		},
		"booleans at the end": {filter: `{ a = ["x", true] }`, at: "a", want: "not booleans"},
		"separator": {
			filter: `{ a = ["x", "y|z"] }`,
			at:     "a",
			want:   "list is invalid at [1]: its strings must not contain |",
		},
		"enormous":            {filter: `{ a = 1e999 }`, at: "a", want: "from -1.7e308 to 1.7e308"},
		"in a list, enormous": {filter: `{ a = [1, 1e999] }`, at: "a", want: "list is invalid at [1]: the number must be"},
	}
	var config strings.Builder
	config.WriteString(requiredProviders)
	labels := map[string]string{}
	for i, name := range slices.Sorted(maps.Keys(tests)) {
		labels[name] = fmt.Sprintf("data.cloudflare_images.x%d", i)
		fmt.Fprintf(&config, "data \"cloudflare_images\" \"x%d\" {\n  meta_filter = %s\n}\n", i, tests[name].filter)
	}
	r := newTestEnv(t)
	found, code := r.cli(t, config.String()).diagnostics("validate")
	if code != 1 || len(found) != len(tests) {
		t.Errorf("got exit code %d and %d diagnostics, want 1 and %d", code, len(found), len(tests))
	}
	for name, test := range tests {
		summary := "Invalid meta_filter"
		if test.at != "" || name == "empty path" {
			summary += fmt.Sprintf("[%q]", test.at)
		}
		matches := 0
		for _, got := range found {
			isWhole := strings.Contains(got.Detail, test.want) && strings.HasSuffix(got.Detail, ".")
			if got.Address == labels[name] && got.Summary == summary && isWhole {
				matches++
			}
		}
		if matches != 1 {
			t.Errorf("%s: got %+v, want %q with %q at %s", name, found, summary, test.want, labels[name])
		}
	}
	if got := len(r.Requests()); got != 0 {
		t.Errorf("requests: got %d, want none", got)
	}
}

// Values match by type, and the next read returns the same result.
func TestMetaFilter(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		filter string
		want   []string
	}{
		"map":                   {`tomap({ team = "web", level = "3" })`, []string{"b"}},
		"text":                  {`{ level = "3" }`, []string{"b"}},
		"number":                {`{ level = 3 }`, []string{"a", "c"}},
		"fraction":              {`{ ratio = 1 / 4 }`, []string{"a"}},
		"large number":          {`{ serial = 12345678901234567890123 }`, []string{"c"}},
		"true":                  {`{ published = true }`, []string{"a"}},
		"false":                 {`{ published = false }`, []string{"c"}},
		"texts":                 {`{ "region.name" = ["eu", "us", "ap"] }`, []string{"a", "b"}},
		"string in a list":      {`{ "region.name" = ["eu"] }`, []string{"a"}},
		"separator, not listed": {`{ "region.name" = "eu|us" }`, []string{"c"}},
		"set of numbers":        {`{ level = toset([7, 3]) }`, []string{"a", "c"}},
		"all together": {
			`{ team = "web", level = [1, 3], published = true, ratio = 0.25, "region.name" = ["eu", "us"] }`, []string{"a"},
		},
		"unknown until apply": {`{ team = terraform_data.team.output, level = 3 }`, []string{"a"}},
		"ten values":          {`{ level = range(3, 13) }`, []string{"a", "c"}},
		"empty":               {`{}`, []string{"a", "b", "c"}},
		"null":                {`null`, []string{"a", "b", "c"}},
		"typed null":          {`tomap(null)`, []string{"a", "b", "c"}},
		"list or null":        {`{ level = true ? [3] : null }`, []string{"a", "c"}},
	}
	r := newTestEnv(t)
	for id, meta := range map[string]string{
		"a": `{"team":"web","level":3,"published":true,"ratio":0.25,"region":{"name":"eu"}}`,
		"b": `{"team":"web","level":"3","published":"true","region":{"name":"us"}}`,
		"c": `{"level":3.0,"published":false,"serial":12345678901234567890123,"region":{"name":"eu|us"}}`,
	} {
		r.AddImage(
			fmt.Sprintf(
				`{"result":{"id":%q,"creator":"me","uploaded":"2024-01-01T00:00:00Z","meta":%s},"success":true}`,
				id,
				meta,
			),
		)
	}
	config := requiredProviders + "resource \"terraform_data\" \"team\" {\n  input = \"web\"\n}\n"
	var checks []statecheck.StateCheck
	for i, name := range slices.Sorted(maps.Keys(tests)) {
		config += fmt.Sprintf(`
# %s
data "cloudflare_images" "x%d" {
  creator     = "me"
  meta_filter = %s
}
`, name, i, tests[name].filter)
		ids := make([]knownvalue.Check, len(tests[name].want))
		for i, id := range tests[name].want {
			ids[i] = knownvalue.StringExact(id)
		}
		checks = append(checks, statecheck.ExpectKnownValue(
			fmt.Sprintf("data.cloudflare_images.x%d", i), tfjsonpath.New("ids"), knownvalue.SetExact(ids),
		))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{
			{Config: config, ConfigPlanChecks: secondPlanIsEmpty, ConfigStateChecks: checks},
		},
	})
}
