package provider

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// maxMetadata is what the API takes, in bytes.
const maxMetadata = 1024

func checkMetadata(text string) error {
	if !isObject(text) {
		return errors.New(`must be a JSON object, such as jsonencode({ team = "web" })`)
	}
	if n := len(compactMetadata(text)); n > maxMetadata {
		return fmt.Errorf("must be at most %d bytes without white space; it is %d", maxMetadata, n)
	}
	return nil
}

// isObject is whether a text is a JSON object.
func isObject(text string) bool {
	var members map[string]json.RawMessage
	return json.Unmarshal([]byte(text), &members) == nil && members != nil
}

// compactMetadata is metadata in the fewest bytes; what is no JSON stays.
func compactMetadata(text string) json.RawMessage {
	var out bytes.Buffer
	if json.Compact(&out, []byte(text)) != nil {
		return json.RawMessage(text)
	}
	return json.RawMessage(unescaped.Replace(out.String()))
}

// unescaped writes the characters as they are that jsonencode escapes for the sake
// of web pages, in six bytes for one.
var unescaped = strings.NewReplacer(
	`\\`, `\\`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&", `\u2028`, "\u2028", `\u2029`, "\u2029",
)

// metadataOf is an image's metadata as a configuration has it: null for none, and
// for what is no object, which no configuration can hold.
func metadataOf(image *client.Image) jsontypes.Normalized {
	if image.Meta == nil || image.Meta[0] != '{' || client.EqualJSON(image.Meta, nil) {
		return jsontypes.NewNormalizedNull()
	}
	return jsontypes.NewNormalizedValue(string(image.Meta))
}
