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
		Summary: "Flexible variant from options.",
		MarkdownDescription: "Writes options such as `{ width = 400, fit = \"cover\" }` as a " +
			"[flexible variant](https://developers.cloudflare.com/images/manage-images/enable-flexible-variants/), `w=400,fit=cover`, " +
			"for [`delivery_url`](delivery_url.md) or after the `delivery_base_url` of an image. " +
			"The guide [Responsive images](../guides/responsive-images.md) fills a `srcset` with it.\n\n" +
			"~> **Note:** The account must have flexible variants enabled, and private images cannot be served so: " +
			"otherwise the URL gives an error in the browser, which no plan can see.\n\n" +
			"The options, in the order in which they are written:\n\n" +
			optionTable(delivery.Options()) + "\n" +
			"Cloudflare's [documentation](https://developers.cloudflare.com/images/optimization/features/) describes what they do. " +
			"If its pages and the types of its Workers runtime disagree, the wider set of values is accepted: `gravity` `center` and " +
			"`entropy`, `format` `png`, `png-force` and `svg`, `rotate` 0 and 360, `trim.right` and `trim.bottom`, " +
			"and a `brightness`, `contrast` or `gamma` of 0, which changes nothing.\n\n" +
			"Options for *transformation* only are errors here; they belong into [`transformation_url`](transformation_url.md). " +
			"An option that is null is left out. Unknown options, and values that are not allowed, are errors. " +
			"An option or a value that this provider does not know yet goes into `extra`, a list of `\"name=value\"` strings: " +
			"`{ width = 400, extra = [\"new-option=1\"] }`. Only the syntax of these is checked. " +
			"They come last, percent-encoded as you write them.",
		Parameters: []function.Parameter{
			function.DynamicParameter{
				Name:                "options",
				MarkdownDescription: "Object, or map, of the options in the table, by their names or short names, and `extra`.",
			},
		},
		Return: function.StringReturn{},
	}
}

// optionTable is a Markdown table of the options.
func optionTable(options []delivery.Option) string {
	var table strings.Builder
	table.WriteString("| option | also | takes | for |\n|---|---|---|---|\n")
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

// givenOptions returns the options that aren't null, as internal/delivery takes
// them. It returns false if they aren't an object or a map.
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

// decimalNumber matches a number as Terraform writes it. 0x1 is not one, but
// a corner of the image.
var decimalNumber = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

// optionValue returns a value as internal/delivery expects it. A map
// converts all of its values to strings as soon as one of them is a string,
// so numbers and booleans are recognized in them.
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

// extraValue returns the strings of a list, or wrongOptionType.
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

// wrongOptionType describes a value that no option accepts.
type wrongOptionType string

func (w wrongOptionType) String() string { return string(w) }
