package provider

import (
	"context"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

type flexibleVariantFunction struct{}

func newFlexibleVariantFunction() function.Function { return flexibleVariantFunction{} }

func (flexibleVariantFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "flexible_variant"
}

func (flexibleVariantFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Build a flexible variant from options.",
		MarkdownDescription: "Converts options such as `{ width = 400, fit = \"cover\" }` to a " +
			"[flexible variant](https://developers.cloudflare.com/images/manage-images/enable-flexible-variants/), `w=400,fit=cover`, " +
			"for the function `delivery_url` or to append to the `delivery_base_url` of an image.\n\n" +
			"The options, in the order of the result:\n\n" +
			optionTable(delivery.Options()) + "\n" +
			"See Cloudflare's [documentation](https://developers.cloudflare.com/images/optimization/features/) for what each option does. " +
			"If its pages and the types of its Workers runtime disagree, the wider set of values is accepted: `gravity` `center` and " +
			"`entropy`, `format` `png`, `png-force` and `svg`, `rotate` 0 and 360, `trim.right` and `trim.bottom`, " +
			"and a `brightness`, `contrast` or `gamma` of 0, which has no effect.\n\n" +
			"Options for *transformation* only are errors here; they work in the function `transformation_url`. " +
			"Null options are omitted. Unknown options and invalid values are errors. " +
			"To use an option or a value that this provider doesn't know, add it to `extra`, a list of `\"name=value\"` strings: " +
			"`{ width = 400, extra = [\"new-option=1\"] }`. Only their syntax is checked. " +
			"They are appended unchanged, so percent-encode them yourself.",
		Parameters: []function.Parameter{
			function.DynamicParameter{
				Name:                "options",
				MarkdownDescription: "Object or map of the options in the table, by name or short name, and `extra`.",
			},
		},
		Return: function.StringReturn{},
	}
}

// optionTable returns a Markdown table of the options.
func optionTable(options []delivery.Option) string {
	var table strings.Builder
	table.WriteString("| Option | Short name | Values | Use |\n|---|---|---|---|\n")
	for _, o := range options {
		also := ""
		if o.Alias != "" {
			also = "`" + o.Alias + "`"
		}
		scope := "transformation"
		if o.Hosted {
			scope = "hosted, transformation"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", o.Name, also, o.Takes, scope)
	}
	return table.String()
}

func (flexibleVariantFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var argument types.Dynamic
	resp.Error = req.Arguments.Get(ctx, &argument)
	if resp.Error != nil {
		return
	}
	options, ok := givenOptions(argument)
	if !ok {
		resp.Error = function.NewArgumentFuncError(0, "the options must be an object, such as { width = 400 }")
		return
	}
	variant, err := delivery.FlexibleVariant(options)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, variant)
}

// givenOptions returns the options that aren't null, for internal/delivery. It
// returns false if the argument isn't an object or a map.
func givenOptions(argument types.Dynamic) (options map[string]any, ok bool) {
	var attributes map[string]attr.Value
	isMap := false
	switch value := argument.UnderlyingValue().(type) {
	case types.Object:
		attributes = value.Attributes()
	case types.Map:
		attributes, isMap = value.Elements(), true
	default:
		return nil, false
	}
	options = map[string]any{}
	for name, value := range attributes {
		if value.IsNull() {
			continue
		}
		options[name] = optionValue(value, isMap)
		if name == delivery.ExtraOption {
			options[name] = extraValue(value)
		}
	}
	return options, true
}

// decimalNumber matches a number as Terraform converts it to a string. It must
// not match 0x1, which big.Float would parse as a number: it is a gravity.
var decimalNumber = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

// optionValue returns a value for internal/delivery. If one value of a map is a
// string, Terraform converts all values to strings, so numbers and booleans are
// converted back.
func optionValue(value attr.Value, inMap bool) any {
	switch value := value.(type) {
	case types.Number:
		return value.ValueBigFloat()
	case types.Bool:
		return value.ValueBool()
	case types.String:
		text := value.ValueString()
		if !inMap {
			return text
		}
		if decimalNumber.MatchString(text) {
			if number, ok := new(big.Float).SetString(text); ok {
				return number
			}
		}
		if text == "true" || text == "false" {
			return text == "true"
		}
		return text
	default:
		return wrongOptionType("a list, map or object")
	}
}

// extraValue returns the value of extra for internal/delivery: the strings of a
// list, or a value that is rejected there.
func extraValue(value attr.Value) any {
	var elements []attr.Value
	switch value := value.(type) {
	case types.Tuple:
		elements = value.Elements()
	case types.List:
		elements = value.Elements()
	case types.Set:
		elements = value.Elements()
	default:
		return optionValue(value, false)
	}
	entries := make([]string, len(elements))
	for i, element := range elements {
		entry, ok := element.(types.String)
		if !ok || entry.IsNull() {
			return wrongOptionType("a list with other elements")
		}
		entries[i] = entry.ValueString()
	}
	return entries
}

// wrongOptionType is the type of a value that no option accepts, for messages.
type wrongOptionType string

func (w wrongOptionType) String() string { return string(w) }
