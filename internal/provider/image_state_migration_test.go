package provider

import "testing"

// migratedImageKeys are in each state of an image.
const migratedImageKeys = `"account_id":"023e105f4ecef8ad9ca31a8372d0c353","id":"brandlogo"`

// noMore has the defaults of the attributes that are missing in an official
// state.
const noMore = `"require_signed_urls":false,"variants":[],"variant_urls":{},"meta":{}`

var officialImages = map[string]officialCase{
	"fetched by the API, as 5.18.0 and 5.22.0 write it": {
		official: `{` + migratedImageKeys + `,"creator":"web-team","file":null,"filename":"logo.png",` +
			`"meta":"{\n  \"n\": 3,\n  \"a\": [1, null, \"x<&>é\"],\n  \"team\": \"web\"\n}",` +
			`"metadata":"{\"a\":[1,null,\"x\\u003c\\u0026\\u003eé\"],\"n\":3,\"team\":\"web\"}",` +
			`"require_signed_urls":false,"uploaded":"2026-11-24T14:28:03Z","url":"https://images.example.com/a/logo.png",` +
			`"variants":["https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/public","https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/hero"]}`,
		migrated: `{` + migratedImageKeys + `,"creator":"web-team","filename":"logo.png",` +
			`"meta":{"a":"[1,null,\"x<&>é\"]","n":"3","team":"web"},` +
			`"meta_json":"{\"n\":3,\"a\":[1,null,\"x<&>é\"],\"team\":\"web\"}",` +
			`"metadata":"{\"a\":[1,null,\"x\\u003c\\u0026\\u003eé\"],\"n\":3,\"team\":\"web\"}",` +
			`"require_signed_urls":false,"uploaded":"2026-11-24T14:28:03Z","url":"https://images.example.com/a/logo.png",` +
			`"account_hash":"MTt4OTd0b0w5aj","delivery_base_url":"https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo",` +
			`"variants":["https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/hero","https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/public"],` +
			`"variant_urls":{"hero":"https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/hero",` +
			`"public":"https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/public"}}`,
	},
	"private, with complete content": {
		official: `{` + migratedImageKeys + `,"file":"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7","require_signed_urls":true}`,
		migrated: `{` + migratedImageKeys + `,"require_signed_urls":true,"variants":[],"variant_urls":{},"meta":{},` +
			`"sha256":"ef1955ae757c8b966c83248350331bd3a30f658ced11f387f8ebf05ab3368629"}`,
	},
	"a file that isn't Base64": {
		official: `{` + migratedImageKeys + `,"file":"logo.png"}`, migrated: `{` + migratedImageKeys + `,` + noMore + `}`,
	},
	"a truncated file": {
		official: `{` + migratedImageKeys + `,"file":"R0lGODlhAQABA"}`, migrated: `{` + migratedImageKeys + `,` + noMore + `}`,
	},
	"an empty file": {
		official: `{` + migratedImageKeys + `,"file":""}`, migrated: `{` + migratedImageKeys + `,` + noMore + `}`,
	},
	"only its keys": {official: `{` + migratedImageKeys + `}`, migrated: `{` + migratedImageKeys + `,` + noMore + `}`},
	"everything else null, as after an import": {
		official: `{` + migratedImageKeys + `,"creator":null,"file":null,"filename":null,"meta":null,"metadata":null,` +
			`"require_signed_urls":null,"uploaded":null,"url":null,"variants":null}`,
		migrated: `{` + migratedImageKeys + `,` + noMore + `}`,
	},
	"attributes of a future version": {
		official: `{` + migratedImageKeys + `,"draft":true,"exif":{"camera":[1]},"hits":12,"timeouts":null}`,
		migrated: `{` + migratedImageKeys + `,` + noMore + `}`,
	},
	"no metadata, as an object and as null": {
		official: `{` + migratedImageKeys + `,"meta":"{}","metadata":"null"}`,
		migrated: `{` + migratedImageKeys + `,"meta_json":"{}",` + noMore + `}`,
	},
	"no metadata, as null and as an object": {
		official: `{` + migratedImageKeys + `,"meta":"null","metadata":"{}"}`,
		migrated: `{` + migratedImageKeys + `,"meta_json":"{}","metadata":"{}",` + noMore + `}`,
	},
	"metadata that isn't an object": {
		official: `{` + migratedImageKeys + `,"meta":"[1, 2]","metadata":"[1,2]"}`,
		migrated: `{` + migratedImageKeys + `,"meta_json":"[1,2]",` + noMore + `}`,
	},
	"metadata that isn't JSON": {
		official: `{` + migratedImageKeys + `,"meta":"team=web","metadata":"team=web"}`, migrated: `{` + migratedImageKeys + `,` + noMore + `}`,
	},
	"numbers beyond a float": {
		official: `{` + migratedImageKeys + `,"meta":"{\"n\":12345678901234567890.10}"}`,
		migrated: `{` + migratedImageKeys + `,"meta_json":"{\"n\":12345678901234567890.10}","meta":{"n":"12345678901234567890.10"},` +
			`"require_signed_urls":false,"variants":[],"variant_urls":{}}`,
	},
	"URLs of an unrecognized form": {
		official: `{` + migratedImageKeys + `,"variants":["http://localhost/b","https://imagedelivery.net/h/another/public"]}`,
		migrated: `{` + migratedImageKeys + `,"require_signed_urls":false,"meta":{},"variant_urls":{},` +
			`"variants":["http://localhost/b","https://imagedelivery.net/h/another/public"]}`,
	},
	"without an ID": {official: `{"account_id":"a"}`, rejected: `account "a", ID "": account_id or id is missing`},
	"with an empty ID": {
		official: `{"account_id":"a","id":""}`,
		rejected: `account "a", ID "": account_id or id is missing`,
	},
	"without an account": {official: `{"id":"b"}`, rejected: `account "", ID "b": account_id or id is missing`},
	"null":               {official: `null`, rejected: `account "", ID "": account_id or id is missing`},
	"everything null":    {official: `{"account_id":null,"id":null}`, rejected: `account_id or id is missing`},
	"a list":             {official: `[]`, rejected: `the state has the type array`},
	"not JSON":           {official: `{"id":`, rejected: `unexpected end of JSON input`},
	"empty":              {official: ``, rejected: `unexpected end of JSON input`},
	"metadata not as a string": {
		official: `{` + migratedImageKeys + `,"meta":{"team":"web"}}`,
		rejected: `account "023e105f4ecef8ad9ca31a8372d0c353", ID "brandlogo": meta has the type object`,
	},
	"a boolean as a string": {
		official: `{` + migratedImageKeys + `,"require_signed_urls":"true"}`,
		rejected: `ID "brandlogo": require_signed_urls has the type string`,
	},
	"URLs by name": {
		official: `{` + migratedImageKeys + `,"variants":{"public":"u"}}`, rejected: `variants has the type object`,
	},
	"a number as ID": {official: `{"account_id":"a","id":7}`, rejected: `account "a", ID "": id has the type number`},
}

// States of images of all versions are migrated, through both protocol calls.
func TestImageStateMigration(t *testing.T) {
	t.Parallel()
	checkOfficial(t, "cloudflare_image", "image_id", officialImages)
}

// Any state is migrated or rejected, and a migrated one has account and ID.
func FuzzImageStateMigration(f *testing.F) {
	for _, cases := range []map[string]officialCase{officialImages, officialVariants} {
		for _, test := range cases {
			f.Add([]byte(test.official), int64(500))
			f.Add([]byte(test.official), int64(schemaVersion))
		}
	}
	server := migrationServer()
	f.Fuzz(func(t *testing.T, raw []byte, version int64) {
		for typeName, idName := range map[string]string{"cloudflare_image": "image_id", "cloudflare_image_variant": "variant_id"} {
			if raw == nil {
				raw = []byte{}
			}
			upgraded := upgrade(t, server, typeName, version, raw)
			moved := move(t, server, typeName, officialAddress, typeName, version, raw)
			if version >= 0 && version < schemaVersion && len(upgraded.Diagnostics) != len(moved.Diagnostics) {
				t.Errorf("upgrade: %v, move: %v", upgraded.Diagnostics, moved.Diagnostics)
			}
			if len(moved.Diagnostics) == 0 && (identityOf(t, server, typeName, moved.TargetIdentity)["account_id"] == "" ||
				identityOf(t, server, typeName, moved.TargetIdentity)[idName] == "") {
				t.Errorf("%s has no account or ID after the move", raw)
			}
		}
	})
}
