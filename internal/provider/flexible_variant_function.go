package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

type flexibleVariantFunction struct{}

func newFlexibleVariantFunction() function.Function { return flexibleVariantFunction{} }

// Metadata names the function.
func (flexibleVariantFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "flexible_variant"
}

// Definition describes the function.
func (flexibleVariantFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Flexible variant from options.",
		MarkdownDescription: "Writes options such as `{ width = 400, fit = \"cover\" }` as a [flexible variant](https://developers.cloudflare.com/images/manage-images/enable-flexible-variants/), `w=400,fit=cover`, " +
			"for `delivery_url` or after the `delivery_base_url` of an image. Options come in a fixed order; their names are those of the [documentation](https://developers.cloudflare.com/images/optimization/features/), long or short. " +
			"An option that is null is left out. Unknown options, and values that are not allowed, are errors. The account must have flexible variants enabled.",
		Parameters: []function.Parameter{
			function.DynamicParameter{Name: "options", MarkdownDescription: "Object, or map, of the options."},
		},
		Return: function.StringReturn{},
	}
}

// wrongType describes a value that no option takes.
type wrongType string

// Run writes the variant.
func (flexibleVariantFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var argument types.Dynamic
	resp.Error = req.Arguments.Get(ctx, &argument)
	if resp.Error != nil {
		return
	}
	var attributes map[string]attr.Value
	switch given := argument.UnderlyingValue().(type) {
	case types.Object:
		attributes = given.Attributes()
	case types.Map:
		attributes = given.Elements()
	default:
		resp.Error = function.NewArgumentFuncError(0, "the options must be an object, such as { width = 400 }")
		return
	}
	options := map[string]any{}
	for name, value := range attributes {
		if dynamic, ok := value.(types.Dynamic); ok {
			value = dynamic.UnderlyingValue()
		}
		switch value := value.(type) {
		case nil:
		case types.String:
			options[name] = value.ValueString()
		case types.Bool:
			options[name] = value.ValueBool()
		case types.Number:
			options[name] = value.ValueBigFloat()
		default:
			options[name] = wrongType(fmt.Sprintf("a value of type %s", value.Type(ctx)))
		}
		if value == nil || value.IsNull() {
			delete(options, name)
		}
	}
	variant, err := delivery.FlexibleVariant(options)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, variant)
}
