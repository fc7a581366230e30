package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	dschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	rschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// A data source's attribute has the type and description of the resource's,
// and can't be set.
func TestToComputed(t *testing.T) {
	t.Parallel()
	check := []validator.String{stringCheck(client.CheckAccountID)}
	inner := map[string]rschema.Attribute{
		"x": rschema.StringAttribute{MarkdownDescription: "Inner.", Required: true, Sensitive: true},
	}
	tests := map[string]struct {
		attribute rschema.Attribute
		secret    bool
	}{
		"required string": {
			rschema.StringAttribute{MarkdownDescription: "Words.", Required: true, Validators: check},
			false,
		},
		"string with a custom type": {
			rschema.StringAttribute{
				MarkdownDescription: "Words.",
				Optional:            true,
				CustomType:          jsontypes.NormalizedType{},
			}, false,
		},
		"secret": {rschema.StringAttribute{MarkdownDescription: "Words.", Optional: true, Sensitive: true}, true},
		"boolean with a default": {
			rschema.BoolAttribute{
				MarkdownDescription: "Words.",
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(false),
			}, false,
		},
		"integer": {rschema.Int64Attribute{MarkdownDescription: "Words.", Optional: true}, false},
		"number":  {rschema.Float64Attribute{MarkdownDescription: "Words.", Optional: true}, false},
		"list": {
			rschema.ListAttribute{MarkdownDescription: "Words.", Optional: true, ElementType: types.StringType},
			false,
		},
		"map": {
			rschema.MapAttribute{MarkdownDescription: "Words.", Optional: true, ElementType: types.BoolType},
			false,
		},
		"object": {
			rschema.SingleNestedAttribute{MarkdownDescription: "Words.", Optional: true, Attributes: inner},
			false,
		},
		"map of objects": {
			rschema.MapNestedAttribute{
				MarkdownDescription: "Words.",
				NestedObject:        rschema.NestedAttributeObject{Attributes: inner},
			},
			false,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := toComputed(map[string]rschema.Attribute{"a": test.attribute})["a"]
			if !got.GetType().Equal(test.attribute.GetType()) {
				t.Errorf("type: got %s, want %s", got.GetType(), test.attribute.GetType())
			}
			if got.GetMarkdownDescription() != "Words." || got.IsSensitive() != test.secret {
				t.Errorf(
					"got %q, sensitive %t, want the description, and sensitive %t",
					got.GetMarkdownDescription(),
					got.IsSensitive(),
					test.secret,
				)
			}
			assertComputed(t, got)
			if s, ok := got.(dschema.StringAttribute); ok && s.Validators != nil {
				t.Error("a computed attribute has validators")
			}
			switch got := got.(type) {
			case dschema.SingleNestedAttribute:
				assertComputed(t, got.Attributes["x"])
			case dschema.MapNestedAttribute:
				assertComputed(t, got.NestedObject.Attributes["x"])
			}
		})
	}
}

func assertComputed(t *testing.T, a dschema.Attribute) {
	t.Helper()
	if !a.IsComputed() || a.IsOptional() || a.IsRequired() {
		t.Errorf("computed %t, optional %t, required %t, want only computed", a.IsComputed(), a.IsOptional(), a.IsRequired())
	}
}

// Arguments keep their validators, in data sources and in ephemeral resources.
func TestAccountIDAttribute(t *testing.T) {
	t.Parallel()
	inDataSource := toDataSource(accountIDAttribute())
	inEphemeral := toEphemeral(map[string]rschema.Attribute{"account_id": accountIDAttribute()})["account_id"]
	if len(inDataSource.Validators) != 1 {
		t.Errorf("validators: got %d, want 1", len(inDataSource.Validators))
	}
	for _, got := range []interface {
		IsOptional() bool
		IsComputed() bool
		GetMarkdownDescription() string
	}{inDataSource, inEphemeral} {
		want := "Account ID: at most 32 letters and digits. Default: the provider's `account_id`."
		if !got.IsOptional() || !got.IsComputed() || got.GetMarkdownDescription() != want {
			t.Errorf("optional %t, computed %t, %q", got.IsOptional(), got.IsComputed(), got.GetMarkdownDescription())
		}
	}
}

// Unsupported kinds of attributes panic, so whoever adds one notices.
func TestToEphemeralUnsupported(t *testing.T) {
	t.Parallel()
	attributes := map[string]rschema.Attribute{"a": rschema.NumberAttribute{}}
	for name, convert := range map[string]func(){
		"data source":        func() { toComputed(attributes) },
		"ephemeral resource": func() { toEphemeral(attributes) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("got an attribute, want a panic")
				}
			}()
			convert()
		})
	}
}

// The description of an argument says that it forces replacement, and a plan
// modifier forces it. A computed one has no modifier, because planAccount does
// this.
func TestForcesReplacement(t *testing.T) {
	t.Parallel()
	for computed, want := range map[bool]int{false: 1, true: 0} {
		got := forcesReplacement(rschema.StringAttribute{MarkdownDescription: "Name of it.", Computed: computed})
		if got.MarkdownDescription != "Name of it. Changing this forces a new resource to be created." || len(got.PlanModifiers) != want {
			t.Errorf(
				"computed: %t: got %q and %d modifiers, want %d",
				computed,
				got.MarkdownDescription,
				len(got.PlanModifiers),
				want,
			)
		}
		for _, modifier := range got.PlanModifiers {
			does := modifier.Description(t.Context())
			if want := stringplanmodifier.RequiresReplace().Description(t.Context()); does != want {
				t.Errorf("got a modifier %q, want %q", does, want)
			}
		}
	}
}
