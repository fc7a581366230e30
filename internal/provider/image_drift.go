package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// Content drift: the API can't replace the content behind an ID. If an image
// with a custom ID was uploaded later than the state records, somebody deleted
// it and uploaded another one.

// replacedAfter is the largest difference between upload times that doesn't
// indicate another upload: the API rounds them inconsistently.
const replacedAfter = 5 * time.Second

// unknownContent is the sha256 in the state of an image whose content was
// replaced outside of Terraform. No file has this hash, so a plan uploads the
// configured content again, unless sha256 is in ignore_changes.
var unknownContent = types.StringValue("")

// checkContent compares the upload time of an image that was read with the one
// in the state. If the content was replaced, it sets the hash to
// unknownContent, and resets the other attributes that describe the content.
func (m *imageResourceModel) checkContent(before *imageResourceModel, op operation) diag.Diagnostics {
	read, errRead := delivery.ParseTime(m.Uploaded.ValueString())
	known, errKnown := delivery.ParseTime(before.Uploaded.ValueString())
	if errRead != nil || errKnown != nil || delivery.IsGeneratedID(m.ID.ValueString()) || before.isMigrated() {
		return nil
	}
	if read.Before(known) { // a stale read, from before a re-upload
		m.Uploaded = before.Uploaded
		return nil
	}
	isKnown := before.SHA256.ValueString() != "" || !before.URL.IsNull()
	if read.Sub(known) <= replacedAfter || !isKnown || before.Draft.ValueBool() || m.Draft.ValueBool() {
		return nil
	}
	m.SHA256, m.URL, m.imageInfoModel = unknownContent, types.StringNull(), imageInfoModel{}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("sha256"),
		fmt.Sprintf("Cloudflare %s was replaced outside of Terraform", op),
		fmt.Sprintf("Apply to delete the existing image and upload the configured content again; "+
			"to keep the existing image, add ignore_changes = [sha256] to the lifecycle block of the resource. "+
			"It was uploaded at %s, the image in state at %s, so its content is unknown.",
			m.Uploaded.ValueString(), before.Uploaded.ValueString()))}
}
