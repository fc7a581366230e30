package provider

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// maxMetadata is the maximum size of metadata that the API accepts, in bytes.
const maxMetadata = 1024

func checkMetadata(text string) error {
	if !isObject(text) {
		return errors.New(`must be a JSON object, such as jsonencode({ team = "web" })`)
	}
	if n := len(compactMetadata(text)); n > maxMetadata {
		return fmt.Errorf("must be at most %d bytes without whitespace; it is %d", maxMetadata, n)
	}
	return nil
}

// isObject reports whether a string is a JSON object.
func isObject(text string) bool {
	var members map[string]json.RawMessage
	return json.Unmarshal([]byte(text), &members) == nil && members != nil
}

// compactMetadata returns metadata in the fewest bytes. Invalid JSON is returned
// unchanged.
func compactMetadata(text string) json.RawMessage {
	var out bytes.Buffer
	if json.Compact(&out, []byte(text)) != nil {
		return json.RawMessage(text)
	}
	return json.RawMessage(unescaped.Replace(out.String()))
}

// unescaped replaces escapes of jsonencode, which escapes characters for HTML
// with six bytes each.
var unescaped = strings.NewReplacer(
	`\\`, `\\`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&", `\u2028`, "\u2028", `\u2029`, "\u2029",
)

// metadataOf returns the metadata of an image for the attribute metadata: null
// if there is none, or if it isn't an object, which can't be configured.
func metadataOf(image *client.Image) jsontypes.Normalized {
	if image.Meta == nil || image.Meta[0] != '{' || client.EqualJSON(image.Meta, nil) {
		return jsontypes.NewNormalizedNull()
	}
	return jsontypes.NewNormalizedValue(string(image.Meta))
}

// fillMeta stores the metadata as JSON, and the top level of an object as a
// map of strings.
func (m *imageModel) fillMeta(meta json.RawMessage) {
	if meta == nil {
		meta = json.RawMessage("{}")
	}
	m.MetaJSON = types.StringValue(string(meta))
	var members map[string]json.RawMessage
	if json.Unmarshal(meta, &members) != nil {
		members = nil
	}
	values := make(map[string]attr.Value, len(members))
	for name, raw := range members {
		var text string
		switch {
		case bytes.Equal(raw, []byte("null")):
			values[name] = types.StringNull()
		case json.Unmarshal(raw, &text) == nil:
			values[name] = types.StringValue(text)
		default:
			values[name] = types.StringValue(string(raw))
		}
	}
	m.Meta = stringMap(values)
}

// metadata returns the configured metadata; nil if there is none.
func (m *imageResourceModel) metadata() json.RawMessage {
	if m.Metadata.ValueString() == "" {
		return nil
	}
	return compactMetadata(m.Metadata.ValueString())
}

// metaJSON returns the existing metadata, configured or not.
func (m *imageResourceModel) metaJSON() json.RawMessage {
	return json.RawMessage(m.MetaJSON.ValueString())
}

// plannedMetadata returns the metadata of the planned image: the configured
// one, or else the existing one.
func (m *imageResourceModel) plannedMetadata() json.RawMessage {
	if m.Metadata.IsNull() && !m.MetaJSON.IsUnknown() && !client.EqualJSON(m.metaJSON(), nil) {
		return m.metaJSON()
	}
	return m.metadata()
}

// planMetadata plans the metadata. It keeps the string in the state if the
// configured one is equal JSON.
func (p *imagePlan) planMetadata() {
	if p.config.Metadata.IsUnknown() {
		p.planned.Metadata = p.config.Metadata
		p.fillPlannedMeta()
		return
	}
	isNull, wasNull := p.config.Metadata.IsNull(), p.before.Metadata.IsNull()
	switch {
	case isNull && wasNull: // existing metadata stays
		return
	case isNull || wasNull || !client.EqualJSON(p.config.metadata(), p.before.metadata()):
		p.planned.Metadata = p.config.Metadata
	}
	if client.EqualJSON(p.config.metadata(), p.before.metaJSON()) {
		return
	}
	p.fillPlannedMeta()
}

// fillPlannedMeta fills the attributes that follow from the metadata.
func (p *imagePlan) fillPlannedMeta() {
	if p.planned.Metadata.IsUnknown() {
		p.planned.Meta, p.planned.MetaJSON = types.MapUnknown(types.StringType), types.StringUnknown()
		return
	}
	p.planned.fillMeta(p.planned.metadata())
}

// fillOfficialMeta stores the reported and the configured metadata from a state
// of the official provider, if they are valid. The next read adds the rest.
func (m *imageResourceModel) fillOfficialMeta(reported, configured *string) {
	if reported != nil && json.Valid([]byte(*reported)) {
		meta := compactMetadata(*reported)
		if string(meta) == "null" {
			meta = nil
		}
		m.fillMeta(meta)
	}
	if configured != nil && isObject(*configured) {
		m.Metadata = jsontypes.NewNormalizedValue(*configured)
	}
}
