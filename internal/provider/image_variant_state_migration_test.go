package provider

import "testing"

const (
	migratedVariantKeys = `"account_id":"023e105f4ecef8ad9ca31a8372d0c353","id":"hero"`
	migratedOptions     = `"options":{"fit":"scale-down","height":768,"metadata":"none","width":1366}`
	ourVariant          = `{` + migratedVariantKeys + `,` + migratedOptions + `,"never_require_signed_urls":true}`
)

var officialVariants = map[string]officialCase{
	"after a create, with the copy": {
		official: `{` + migratedVariantKeys + `,"never_require_signed_urls":true,` + migratedOptions + `,` +
			`"variant":{"id":"hero","never_require_signed_urls":true,` + migratedOptions + `}}`,
		migrated: ourVariant,
	},
	"after a refresh, which loses the ID": {
		official: `{"account_id":"023e105f4ecef8ad9ca31a8372d0c353","id":null,"never_require_signed_urls":true,` + migratedOptions + `,` +
			`"variant":{"id":"hero","never_require_signed_urls":true,` + migratedOptions + `}}`,
		migrated: ourVariant,
	},
	"after 5.22, without a copy": {
		official: `{` + migratedVariantKeys + `,"never_require_signed_urls":true,` + migratedOptions + `}`,
		migrated: ourVariant,
	},
	"everything in the copy": {
		official: `{"account_id":"023e105f4ecef8ad9ca31a8372d0c353",` +
			`"variant":{"id":"hero","never_require_signed_urls":true,` + migratedOptions + `}}`,
		migrated: ourVariant,
	},
	"a copy that differs": {
		official: `{` + migratedVariantKeys + `,"never_require_signed_urls":true,` + migratedOptions + `,` +
			`"variant":{"id":"other","never_require_signed_urls":false,"options":{"fit":"pad","height":1,"metadata":"keep","width":1}}}`,
		migrated: ourVariant,
	},
	"a copy that is null": {
		official: `{` + migratedVariantKeys + `,` + migratedOptions + `,"never_require_signed_urls":true,"variant":null}`,
		migrated: ourVariant,
	},
	"a copy that is empty": {
		official: `{` + migratedVariantKeys + `,` + migratedOptions + `,"never_require_signed_urls":true,"variant":{}}`,
		migrated: ourVariant,
	},
	"a copy in the copy": {
		official: `{` + migratedVariantKeys + `,` + migratedOptions + `,"variant":{"variant":{"id":"x"}},"never_require_signed_urls":true}`,
		migrated: ourVariant,
	},
	"attributes of a future version": {
		official: `{` + migratedVariantKeys + `,"never_require_signed_urls":true,"blur":5,` +
			`"options":{"fit":"scale-down","height":768,"metadata":"none","width":1366,"gravity":{"x":0.5}}}`,
		migrated: ourVariant,
	},
	"numbers with a fraction and an exponent": {
		official: `{` + migratedVariantKeys + `,"options":{"fit":"pad","height":7.68e2,"metadata":"keep","width":1366.0}}`,
		migrated: `{` + migratedVariantKeys + `,"never_require_signed_urls":false,` +
			`"options":{"fit":"pad","height":768,"metadata":"keep","width":1366}}`,
	},
	"options that are null or missing": {
		official: `{` + migratedVariantKeys + `,"options":{"fit":null,"width":null,"height":60}}`,
		migrated: `{` + migratedVariantKeys + `,"never_require_signed_urls":false,"options":{"height":60}}`,
	},
	"without an ID": {
		official: `{"account_id":"a",` + migratedOptions + `}`,
		rejected: `account "a", ID "": account_id, id or options is missing`,
	},
	"without an ID in the copy": {
		official: `{"account_id":"a",` + migratedOptions + `,"variant":{}}`,
		rejected: `account_id, id or options is missing`,
	},
	"without an account": {
		official: `{"id":"hero",` + migratedOptions + `}`,
		rejected: `account "", ID "hero": account_id, id or options is missing`,
	},
	"without options": {
		official: `{` + migratedVariantKeys + `}`,
		rejected: `ID "hero": account_id, id or options is missing`,
	},
	"everything null": {
		official: `{"account_id":null,"id":null,"options":null,"variant":null}`,
		rejected: `account_id, id or options is missing`,
	},
	"null":     {official: `null`, rejected: `account "", ID "": account_id, id or options is missing`},
	"a string": {official: `"hero"`, rejected: `the state has the type string`},
	"not JSON": {official: `hero`, rejected: `invalid character 'h'`},
	"a width as a string": {
		official: `{` + migratedVariantKeys + `,"options":{"width":"1366"}}`,
		rejected: `account "023e105f4ecef8ad9ca31a8372d0c353", ID "hero": options.width has the type string`,
	},
	"a width beyond numbers": {
		official: `{` + migratedVariantKeys + `,"options":{"width":1e999}}`, rejected: `ID "hero": options.width has the type number 1e999`,
	},
	"a list of copies": {
		official: `{` + migratedVariantKeys + `,` + migratedOptions + `,"variant":[]}`, rejected: `ID "hero": variant has the type array`,
	},
}

// States of variants of all versions are migrated, through both protocol calls.
func TestVariantStateMigration(t *testing.T) {
	t.Parallel()
	checkOfficial(t, "cloudflare_image_variant", "variant_id", officialVariants)
}
