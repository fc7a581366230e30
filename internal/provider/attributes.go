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

// An object's attributes are written once, as those of a resource, which can
// say the most. The other kinds take theirs from them, so that no description
// stands twice.

// What ends the description of whatever is read from an account, and of whatever
// is managed there.
const (
	readPermission  = "\n\nThe API token needs the account permission *Images Read*."
	writePermission = "\n\nThe API token needs the account permission *Images Write*, " +
		"which the dashboard shows as *Cloudflare Images: Edit*."
)

// accountIDAttribute is the account_id of whatever is kept in an account.
func accountIDAttribute() rschema.StringAttribute {
	return rschema.StringAttribute{
		MarkdownDescription: "ID of the account: at most 32 letters and digits. Defaults to the provider's `account_id`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringCheck(client.CheckAccountID)},
	}
}

// toDataSource is an attribute that can be set in a data source as well.
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

// toList is an attribute that can be set in a list block as well.
func toList(a rschema.StringAttribute) lschema.StringAttribute {
	return lschema.StringAttribute{MarkdownDescription: a.MarkdownDescription, Optional: true, Validators: a.Validators}
}

// toListDynamic is the same of any type.
func toListDynamic(a dschema.DynamicAttribute) lschema.DynamicAttribute {
	return lschema.DynamicAttribute{MarkdownDescription: a.MarkdownDescription, Optional: true, Validators: a.Validators}
}

// toComputed is the attributes as a data source shows them: of the same type and
// in the same words, but never set.
func toComputed(attributes map[string]rschema.Attribute) map[string]dschema.Attribute {
	shown := make(map[string]dschema.Attribute, len(attributes))
	for name, attribute := range attributes {
		shown[name] = computedAttribute(attribute)
	}
	return shown
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
		panic(fmt.Sprintf("computed: give a %T its form in a data source", a))
	}
}

// toEphemeral returns the attributes of an ephemeral resource, which are all
// strings. What can be set can be set there as well.
func toEphemeral(attributes map[string]rschema.Attribute) map[string]eschema.Attribute {
	open := make(map[string]eschema.Attribute, len(attributes))
	for name, attribute := range attributes {
		text, ok := attribute.(rschema.StringAttribute)
		if !ok {
			panic(fmt.Sprintf("ephemeralAttributes: give a %T its form in an ephemeral resource", attribute))
		}
		open[name] = eschema.StringAttribute(toDataSource(text))
	}
	return open
}

// stringList and stringMap are collections of strings.
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

// forcesReplacement returns an attribute that forces replacement.
func forcesReplacement(a rschema.StringAttribute) rschema.StringAttribute {
	a.MarkdownDescription += " A change replaces it."
	if !a.Computed { // of the account, plan takes care
		a.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplace()}
	}
	return a
}
