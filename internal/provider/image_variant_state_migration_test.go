package provider

import "testing"

const (
	takenVariantKeys = `"account_id":"023e105f4ecef8ad9ca31a8372d0c353","id":"hero"`
	takenOptions     = `"options":{"fit":"scale-down","height":768,"metadata":"none","width":1366}`
	ourVariant       = `{` + takenVariantKeys + `,` + takenOptions + `,"never_require_signed_urls":true}`
)

var officialVariants = map[string]officialCase{
	"as it is made, with the copy": {
		theirs: `{` + takenVariantKeys + `,"never_require_signed_urls":true,` + takenOptions + `,` +
			`"variant":{"id":"hero","never_require_signed_urls":true,` + takenOptions + `}}`,
		ours: ourVariant,
	},
	"after a refresh, which loses the ID": {
		theirs: `{"account_id":"023e105f4ecef8ad9ca31a8372d0c353","id":null,"never_require_signed_urls":true,` + takenOptions + `,` +
			`"variant":{"id":"hero","never_require_signed_urls":true,` + takenOptions + `}}`,
		ours: ourVariant,
	},
	"after 5.22, without a copy": {
		theirs: `{` + takenVariantKeys + `,"never_require_signed_urls":true,` + takenOptions + `}`,
		ours:   ourVariant,
	},
	"all of it in the copy": {
		theirs: `{"account_id":"023e105f4ecef8ad9ca31a8372d0c353",` +
			`"variant":{"id":"hero","never_require_signed_urls":true,` + takenOptions + `}}`,
		ours: ourVariant,
	},
	"a copy that says something else": {
		theirs: `{` + takenVariantKeys + `,"never_require_signed_urls":true,` + takenOptions + `,` +
			`"variant":{"id":"other","never_require_signed_urls":false,"options":{"fit":"pad","height":1,"metadata":"keep","width":1}}}`,
		ours: ourVariant,
	},
	"a copy that is null": {
		theirs: `{` + takenVariantKeys + `,` + takenOptions + `,"never_require_signed_urls":true,"variant":null}`,
		ours:   ourVariant,
	},
	"a copy that is empty": {
		theirs: `{` + takenVariantKeys + `,` + takenOptions + `,"never_require_signed_urls":true,"variant":{}}`,
		ours:   ourVariant,
	},
	"a copy in the copy": {
		theirs: `{` + takenVariantKeys + `,` + takenOptions + `,"variant":{"variant":{"id":"x"}},"never_require_signed_urls":true}`,
		ours:   ourVariant,
	},
	"members of what is to come": {
		theirs: `{` + takenVariantKeys + `,"never_require_signed_urls":true,"blur":5,` +
			`"options":{"fit":"scale-down","height":768,"metadata":"none","width":1366,"gravity":{"x":0.5}}}`,
		ours: ourVariant,
	},
	"numbers with a fraction and an exponent": {
		theirs: `{` + takenVariantKeys + `,"options":{"fit":"pad","height":7.68e2,"metadata":"keep","width":1366.0}}`,
		ours: `{` + takenVariantKeys + `,"never_require_signed_urls":false,` +
			`"options":{"fit":"pad","height":768,"metadata":"keep","width":1366}}`,
	},
	"options that are null or not there": {
		theirs: `{` + takenVariantKeys + `,"options":{"fit":null,"width":null,"height":60}}`,
		ours:   `{` + takenVariantKeys + `,"never_require_signed_urls":false,"options":{"height":60}}`,
	},
	"without an ID": {
		theirs:  `{"account_id":"a",` + takenOptions + `}`,
		refused: `account "a", ID "": account_id, id or options is missing`,
	},
	"without one inside": {
		theirs:  `{"account_id":"a",` + takenOptions + `,"variant":{}}`,
		refused: `account_id, id or options is missing`,
	},
	"without an account": {
		theirs:  `{"id":"hero",` + takenOptions + `}`,
		refused: `account "", ID "hero": account_id, id or options is missing`,
	},
	"without options": {
		theirs:  `{` + takenVariantKeys + `}`,
		refused: `ID "hero": account_id, id or options is missing`,
	},
	"everything null": {
		theirs:  `{"account_id":null,"id":null,"options":null,"variant":null}`,
		refused: `account_id, id or options is missing`,
	},
	"null":    {theirs: `null`, refused: `account "", ID "": account_id, id or options is missing`},
	"a text":  {theirs: `"hero"`, refused: `the state has the type string`},
	"no JSON": {theirs: `hero`, refused: `invalid character 'h'`},
	"a width as text": {
		theirs:  `{` + takenVariantKeys + `,"options":{"width":"1366"}}`,
		refused: `account "023e105f4ecef8ad9ca31a8372d0c353", ID "hero": options.width has the type string`,
	},
	"a width beyond numbers": {
		theirs: `{` + takenVariantKeys + `,"options":{"width":1e999}}`, refused: `ID "hero": options.width has the type number 1e999`,
	},
	"a list of copies": {
		theirs: `{` + takenVariantKeys + `,` + takenOptions + `,"variant":[]}`, refused: `ID "hero": variant has the type array`,
	},
}

// The states of variants of all versions, by both ways of the protocol.
func TestVariantStateMigration(t *testing.T) {
	t.Parallel()
	checkOfficial(t, "cloudflare_image_variant", "variant_id", officialVariants)
}
