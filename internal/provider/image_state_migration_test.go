package provider

import "testing"

// takenImageKeys are in each state of an image.
const takenImageKeys = `"account_id":"023e105f4ecef8ad9ca31a8372d0c353","id":"brandlogo"`

// noMore is what a state of ours holds where theirs says nothing else.
const noMore = `"require_signed_urls":false,"variants":[],"variant_urls":{},"meta":{}`

var officialImages = map[string]officialCase{
	"fetched by the API, as 5.18.0 and 5.22.0 write it": {
		theirs: `{` + takenImageKeys + `,"creator":"web-team","file":null,"filename":"logo.png",` +
			`"meta":"{\n  \"n\": 3,\n  \"a\": [1, null, \"x<&>é\"],\n  \"team\": \"web\"\n}",` +
			`"metadata":"{\"a\":[1,null,\"x\\u003c\\u0026\\u003eé\"],\"n\":3,\"team\":\"web\"}",` +
			`"require_signed_urls":false,"uploaded":"2026-11-24T14:28:03Z","url":"https://images.example.com/a/logo.png",` +
			`"variants":["https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/public","https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/hero"]}`,
		ours: `{` + takenImageKeys + `,"creator":"web-team","filename":"logo.png",` +
			`"meta":{"a":"[1,null,\"x<&>é\"]","n":"3","team":"web"},` +
			`"meta_json":"{\"n\":3,\"a\":[1,null,\"x<&>é\"],\"team\":\"web\"}",` +
			`"metadata":"{\"a\":[1,null,\"x\\u003c\\u0026\\u003eé\"],\"n\":3,\"team\":\"web\"}",` +
			`"require_signed_urls":false,"uploaded":"2026-11-24T14:28:03Z","url":"https://images.example.com/a/logo.png",` +
			`"account_hash":"MTt4OTd0b0w5aj","delivery_base_url":"https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo",` +
			`"variants":["https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/hero","https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/public"],` +
			`"variant_urls":{"hero":"https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/hero",` +
			`"public":"https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/public"}}`,
	},
	"private, with the whole picture": {
		theirs: `{` + takenImageKeys + `,"file":"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7","require_signed_urls":true}`,
		ours: `{` + takenImageKeys + `,"require_signed_urls":true,"variants":[],"variant_urls":{},"meta":{},` +
			`"sha256":"ef1955ae757c8b966c83248350331bd3a30f658ced11f387f8ebf05ab3368629"}`,
	},
	"a file that is no Base64": {
		theirs: `{` + takenImageKeys + `,"file":"logo.png"}`, ours: `{` + takenImageKeys + `,` + noMore + `}`,
	},
	"a file that is cut off": {
		theirs: `{` + takenImageKeys + `,"file":"R0lGODlhAQABA"}`, ours: `{` + takenImageKeys + `,` + noMore + `}`,
	},
	"an empty file": {
		theirs: `{` + takenImageKeys + `,"file":""}`, ours: `{` + takenImageKeys + `,` + noMore + `}`,
	},
	"nothing but its keys": {theirs: `{` + takenImageKeys + `}`, ours: `{` + takenImageKeys + `,` + noMore + `}`},
	"all the others null, as after an import": {
		theirs: `{` + takenImageKeys + `,"creator":null,"file":null,"filename":null,"meta":null,"metadata":null,` +
			`"require_signed_urls":null,"uploaded":null,"url":null,"variants":null}`,
		ours: `{` + takenImageKeys + `,` + noMore + `}`,
	},
	"members of a version to come": {
		theirs: `{` + takenImageKeys + `,"draft":true,"exif":{"camera":[1]},"hits":12,"timeouts":null}`,
		ours:   `{` + takenImageKeys + `,` + noMore + `}`,
	},
	"no metadata, as an object and as null": {
		theirs: `{` + takenImageKeys + `,"meta":"{}","metadata":"null"}`,
		ours:   `{` + takenImageKeys + `,"meta_json":"{}",` + noMore + `}`,
	},
	"no metadata, as null and as an object": {
		theirs: `{` + takenImageKeys + `,"meta":"null","metadata":"{}"}`,
		ours:   `{` + takenImageKeys + `,"meta_json":"{}","metadata":"{}",` + noMore + `}`,
	},
	"metadata that is no object": {
		theirs: `{` + takenImageKeys + `,"meta":"[1, 2]","metadata":"[1,2]"}`,
		ours:   `{` + takenImageKeys + `,"meta_json":"[1,2]",` + noMore + `}`,
	},
	"metadata that is no JSON": {
		theirs: `{` + takenImageKeys + `,"meta":"team=web","metadata":"team=web"}`, ours: `{` + takenImageKeys + `,` + noMore + `}`,
	},
	"numbers that no float holds": {
		theirs: `{` + takenImageKeys + `,"meta":"{\"n\":12345678901234567890.10}"}`,
		ours: `{` + takenImageKeys + `,"meta_json":"{\"n\":12345678901234567890.10}","meta":{"n":"12345678901234567890.10"},` +
			`"require_signed_urls":false,"variants":[],"variant_urls":{}}`,
	},
	"URLs of an unknown form": {
		theirs: `{` + takenImageKeys + `,"variants":["http://localhost/b","https://imagedelivery.net/h/another/public"]}`,
		ours: `{` + takenImageKeys + `,"require_signed_urls":false,"meta":{},"variant_urls":{},` +
			`"variants":["http://localhost/b","https://imagedelivery.net/h/another/public"]}`,
	},
	"without an ID": {theirs: `{"account_id":"a"}`, refused: `account "a", ID "": account_id or id is missing`},
	"with an empty ID": {
		theirs:  `{"account_id":"a","id":""}`,
		refused: `account "a", ID "": account_id or id is missing`,
	},
	"without an account": {theirs: `{"id":"b"}`, refused: `account "", ID "b": account_id or id is missing`},
	"null":               {theirs: `null`, refused: `account "", ID "": account_id or id is missing`},
	"everything null":    {theirs: `{"account_id":null,"id":null}`, refused: `account_id or id is missing`},
	"a list":             {theirs: `[]`, refused: `the state has the type array`},
	"no JSON":            {theirs: `{"id":`, refused: `unexpected end of JSON input`},
	"nothing at all":     {theirs: ``, refused: `unexpected end of JSON input`},
	"metadata in place of its text": {
		theirs:  `{` + takenImageKeys + `,"meta":{"team":"web"}}`,
		refused: `account "023e105f4ecef8ad9ca31a8372d0c353", ID "brandlogo": meta has the type object`,
	},
	"a flag as text": {
		theirs:  `{` + takenImageKeys + `,"require_signed_urls":"true"}`,
		refused: `ID "brandlogo": require_signed_urls has the type string`,
	},
	"URLs by name": {
		theirs: `{` + takenImageKeys + `,"variants":{"public":"u"}}`, refused: `variants has the type object`,
	},
	"a number as ID": {theirs: `{"account_id":"a","id":7}`, refused: `account "a", ID "": id has the type number`},
}

// The states of images of all versions, by both ways of the protocol.
func TestImageStateMigration(t *testing.T) {
	t.Parallel()
	checkOfficial(t, "cloudflare_image", "image_id", officialImages)
}

// Whatever a state holds, it is taken or refused, and what is taken can be
// found.
func FuzzImageStateMigration(f *testing.F) {
	for _, cases := range []map[string]officialCase{officialImages, officialVariants} {
		for _, test := range cases {
			f.Add([]byte(test.theirs), int64(500))
			f.Add([]byte(test.theirs), int64(schemaVersion))
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
				t.Errorf("an upgrade says %v, a move %v", upgraded.Diagnostics, moved.Diagnostics)
			}
			if len(moved.Diagnostics) == 0 && (identityOf(t, server, typeName, moved.TargetIdentity)["account_id"] == "" ||
				identityOf(t, server, typeName, moved.TargetIdentity)[idName] == "") {
				t.Errorf("%s cannot be found once it is moved", raw)
			}
		}
	})
}
