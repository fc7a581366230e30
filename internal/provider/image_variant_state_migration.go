package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ resource.ResourceWithUpgradeState = (*imageVariantResource)(nil)
	_ resource.ResourceWithMoveState    = (*imageVariantResource)(nil)
)

var imageVariantStateMigration = stateMigration{"cloudflare_image_variant", "variant_id", "id", schemaVersion, fromOfficialVariant}

func (r *imageVariantResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return imageVariantStateMigration.upgraders()
}

func (r *imageVariantResource) MoveState(context.Context) []resource.StateMover {
	return imageVariantStateMigration.movers()
}

// officialVariantState is the state of a variant. Up to version 5.22, it
// contains a nested copy, and after the first refresh only that has the ID.
type officialVariantState struct {
	ID        *string `json:"id"`
	AccountID *string `json:"account_id"`
	Options   *struct {
		Fit      *string  `json:"fit"`
		Metadata *string  `json:"metadata"`
		Width    *float64 `json:"width"`
		Height   *float64 `json:"height"`
	} `json:"options"`
	NeverRequireSignedURLs *bool `json:"never_require_signed_urls"`

	Variant *officialVariantState `json:"variant"`
}

// fromOfficialVariant converts the state of a variant: the same attributes,
// without the nested copy.
func fromOfficialVariant(attributes []byte) (_ any, accountID, id types.String, err error) {
	var theirs officialVariantState
	err = json.Unmarshal(attributes, &theirs)
	accountID, id = types.StringPointerValue(theirs.AccountID), types.StringPointerValue(theirs.ID)
	options, never := theirs.Options, theirs.NeverRequireSignedURLs
	if inner := theirs.Variant; inner != nil {
		id = types.StringPointerValue(cmp.Or(theirs.ID, inner.ID))
		options, never = cmp.Or(options, inner.Options), cmp.Or(never, inner.NeverRequireSignedURLs)
	}
	if err != nil {
		return nil, accountID, id, err
	}
	if accountID.ValueString() == "" || id.ValueString() == "" || options == nil {
		return nil, accountID, id, errors.New("account_id, id or options is missing")
	}
	ours := &imageVariantResourceModel{AccountID: accountID, ID: id}
	ours.Options.Fit = types.StringPointerValue(options.Fit)
	ours.Options.Metadata = types.StringPointerValue(options.Metadata)
	ours.Options.Width = types.Float64PointerValue(options.Width)
	ours.Options.Height = types.Float64PointerValue(options.Height)
	ours.NeverRequireSignedURLs = types.BoolValue(never != nil && *never)
	return ours, accountID, id, nil
}
