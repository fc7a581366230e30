package provider

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	eschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	lschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	rschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// The attributes of an object are defined once, as resource attributes, which
// have the most features, and converted for data sources, list resources and
// ephemeral resources. A description that only applies to the resource is
// appended with describeFurther.

// The last paragraph of the descriptions of data sources and resources.
const (
	readPermission  = "\n\nThe API token needs the account permission *Images Read*."
	writePermission = "\n\nThe API token needs the account permission *Images Write*, " +
		"which the dashboard shows as *Cloudflare Images: Edit*."
)

func accountIDAttribute() rschema.StringAttribute {
	return rschema.StringAttribute{
		MarkdownDescription: "Account ID: at most 32 letters and digits. Default: the provider's `account_id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringCheck(client.CheckAccountID)},
	}
}

// toDataSource converts an attribute for a data source. Unlike with toComputed,
// it stays required, optional or computed.
func toDataSource(a rschema.StringAttribute) dschema.StringAttribute {
	return dschema.StringAttribute{
		MarkdownDescription: a.MarkdownDescription,
		CustomType:          a.CustomType,
		Required:            a.Required,
		Optional:            a.Optional,
		Computed:            a.Computed,
		Sensitive:           a.Sensitive,
		Validators:          a.Validators,
	}
}

// toList converts an attribute to an optional one for the configuration of a
// list resource.
func toList(a rschema.StringAttribute) lschema.StringAttribute {
	return lschema.StringAttribute{MarkdownDescription: a.MarkdownDescription, Optional: true, Validators: a.Validators}
}

// toListDynamic is toList for an attribute of dynamic type.
func toListDynamic(a dschema.DynamicAttribute) lschema.DynamicAttribute {
	return lschema.DynamicAttribute{MarkdownDescription: a.MarkdownDescription, Optional: true, Validators: a.Validators}
}

// toComputed converts attributes to computed ones for a data source.
func toComputed(attributes map[string]rschema.Attribute) map[string]dschema.Attribute {
	computed := make(map[string]dschema.Attribute, len(attributes))
	for name, attribute := range attributes {
		computed[name] = computedAttribute(attribute)
	}
	return computed
}

func computedAttribute(attribute rschema.Attribute) dschema.Attribute {
	text, secret := attribute.GetMarkdownDescription(), attribute.IsSensitive()
	switch a := attribute.(type) {
	case rschema.StringAttribute:
		return dschema.StringAttribute{MarkdownDescription: text, Sensitive: secret, Computed: true, CustomType: a.CustomType}
	case rschema.BoolAttribute:
		return dschema.BoolAttribute{MarkdownDescription: text, Sensitive: secret, Computed: true, CustomType: a.CustomType}
	case rschema.Int64Attribute:
		return dschema.Int64Attribute{MarkdownDescription: text, Sensitive: secret, Computed: true, CustomType: a.CustomType}
	case rschema.Float64Attribute:
		return dschema.Float64Attribute{
			MarkdownDescription: text, Sensitive: secret, Computed: true, CustomType: a.CustomType,
		}
	case rschema.ListAttribute:
		return dschema.ListAttribute{
			MarkdownDescription: text, Sensitive: secret, Computed: true, CustomType: a.CustomType, ElementType: a.ElementType,
		}
	case rschema.MapAttribute:
		return dschema.MapAttribute{
			MarkdownDescription: text, Sensitive: secret, Computed: true, CustomType: a.CustomType, ElementType: a.ElementType,
		}
	case rschema.MapNestedAttribute:
		nested := dschema.NestedAttributeObject{
			Attributes: toComputed(a.NestedObject.Attributes), CustomType: a.NestedObject.CustomType,
		}
		return dschema.MapNestedAttribute{
			MarkdownDescription: text, Sensitive: secret, Computed: true, CustomType: a.CustomType, NestedObject: nested,
		}
	case rschema.SingleNestedAttribute:
		return dschema.SingleNestedAttribute{
			MarkdownDescription: text, Sensitive: secret, Computed: true, CustomType: a.CustomType,
			Attributes: toComputed(a.Attributes),
		}
	default:
		panic(fmt.Sprintf("computedAttribute: %T is not supported", a))
	}
}

// toEphemeral converts attributes, which must all be strings, for an ephemeral
// resource.
func toEphemeral(attributes map[string]rschema.Attribute) map[string]eschema.Attribute {
	ephemeral := make(map[string]eschema.Attribute, len(attributes))
	for name, attribute := range attributes {
		text, ok := attribute.(rschema.StringAttribute)
		if !ok {
			panic(fmt.Sprintf("toEphemeral: %T is not supported", attribute))
		}
		ephemeral[name] = eschema.StringAttribute(toDataSource(text))
	}
	return ephemeral
}

func stringList(elements []string) types.List {
	values := make([]attr.Value, len(elements))
	for i, text := range elements {
		values[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, values)
}

func stringMap(values map[string]attr.Value) types.Map {
	return types.MapValueMust(types.StringType, values)
}

// sortedStrings returns the elements of a set, sorted.
func sortedStrings(set types.Set) (found []string) {
	for _, element := range set.Elements() {
		if text, ok := element.(types.String); ok {
			found = append(found, text.ValueString())
		}
	}
	slices.Sort(found)
	return found
}

// describeFurther appends a sentence to the description of an attribute of a
// resource.
func describeFurther(attributes map[string]rschema.Attribute, name, sentence string) {
	switch a := attributes[name].(type) {
	case rschema.StringAttribute:
		a.MarkdownDescription += " " + sentence
		attributes[name] = a
	case rschema.BoolAttribute:
		a.MarkdownDescription += " " + sentence
		attributes[name] = a
	case rschema.SingleNestedAttribute:
		a.MarkdownDescription += " " + sentence
		attributes[name] = a
	default:
		panic(fmt.Sprintf("describeFurther: %T is not supported", a))
	}
}

// forcesReplacement returns the attribute with the description, and the plan
// modifier if needed, of one that forces replacement.
func forcesReplacement(a rschema.StringAttribute) rschema.StringAttribute {
	a.MarkdownDescription += " Changing this forces a new resource to be created."
	if !a.Computed { // planAccount forces the replacement
		a.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplace()}
	}
	return a
}
