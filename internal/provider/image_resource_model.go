package provider

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// imageResourceModel is an image, and the arguments for its content.
type imageResourceModel struct {
	imageModel
	imageInfoModel // of the local content; null without it

	AccountID types.String         `tfsdk:"account_id"`
	Source    types.String         `tfsdk:"source"`
	URL       types.String         `tfsdk:"url"`
	File      types.String         `tfsdk:"file"` // write-only
	SHA256    types.String         `tfsdk:"sha256"`
	Metadata  jsontypes.Normalized `tfsdk:"metadata"`
}

func (m *imageResourceModel) operation(action action) operation {
	return operation{action, objectImage, m.ID.ValueString(), "id", m.AccountID.ValueString()}
}

func (m *imageResourceModel) identity() objectIdentity {
	return objectIdentity{m.AccountID, "image_id", m.ID}
}

// knownUpload returns the upload time by which the image can be recognized:
// empty for a draft, whose content is uploaded later.
func (m *imageResourceModel) knownUpload() string {
	if m.Draft.ValueBool() {
		return ""
	}
	return m.Uploaded.ValueString()
}

// isRecent reports whether the image was uploaded so recently that it may not be
// visible yet.
func (m *imageResourceModel) isRecent(now time.Time) bool { return m.age(now) < 5*time.Minute }

// age returns the time since the upload, or the maximum if that is unknown.
func (m *imageResourceModel) age(now time.Time) time.Duration {
	uploaded, err := delivery.ParseTime(m.Uploaded.ValueString())
	if err != nil {
		return math.MaxInt64
	}
	return now.Sub(uploaded)
}

// mayBeStale reports whether a read that doesn't find the image may be stale:
// an image recently created under a custom ID can be found, not found, and
// found again.
func (m *imageResourceModel) mayBeStale(now time.Time) bool {
	return m.age(now).Abs() < staleReadWindow && !delivery.IsGeneratedID(m.ID.ValueString())
}

// isStale reports whether a read returned an image that was replaced by the one in
// the state, which was uploaded recently.
func (m *imageResourceModel) isStale(image *client.Image, now time.Time) bool {
	return m.isRecent(now) && !delivery.IsGeneratedID(image.ID) &&
		image.Uploaded != nil && client.IsLaterUpload(m.Uploaded.ValueString(), *image.Uploaded)
}

// hasContent reports whether content is configured.
func (m *imageResourceModel) hasContent() bool {
	return !m.Source.IsNull() || !m.URL.IsNull() || !m.File.IsNull()
}

// update returns the planned changes of metadata, creator and access, or nil if
// there are none.
func (m *imageResourceModel) update(before *imageResourceModel) *client.ImageUpdate {
	change := client.ImageUpdate{
		Filename: before.Filename.ValueStringPointer(),
		Uploaded: new(before.knownUpload()),
	}
	differs := false
	if !m.Metadata.Equal(before.Metadata) && !client.EqualJSON(m.metadata(), before.metaJSON()) {
		differs, change.Metadata = true, m.metadata()
		if change.Metadata == nil {
			change.Metadata = json.RawMessage("{}")
		}
	}
	if !m.Creator.Equal(before.Creator) {
		differs, change.Creator = true, new(m.Creator.ValueString())
	}
	if !m.RequireSignedURLs.Equal(before.RequireSignedURLs) {
		differs, change.RequireSignedURLs = true, new(m.RequireSignedURLs.ValueBool())
	}
	if !differs {
		return nil
	}
	return &change
}

// applyWrite merges the response of a write into the planned model, and reports
// mismatches. Known planned values are kept: the response may contain a variant
// that was created in the same run.
func (m *imageResourceModel) applyWrite(image *client.Image, op operation) (diags diag.Diagnostics) {
	planned := *m
	var unrecognized unrecognizedURLs
	m.fill(image, &unrecognized)
	diags.Append(unrecognized.warning(op)...)
	diags.Append(m.mismatches(&planned, image, op)...)
	if diags.HasError() {
		if !client.EqualJSON(image.Meta, planned.metadata()) {
			m.Metadata = metadataOf(image)
		}
		return diags
	}
	m.preservePlanned(&planned)
	return diags
}

// mismatches reports the differences of an image from the plan.
func (m *imageResourceModel) mismatches(
	planned *imageResourceModel, image *client.Image, op operation,
) (diags diag.Diagnostics) {
	differs := func(attribute, wanted, got string) {
		detail := fmt.Sprintf("Change the configuration to match, or change the image in the dashboard. "+
			"The API accepted the request but returned a different %s: %s instead of %s. "+
			"The state contains the returned value.", attribute, got, wanted)
		if op.action == actionCreate {
			detail += taintedHint
		}
		diags.AddAttributeError(path.Root(attribute), fmt.Sprintf("Cloudflare %s doesn't match the configuration", op), detail)
	}
	wanted := planned.plannedMetadata()
	if !client.EqualJSON(image.Meta, wanted) {
		differs("metadata", fmt.Sprintf("%.300s", cmp.Or(string(wanted), "{}")), fmt.Sprintf("%.300s", m.MetaJSON.ValueString()))
	}
	if planned.Creator.ValueString() != m.Creator.ValueString() {
		differs("creator", fmt.Sprintf("%.100q", planned.Creator.ValueString()), fmt.Sprintf("%.100q", m.Creator.ValueString()))
	}
	if planned.RequireSignedURLs.ValueBool() != image.RequireSignedURLs {
		differs("require_signed_urls", fmt.Sprint(planned.RequireSignedURLs.ValueBool()), fmt.Sprint(image.RequireSignedURLs))
	}
	return diags
}

// preservePlanned restores the planned values that were known.
func (m *imageResourceModel) preservePlanned(planned *imageResourceModel) {
	m.Creator = planned.Creator // the API doesn't distinguish "" and null
	preserve(&m.Filename, planned.Filename)
	preserve(&m.Uploaded, planned.Uploaded)
	preserve(&m.Draft, planned.Draft)
	preserve(&m.Variants, planned.Variants)
	preserve(&m.VariantURLs, planned.VariantURLs)
	preserve(&m.Meta, planned.Meta)
	preserve(&m.MetaJSON, planned.MetaJSON)
	preserve(&m.AccountHash, planned.AccountHash)
	preserve(&m.DeliveryBaseURL, planned.DeliveryBaseURL)
}

func preserve[T interface{ IsUnknown() bool }](value *T, planned T) {
	if !planned.IsUnknown() {
		*value = planned
	}
}

// applyRead maps an image into the state. Semantically equal values are kept:
// JSON with another order of keys, and times that differ by a fraction of a
// second. A migrated state may not contain the metadata; then metadata stays
// null.
func (m *imageResourceModel) applyRead(image *client.Image, op operation) (diags diag.Diagnostics) {
	before := *m
	var unrecognized unrecognizedURLs
	m.applyImport(image, &unrecognized)
	diags.Append(unrecognized.warning(op)...)
	switch {
	case !before.MetaJSON.IsNull() && client.EqualJSON(image.Meta, before.metaJSON()):
		m.Metadata, m.MetaJSON, m.Meta = before.Metadata, before.MetaJSON, before.Meta
	case before.Metadata.IsNull() && before.isMigrated():
		m.Metadata = before.Metadata
	}
	if !before.Metadata.IsNull() && client.EqualJSON(image.Meta, before.metadata()) {
		m.Metadata = before.Metadata
	}
	if isSameSecond(before.Uploaded.ValueString(), m.Uploaded.ValueString()) {
		m.Uploaded = before.Uploaded
	}
	diags.Append(m.checkContent(&before, op)...)
	m.readImageInfo()
	if image.Draft {
		diags.AddWarning("Cloudflare "+op.String()+" is a draft", "Upload its content, or use another image: the URLs of a draft don't work yet.")
	}
	return diags
}

// applyImport maps an image into the state after its import.
func (m *imageResourceModel) applyImport(image *client.Image, unrecognized *unrecognizedURLs) {
	m.fill(image, unrecognized)
	m.Metadata = metadataOf(image)
	if m.Creator.ValueString() == "" {
		m.Creator = types.StringNull()
	}
}

// isSameSecond reports whether two times in responses may be the same, because
// the API rounds them inconsistently.
func isSameSecond(one, two string) bool {
	first, errOne := delivery.ParseTime(one)
	second, errTwo := delivery.ParseTime(two)
	return errOne == nil && errTwo == nil && first.Truncate(time.Second).Equal(second.Truncate(time.Second))
}
