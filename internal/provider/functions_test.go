package provider

import (
	"errors"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func TestFunctionExamples(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]string{
		"delivery_url": {
			"url":               "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/hero",
			"custom_domain_url": "https://img.example.com/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/hero",
		},
		"flexible_variant": {
			"variant": "w=400,fit=cover,q=80",
			"url":     "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/w=400,background=%23ffcc00",
		},
		"parse_delivery_url": {
			"image_id":  "brand/logo%20v2",
			"thumbnail": "https://img.example.com/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/logo%2520v2/thumbnail",
			"source":    "/uploads/avatar1.jpg",
		},
		"transformation_url": {
			"avatar":                "https://www.example.com/cdn-cgi/image/w=80,q=75/uploads/avatar1.jpg",
			"image_of_another_host": "https://www.example.com/cdn-cgi/image/f=auto/https://img.example.com/my%20cat.png?v=2",
			"srcset": "https://www.example.com/cdn-cgi/image/w=320,fit=cover/images/hills.png 320w, " +
				"https://www.example.com/cdn-cgi/image/w=640,fit=cover/images/hills.png 640w",
		},
		"signed_url": {
			// HMAC-SHA256 by openssl over /ZWd9g1K7eljCn_KDTu_MWA/083eb7b2-5392-4565-b69e-aff66acddd00/public?exp=1893456000
			"contract_url": "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/083eb7b2-5392-4565-b69e-aff66acddd00/" +
				"public?exp=1893456000&sig=b4f8b28990d91963d2067bd677718180eb54e0555ad325c1fb6c10931aa51dab",
		},
	}
	for name, outputs := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			var checks []statecheck.StateCheck
			for output, want := range outputs {
				checks = append(checks, statecheck.ExpectKnownOutputValue(output, knownvalue.StringExact(want)))
			}
			step := resource.TestStep{
				Config:            example(t, "functions/"+name+"/function.tf"),
				ConfigPlanChecks:  secondPlanIsEmpty,
				ConfigStateChecks: checks,
			}
			if name == "signed_url" {
				step.ConfigVariables = config.Variables{"signing_key": config.StringVariable(fakeapi.SigningKey)}
			}
			resource.UnitTest(
				t,
				resource.TestCase{
					TerraformVersionChecks:   with(t, engine.Functions),
					ProtoV6ProviderFactories: r.factories(t),
					Steps:                    []resource.TestStep{step},
				},
			)
		})
	}
}

// TestFunctionImageInfoExample runs the example, which has a file.
func TestFunctionImageInfoExample(t *testing.T) {
	t.Parallel()
	c := newTestEnv(t).exampleCLI(t, "functions/image_info")
	c.want(0, "apply", "-auto-approve")
	for output, want := range map[string]string{
		"img": `<img src="/logo.png" width="320" height="160">`, "file": "png, 1273 bytes",
	} {
		if got := c.outputOf(output); got != want {
			t.Errorf("%s: got %s, want %s", output, got, want)
		}
	}
	c.want(0, "plan", "-detailed-exitcode")
}

// Functions are called from a configuration, where Terraform converts the
// values of a map to one type.
func TestFunctionResults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ call, want string }{
		"unusual ID": {
			`delivery_url("hash", "日本/100% a?b#c", "public")`,
			"https://imagedelivery.net/hash/%E6%97%A5%E6%9C%AC/100%25%20a%3Fb%23c/public",
		},
		"options of a map":  {`flexible_variant(tomap({ w = 400, h = 300 }))`, "w=400,h=300"},
		"a corner in a map": {`flexible_variant(tomap({ w = 400, gravity = "0x1" }))`, "w=400,g=0x1"},
		"a mixed map": {
			`flexible_variant(tomap({ w = 400, fit = "cover", anim = false }))`,
			"w=400,fit=cover,anim=false",
		},
		"extra options":   {`flexible_variant({ width = 400, extra = ["new=1", "other=a;b"] })`, "w=400,new=1,other=a;b"},
		"extra as a list": {`flexible_variant({ width = 400, extra = tolist(["new=1"]) })`, "w=400,new=1"},
		"extra as a set":  {`flexible_variant({ width = 400, extra = toset(["new=1"]) })`, "w=400,new=1"},
		"extra as null":   {`flexible_variant({ width = 400, extra = null })`, "w=400"},
		"border trimmed": {
			`flexible_variant({ trim = "border", "trim.border.keep" = 10, blur = 0 })`, "blur=0,trim=border,trim.border.keep=10",
		},
		"null option": {`flexible_variant({ width = 400, fit = null })`, "w=400"},
		"decimal":     {`flexible_variant({ dpr = 1.1, sharpen = 0.3 })`, "dpr=1.1,sharpen=0.3"},
		"quoted key":  {`flexible_variant({ "slow-connection-quality" = 50, "trim.left" = 3 })`, "scq=50,trim.left=3"},
		"there and back": {
			`parse_delivery_url(provider::cloudflare::delivery_url("hash", "a%2Fb c", "v", "x.example.com")).image_id`,
			"a%2Fb c",
		},
		"variant of a URL": {
			`parse_delivery_url("https://imagedelivery.net/hash/a/b/w=400,fit=cover?x=1").variant`,
			"w=400,fit=cover",
		},
		"URL of a fake API": {`parse_delivery_url("http://127.0.0.1:8080/cdn-cgi/imagedelivery/hash/a/b").image_id`, "a"},
		"host of a URL": {
			`parse_delivery_url("https://x.example.com/cdn-cgi/imagedelivery/hash/a/b").host`,
			"x.example.com",
		},
		"delivery URL without options": {
			`parse_delivery_url("https://imagedelivery.net/hash/a/w=400").options == null ? "null" : "set"`, "null",
		},
		"transformation": {
			`transformation_url("www.example.com", "/Größe/a b.png?c=d", { width = 400, onerror = "redirect", fit = null })`,
			"https://www.example.com/cdn-cgi/image/w=400,onerror=redirect/Gr%C3%B6%C3%9Fe/a%20b.png?c=d",
		},
		"transformation by a map": {
			`transformation_url("www.example.com", "https://e.com/a", tomap({ w = 400, anim = false, "origin-auth" = "share-publicly" }))`,
			"https://www.example.com/cdn-cgi/image/w=400,anim=false,origin-auth=share-publicly/https://e.com/a",
		},
		"transformation there and back": {
			`transformation_url("www.example.com", "/a.png", ` +
				`merge(provider::cloudflare::parse_delivery_url("https://e.com/cdn-cgi/image/w=1,background=%23ff0/b").options, { w = 2 }))`,
			"https://www.example.com/cdn-cgi/image/w=2,background=%23ff0/a.png",
		},
		"parts of a transformation": {
			`parse_delivery_url("https://e.com:8443/cdn-cgi/image/w=1/https://e.org/a?b").host`, "e.com:8443",
		},
		"a transformation has no image": {
			`parse_delivery_url("https://e.com/cdn-cgi/image/w=1/a").image_id == null ? "null" : "set"`, "null",
		},
		"width of an image file": {
			`image_info(base64encode("<svg width='60' height='40'/>")).width == 60 ? "60" : "another"`, "60",
		},
		"no height of an image file": {
			`image_info(base64encode("<svg viewBox='0 0 60 40'/>")).height == null ? "null" : "set"`, "null",
		},
		"documented example": {
			`signed_url("https://imagedelivery.net/cheeW4oKsx5ljh8e8BoL2A/bc27a117-9509-446b-8c69-c81bfeac0a01/mobile",` +
				` "Oix0bbNaT8Rge9PuyxUBrjI6zrgnsyJ5=", "2021-09-10T15:54:35Z")`,
			"https://imagedelivery.net/cheeW4oKsx5ljh8e8BoL2A/bc27a117-9509-446b-8c69-c81bfeac0a01/" +
				"mobile?exp=1631289275&sig=72411885ee02134d38662f3e70ac8ff694f408e9d14b05125f6b022c3f403efa",
		},
		"another time zone": {
			`signed_url("https://imagedelivery.net/cheeW4oKsx5ljh8e8BoL2A/bc27a117-9509-446b-8c69-c81bfeac0a01/mobile",` +
				` "Oix0bbNaT8Rge9PuyxUBrjI6zrgnsyJ5=", "2021-09-10T17:54:35.9+02:00")`,
			"https://imagedelivery.net/cheeW4oKsx5ljh8e8BoL2A/bc27a117-9509-446b-8c69-c81bfeac0a01/" +
				"mobile?exp=1631289275&sig=72411885ee02134d38662f3e70ac8ff694f408e9d14b05125f6b022c3f403efa",
		},
	}
	configuration := requiredProviders
	var checks []statecheck.StateCheck
	for name, test := range tests {
		output := regexp.MustCompile(`\W`).ReplaceAllString(name, "_")
		configuration += "output \"" + output + "\" {\n  value = provider::cloudflare::" + test.call + "\n}\n"
		checks = append(checks, statecheck.ExpectKnownOutputValue(output, knownvalue.StringExact(test.want)))
	}
	r := newTestEnv(t)
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks: with(t, engine.Functions), ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{{Config: configuration, ConfigStateChecks: checks, ConfigPlanChecks: secondPlanIsEmpty}},
	})
	if got := len(r.Requests()); got != 0 {
		t.Errorf("requests: got %d, want 0: functions are pure", got)
	}
}

// Each error is reported at the argument at fault.
func TestFunctionErrors(t *testing.T) {
	t.Parallel()
	const url = `"https://imagedelivery.net/hash/a/public"`
	tests := map[string]struct{ call, want string }{
		"hash": {
			`delivery_url("a/b", "a", "v")`,
			`Invalid value for "account_hash" parameter: the account hash must be letters`,
		},
		"image ID": {
			`delivery_url("hash", "a/", "v")`,
			`Invalid value for "image_id" parameter: the image ID must not start or end with a slash`,
		},
		"variant": {`delivery_url("hash", "a", "b/c")`, `Invalid value for "variant" parameter: the variant must be a`},
		"host": {
			`delivery_url("hash", "a", "b", "https://x")`, `Invalid value for "host" parameter: the host must be a host name`,
		},
		"empty host": {
			`delivery_url("hash", "a", "b", "")`,
			`Invalid value for "host" parameter: the host must not be empty`,
		},
		"two hosts": {`delivery_url("hash", "a", "b", "x", "y")`, `at most one host is allowed`},
		"not a delivery URL": {
			`parse_delivery_url("https://example.com/a")`, `Invalid value for "url" parameter: not a delivery URL: it`,
		},
		"unknown option":      {`flexible_variant({ widht = 400 })`, `"widht" is not an option of a flexible variant`},
		"option out of range": {`flexible_variant({ quality = 101 })`, `quality: expected an integer from 1 to 100`},
		"option as string":    {`flexible_variant({ width = "400" })`, `got the string "400"`},
		"extra as string": {
			`flexible_variant({ extra = "a=1" })`,
			`extra: expected a list of strings such as "name=value", got the string "a=1"`,
		},
		"extra numbers":      {`flexible_variant({ extra = [1] })`, `got a list with other elements`},
		"extra with a comma": {`flexible_variant({ extra = ["a=1,b=2"] })`, `without commas, slashes or spaces`},
		"option as a list":   {`flexible_variant({ width = [400] })`, `got a list, map or object.`},
		"no options":         {`flexible_variant({})`, `at least one option`},
		"options as string":  {`flexible_variant("w=400")`, `the options must be an object`},
		"options as null":    {`flexible_variant(null)`, `argument must not be null`},
		"page of a site": {
			`parse_delivery_url("https://www.example.com/blog/2024/post")`,
			`not a delivery URL: it must be https://imagedelivery.net/`,
		},
		"host as a user": {
			`parse_delivery_url("https://imagedelivery.net@evil.example/hash/a/public")`,
			`not a delivery URL: it must not contain a user name`,
		},
		"no TLS": {
			`parse_delivery_url("http://imagedelivery.net/hash/a/public")`,
			`not a delivery URL: it must begin with https://`,
		},
		"transformation without a source": {
			`parse_delivery_url("https://e.com/cdn-cgi/image/w=400")`,
			`Invalid value for "url" parameter: not a transformation URL: the path is not /cdn-cgi/image/<options>/<source>`,
		},
		"option of a transformation": {
			`flexible_variant({ onerror = "redirect" })`,
			`Invalid value for "options" parameter: use transformation_url for onerror`,
		},
		"zone": {
			`transformation_url("https://e.com", "/a", { w = 1 })`, `Invalid value for "zone" parameter: the zone must be a host name`,
		},
		"source": {
			`transformation_url("e.com", "a.png", { w = 1 })`,
			`Invalid value for "source" parameter: the source must be an absolute path, which begins with a slash`,
		},
		"option of a transformation out of range": {
			`transformation_url("e.com", "/a", { onerror = "ignore" })`,
			`Invalid value for "options" parameter: onerror: expected the word redirect`,
		},
		"unknown option of a transformation": {
			`transformation_url("e.com", "/a", { widht = 1 })`, `"widht" is not an option of a transformation URL`,
		},
		"options of a transformation as a string": {
			`transformation_url("e.com", "/a", "w=1")`, `Invalid value for "options" parameter: the options must be an object`,
		},
		"image file as a path": {
			`image_info("logo.png")`, `Invalid value for "content" parameter: The value must be the`,
		},
		"not an image file": {
			`image_info(base64encode("{}"))`, `Invalid value for "content" parameter: The content is JSON text`,
		},
		"written as 0": {`flexible_variant({ dpr = 1e-50 })`, `dpr: expected a number above 0, up to 2, got the number 1e-50`},
		"loose time": {
			`signed_url(` + url + `, "k", "2030-01-01T0:00:00Z")`,
			`Invalid value for "expires_at" parameter: the expiry must be an RFC 3339 time`,
		},
		"signed already": {
			`signed_url("https://imagedelivery.net/hash/a/public?exp=1&sig=2", "k", "2030-01-01T00:00:00Z")`,
			`Invalid value for "url" parameter: the URL must not have a query`,
		},
		"signed flexible": {
			`signed_url("https://imagedelivery.net/hash/a/w=400", "k", "2030-01-01T00:00:00Z")`,
			`Invalid value for "url" parameter: the URL has a flexible variant`,
		},
		"no time": {
			`signed_url(` + url + `, "k", "tomorrow")`,
			`Invalid value for "expires_at" parameter: the expiry must be an RFC 3339 time`,
		},
		"empty key": {
			`signed_url(` + url + `, "", "2030-01-01T00:00:00Z")`,
			`Invalid value for "key" parameter: the key must not be empty`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.UnitTest(t, resource.TestCase{
				TerraformVersionChecks: with(t, engine.Functions), ProtoV6ProviderFactories: newTestEnv(t).factories(t),
				Steps: []resource.TestStep{{
					Config:      requiredProviders + "output \"x\" {\n  value = provider::cloudflare::" + test.call + "\n}\n",
					PlanOnly:    true,
					ExpectError: outputMatching(test.want),
				}},
			})
		})
	}
}

// Terraform points at the argument with the index in the error. Its output
// doesn't distinguish the arguments of a variadic parameter, so the functions
// are called directly.
func TestFunctionErrorPositions(t *testing.T) {
	t.Parallel()
	const url, time = "https://imagedelivery.net/hash/a/public", "2030-01-01T00:00:00Z"
	text := func(texts ...string) (values []attr.Value) {
		for _, text := range texts {
			values = append(values, types.StringValue(text))
		}
		return values
	}
	build := func(hash, imageID, variant string, hosts ...string) []attr.Value {
		values, kinds := text(hosts...), make([]attr.Type, len(hosts))
		for at := range kinds {
			kinds[at] = types.StringType
		}
		return append(text(hash, imageID, variant), types.TupleValueMust(kinds, values))
	}
	options := func(value attr.Value) []attr.Value { return []attr.Value{types.DynamicValue(value)} }
	width := stringMap(map[string]attr.Value{"w": types.StringValue("1")})
	transform := func(zone, source string, value attr.Value) []attr.Value {
		return append(text(zone, source), types.DynamicValue(value))
	}
	tests := map[string]struct {
		function  function.Function
		arguments []attr.Value
		want      int64
	}{
		"account hash": {function: newDeliveryURLFunction(), arguments: build("a/b", "a", "v")},
		"image ID":     {function: newDeliveryURLFunction(), arguments: build("hash", "a/", "v"), want: 1},
		"variant":      {function: newDeliveryURLFunction(), arguments: build("hash", "a", "b/c"), want: 2},
		"host": {
			function:  newDeliveryURLFunction(),
			arguments: build("hash", "a", "v", "https://x"),
			want:      3,
		},
		"empty host":             {function: newDeliveryURLFunction(), arguments: build("hash", "a", "v", ""), want: 3},
		"the second host":        {function: newDeliveryURLFunction(), arguments: build("hash", "a", "v", "x", "y"), want: 4},
		"the second, both empty": {function: newDeliveryURLFunction(), arguments: build("hash", "a", "v", "", ""), want: 4},
		"options as string":      {function: newFlexibleVariantFunction(), arguments: options(types.StringValue("w=400"))},
		"unknown option": {
			function:  newFlexibleVariantFunction(),
			arguments: options(types.MapValueMust(types.StringType, map[string]attr.Value{"x": types.StringValue("y")})),
		},
		"not a delivery URL":  {function: newParseDeliveryURLFunction(), arguments: text("https://example.com/a")},
		"URL to sign":         {function: newSignedURLFunction(), arguments: text(url+"?a", "k", time)},
		"another URL to sign": {function: newSignedURLFunction(), arguments: text("https://example.com/a", "k", time)},
		"key":                 {function: newSignedURLFunction(), arguments: text(url, "", time), want: 1},
		"zone":                {function: newTransformationURLFunction(), arguments: transform("", "/a", width)},
		"source":              {function: newTransformationURLFunction(), arguments: transform("e.com", "a", width), want: 1},
		"options": {
			function:  newTransformationURLFunction(),
			arguments: transform("e.com", "/a", types.StringValue("w=1")),
			want:      2,
		},
		"no options": {function: newTransformationURLFunction(), arguments: transform("e.com", "/a", stringMap(nil)), want: 2},
		"no transformation URL": {
			function:  newParseDeliveryURLFunction(),
			arguments: text("https://e.com/cdn-cgi/image/w=1"),
		},
		"no image":         {function: newImageInfoFunction(), arguments: text("")},
		"no time":          {function: newSignedURLFunction(), arguments: text(url, "k", "tomorrow"), want: 2},
		"time in the past": {function: newSignedURLFunction(), arguments: text(url, "k", "1969-01-01T00:00:00Z"), want: 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, test.function, test.arguments...)
			if err == nil || err.FunctionArgument == nil || *err.FunctionArgument != test.want {
				t.Errorf("got %+v, want an error at argument %d", err, test.want)
			}
		})
	}
}

// run runs a function as Terraform does.
func run(t *testing.T, f function.Function, arguments ...attr.Value) (attr.Value, *function.FuncError) {
	t.Helper()
	var definition function.DefinitionResponse
	f.Definition(t.Context(), function.DefinitionRequest{}, &definition)
	result, err := definition.Definition.Return.NewResultData(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	resp := function.RunResponse{Result: result}
	f.Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData(arguments)}, &resp)
	return resp.Result.Value(), resp.Error
}

// If the framework passes too few arguments, the error says so.
func TestFunctionArgumentCounts(t *testing.T) {
	t.Parallel()
	for _, f := range []function.Function{
		newDeliveryURLFunction(), newFlexibleVariantFunction(), newImageInfoFunction(), newParseDeliveryURLFunction(),
		newSignedURLFunction(), newTransformationURLFunction(),
	} {
		if _, err := run(t, f); err == nil || !strings.Contains(err.Text, "Function does not have argument data") {
			t.Errorf("%T: got %v", f, err)
		}
	}
}

// Options can have any type, in an object, or in a map, which converts all
// values to strings.
func TestFlexibleVariantOptions(t *testing.T) {
	t.Parallel()
	number := func(text string) attr.Value {
		value, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		return types.NumberValue(value)
	}
	object := func(values map[string]attr.Value) attr.Value {
		kinds := map[string]attr.Type{}
		for name, value := range values {
			kinds[name] = value.Type(t.Context())
		}
		return types.ObjectValueMust(kinds, values)
	}
	text := types.StringValue
	for name, test := range map[string]struct {
		options attr.Value
		want    string // empty for an error
	}{
		"object": {
			object(map[string]attr.Value{"width": number("400"), "fit": text("cover"), "anim": types.BoolValue(false)}),
			"w=400,fit=cover,anim=false",
		},
		"null":              {object(map[string]attr.Value{"width": number("400"), "fit": types.StringNull()}), "w=400"},
		"number as string":  {object(map[string]attr.Value{"width": text("400")}), ""},
		"boolean as string": {object(map[string]attr.Value{"anim": text("false")}), ""},
		"list":              {object(map[string]attr.Value{"width": stringList(nil)}), ""},
		"map": {
			stringMap(map[string]attr.Value{"w": text("400"), "fit": text("cover"), "anim": text("false")}), "w=400,fit=cover,anim=false",
		},
		"true in a map":     {stringMap(map[string]attr.Value{"w": text("4"), "anim": text("true")}), "w=4,anim=true"},
		"decimal in a map":  {stringMap(map[string]attr.Value{"dpr": text("1.5")}), "dpr=1.5"},
		"corner in a map":   {stringMap(map[string]attr.Value{"w": text("4"), "gravity": text("0x1")}), "w=4,g=0x1"},
		"exponent in a map": {stringMap(map[string]attr.Value{"w": text("4e2")}), ""},
		"text":              {text("w=400"), ""},
		"nothing":           {stringMap(nil), ""},
		"only null":         {stringMap(map[string]attr.Value{"w": types.StringNull()}), ""},
	} {
		got, err := run(t, newFlexibleVariantFunction(), types.DynamicValue(test.options))
		if (err == nil) != (test.want != "") || err == nil && !got.Equal(text(test.want)) {
			t.Errorf("%s: got %s, %v, want %s", name, got, err, test.want)
		}
	}
}

// An error that isn't about an argument doesn't point at one.
func TestFunctionArgumentError(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{"no part": errors.New("odd"), "another part": &delivery.Error{Part: delivery.PartKey}} {
		if got := argumentError(err, delivery.PartURL); got == nil || got.FunctionArgument != nil || got.Text != err.Error() {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// A result of the wrong type is an error.
func TestFunctionUnexpectedResult(t *testing.T) {
	t.Parallel()
	const url = "https://imagedelivery.net/hash/a/public"
	text := types.StringValue
	for name, test := range map[string]struct {
		function  function.Function
		arguments []attr.Value
	}{
		"delivery_url":       {newDeliveryURLFunction(), []attr.Value{text("hash"), text("a"), text("v"), types.TupleValueMust(nil, nil)}},
		"flexible_variant":   {newFlexibleVariantFunction(), []attr.Value{types.DynamicValue(stringMap(map[string]attr.Value{"w": text("4")}))}},
		"image_info":         {newImageInfoFunction(), []attr.Value{text("PHN2Zy8+")}},
		"parse_delivery_url": {newParseDeliveryURLFunction(), []attr.Value{text(url)}},
		"parse_delivery_url of a transformation": {
			newParseDeliveryURLFunction(), []attr.Value{text("https://e.com/cdn-cgi/image/w=1/a")},
		},
		"transformation_url": {newTransformationURLFunction(), []attr.Value{
			text("e.com"), text("/a"), types.DynamicValue(stringMap(map[string]attr.Value{"w": text("4")})),
		}},
		"signed_url": {newSignedURLFunction(), []attr.Value{text(url), text("k"), text("2030-01-01T00:00:00Z")}},
	} {
		if _, err := run(t, test.function, test.arguments...); err != nil {
			t.Errorf("%s: got %v", name, err)
		}
		resp := function.RunResponse{Result: function.NewResultData(types.BoolNull())}
		test.function.Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData(test.arguments)}, &resp)
		if resp.Error == nil {
			t.Errorf("%s: a boolean became %s", name, resp.Result.Value())
		}
	}
}

// The table in the documentation is up to date.
func TestFlexibleVariantOptionTable(t *testing.T) {
	t.Parallel()
	got := optionTable([]delivery.Option{{Name: "width", Alias: "w", Takes: "pixels", Hosted: true}, {Name: "onerror", Takes: "a word"}})
	want := "| Option | Short name | Values | Use |\n|---|---|---|---|\n" +
		"| `width` | `w` | pixels | hosted, transformation |\n| `onerror` |  | a word | transformation |\n"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
