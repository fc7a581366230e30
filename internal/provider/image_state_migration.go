package provider

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/imagefile"
)

var (
	_ resource.ResourceWithUpgradeState = (*imageResource)(nil)
	_ resource.ResourceWithMoveState    = (*imageResource)(nil)
)

var imageStateMigration = stateMigration{"cloudflare_image", "image_id", "id", schemaVersion, fromOfficialImage}

func (r *imageResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return imageStateMigration.upgraders()
}

func (r *imageResource) MoveState(context.Context) []resource.StateMover {
	return imageStateMigration.movers()
}

// fromOfficialImage converts the state of an image. Common attributes keep their
// names; in addition:
//
//	theirs     ours
//	file       sha256, if it is Base64; the content is dropped
//	meta       meta_json and meta; theirs is a JSON string
//	metadata   metadata, if it is an object
//	variants   variants, sorted; variant_urls, account_hash and delivery_base_url
func fromOfficialImage(attributes []byte) (_ any, accountID, id types.String, err error) {
	var theirs struct {
		ID                *string  `json:"id"`
		AccountID         *string  `json:"account_id"`
		Creator           *string  `json:"creator"`
		File              *string  `json:"file"`
		Filename          *string  `json:"filename"`
		Meta              *string  `json:"meta"`
		Metadata          *string  `json:"metadata"`
		RequireSignedURLs *bool    `json:"require_signed_urls"`
		Uploaded          *string  `json:"uploaded"`
		URL               *string  `json:"url"`
		Variants          []string `json:"variants"`
	}
	err = json.Unmarshal(attributes, &theirs)
	accountID, id = types.StringPointerValue(theirs.AccountID), types.StringPointerValue(theirs.ID)
	switch {
	case err != nil:
		return nil, accountID, id, err
	case accountID.ValueString() == "" || id.ValueString() == "":
		return nil, accountID, id, errors.New("account_id or id is missing")
	}
	ours := &imageResourceModel{imageModel: emptyImage(), AccountID: accountID}
	ours.ID = id
	ours.Creator = types.StringPointerValue(theirs.Creator)
	ours.Filename = types.StringPointerValue(theirs.Filename)
	ours.Uploaded = types.StringPointerValue(theirs.Uploaded)
	ours.RequireSignedURLs = types.BoolValue(theirs.RequireSignedURLs != nil && *theirs.RequireSignedURLs)
	ours.URL = types.StringPointerValue(theirs.URL)
	ours.SHA256 = hashOf(theirs.File)
	ours.fillURLs(id.ValueString(), theirs.Variants, new(unrecognizedURLs))
	ours.fillOfficialMeta(theirs.Meta, theirs.Metadata)
	return ours, accountID, id, nil
}

// isMigrated reports whether the state was migrated from another provider, and
// not read since: then draft is null. After an import, require_signed_urls is
// null as well.
func (m *imageResourceModel) isMigrated() bool {
	return m.Draft.IsNull() && !m.RequireSignedURLs.IsNull()
}

// hashOf returns the hash of Base64-encoded content, or null if that isn't an
// image file.
func hashOf(file *string) types.String {
	if file == nil || *file == "" {
		return types.StringNull()
	}
	info, err := imagefile.Inspect(base64.NewDecoder(base64.StdEncoding, strings.NewReader(*file)))
	if err != nil {
		return types.StringNull()
	}
	return types.StringValue(info.SHA256)
}
