package delivery

import (
	"math/big"
	"strings"
	"testing"
)

func num(text string) *big.Float {
	n, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return n
}

func TestFlexibleVariant(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		options map[string]any
		want    string
	}{
		"one": {map[string]any{"width": num("400")}, "w=400"},
		"in a fixed order": {
			map[string]any{"sharpen": num("3"), "fit": "cover", "height": num("300"), "width": num("400")},
			"w=400,h=300,fit=cover,sharpen=3",
		},
		"by short names": {
			map[string]any{"w": num("400"), "h": num("300"), "g": "auto", "q": num("80"), "f": "webp", "scq": "low"},
			"w=400,h=300,g=auto,q=80,scq=low,f=webp",
		},
		"by long names": {
			map[string]any{
				"width": num("400"), "height": num("300"), "gravity": "auto", "quality": "high", "format": "auto",
				"slow-connection-quality": num("50"),
			},
			"w=400,h=300,g=auto,q=high,scq=50,f=auto",
		},
		"width auto":  {map[string]any{"width": "auto"}, "w=auto"},
		"the largest": {map[string]any{"width": num("12000"), "height": num("1")}, "w=12000,h=1"},
		"a point":     {map[string]any{"gravity": "0.5x0.33"}, "g=0.5x0.33"},
		"corners":     {map[string]any{"g": "0x1"}, "g=0x1"},
		"zoom":        {map[string]any{"gravity": "face", "zoom": num("0.1")}, "g=face,zoom=0.1"},
		"face-zoom":   {map[string]any{"face-zoom": num("1")}, "zoom=1"},
		"decimals as given": {
			map[string]any{
				"dpr":        num("1.5"),
				"brightness": num("0.1"),
				"contrast":   num("2"),
				"gamma":      num("1.25"),
				"saturation": num("0"),
			},
			"dpr=1.5,brightness=0.1,contrast=2,gamma=1.25,saturation=0",
		},
		"keywords": {
			map[string]any{"anim": false, "compression": "fast", "flip": "hv", "metadata": "none", "segment": "foreground"},
			"anim=false,compression=fast,flip=hv,metadata=none,segment=foreground",
		},
		"rotated and blurred": {map[string]any{"rotate": num("270"), "blur": num("250")}, "blur=250,rotate=270"},
		"hexadecimal color":   {map[string]any{"background": "#ffcc00"}, "background=%23ffcc00"},
		"named color":         {map[string]any{"background": "red"}, "background=red"},
		"color by function":   {map[string]any{"background": "rgb(240,40,145)"}, "background=rgb%28240%2C40%2C145%29"},
		"modern color": {
			map[string]any{"background": "rgb(240 40 145 50%)"},
			"background=rgb%28240%2040%20145%2050%25%29",
		},
		"letters and digits": {map[string]any{"background": "rgb-azAZ(0.9 -9+1)"}, "background=rgb-azAZ%280.9%20-9%2B1%29"},
		"trim":               {map[string]any{"trim": "20;30;20;0"}, "trim=20;30;20;0"},
		"repeating decimals": {
			map[string]any{"dpr": new(big.Float).Quo(num("4"), num("3")), "saturation": num("-0")},
			"dpr=1.3333334,saturation=0",
		},
		"the largest trim": {map[string]any{"trim": "12000;0;11999;9999"}, "trim=12000;0;11999;9999"},
		"trim by border": {
			map[string]any{
				"trim": "border", "trim.border.color": "#000000", "trim.border.tolerance": num("5"), "trim.border.keep": num("10"),
			},
			"trim=border,trim.border.color=%23000000,trim.border.tolerance=5,trim.border.keep=10",
		},
		"trim by border, color only": {
			map[string]any{"trim.border.color": "rgb(255 255 0)"},
			"trim.border.color=rgb%28255%20255%200%29",
		},
		"trim by border and side": {map[string]any{"trim": "border", "trim.left": num("3")}, "trim=border,trim.left=3"},
		"trim by fractions":       {map[string]any{"trim": "0.1;0;0.25;20"}, "trim=0.1;0;0.25;20"},
		"trim a side by a fraction": {
			map[string]any{"trim.top": num("0.25"), "trim.width": num("0.5")},
			"trim.top=0.25,trim.width=0.5",
		},
		"breakpoints": {
			map[string]any{"w": "auto", "wbreakpoints": "320;768", "wmobile": num("480"), "wdesktop": num("1600")},
			"w=auto,wbreakpoints=320;768,wmobile=480,wdesktop=1600",
		},
		"enlarged": {
			map[string]any{"w": num("800"), "fit": "scale-up", "upscale": "generate"}, "w=800,fit=scale-up,upscale=generate",
		},
		"no effects": {map[string]any{"blur": num("0"), "gamma": num("0")}, "blur=0,gamma=0"},
		"extra": {
			map[string]any{"w": num("1"), "extra": []string{"new.option=a;b", "x-y=%2C"}}, "w=1,new.option=a;b,x-y=%2C",
		},
		"only extra":                    {map[string]any{"extra": []string{"onerror=redirect"}}, "onerror=redirect"},
		"a new value of a known option": {map[string]any{"w": num("1"), "extra": []string{"fit=magic"}}, "w=1,fit=magic"},
		"no extra":                      {map[string]any{"w": num("1"), "extra": []string{}}, "w=1"},
		"trim by parts": {
			map[string]any{"trim.width": num("678"), "trim.left": num("0"), "trim.top": num("40"), "trim.height": num("5")},
			"trim.left=0,trim.top=40,trim.width=678,trim.height=5",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := FlexibleVariant(test.options)
			if err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			// It is a valid segment of a URL.
			url, err := Build("", "hash", "image", got)
			if err != nil || url != "https://imagedelivery.net/hash/image/"+got {
				t.Errorf("Build: got %s, %v, want the variant %s", url, err, got)
			}
			if parsed, err := Parse(url); err != nil || parsed.Variant != got {
				t.Errorf("Parse: got %+v, %v, want the variant %s", parsed, err, got)
			}
		})
	}
}

func TestFlexibleVariantErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		options map[string]any
		want    string
	}{
		"none": {nil, "at least one option; the options are width (w), wbreakpoints, wmobile, wdesktop, height (h), fit"},
		"unknown": {
			map[string]any{"widht": num("400")}, `"widht" is not an option of a flexible variant; the options are width (w)`,
		},
		"unknown and known": {map[string]any{"w": num("1"), "border": "x", "draw": "y"}, `"border" is not an option`},
		"both names":        {map[string]any{"width": num("1"), "w": num("1")}, "width and w are the same option"},
		"string for a number": {
			map[string]any{"width": "400"},
			`width: expected an integer number of pixels from 1 to 12000, or "auto", got the string "400"`,
		},
		"number for a keyword": {
			map[string]any{"fit": num("1")},
			"fit: expected one of scale-down, scale-up, contain, cover, crop, aspect-crop, pad, squeeze, got the number 1",
		},
		"boolean for a number": {
			map[string]any{"width": true},
			"width: expected an integer number of pixels from 1 to 12000, or \"auto\", got true",
		},
		"many digits":          {map[string]any{"height": num("12000.1234567")}, "got the number 12000.12346"},
		"unknown word":         {map[string]any{"fit": "fill"}, `fit: expected one of scale-down`},
		"width of zero":        {map[string]any{"width": num("0")}, "from 1 to 12000"},
		"width too large":      {map[string]any{"width": num("12001")}, "got the number 12001"},
		"half a pixel":         {map[string]any{"height": num("1.5")}, "height: expected an integer"},
		"by its short name":    {map[string]any{"q": num("101")}, "quality: expected an integer from 1 to 100"},
		"quality of zero":      {map[string]any{"quality": num("0")}, "quality: expected"},
		"point outside":        {map[string]any{"gravity": "1.5x0"}, "gravity: expected one of auto"},
		"zoom above":           {map[string]any{"zoom": num("1.01")}, "zoom: expected a number from 0 to 1"},
		"dpr of zero":          {map[string]any{"dpr": num("0")}, "dpr: expected a number above 0, up to 2"},
		"dpr above":            {map[string]any{"dpr": num("3")}, "dpr: expected a number above 0, up to 2"},
		"string for a boolean": {map[string]any{"anim": "false"}, "anim: expected true or false"},
		"negative blur":        {map[string]any{"blur": num("-1")}, "blur: expected a number from 0 to 250"},
		"negative brightness":  {map[string]any{"brightness": num("-1")}, "brightness: expected a number from 0 to 100"},
		"negative saturation":  {map[string]any{"saturation": num("-0.1")}, "saturation: expected a number from 0"},
		"sharpen above":        {map[string]any{"sharpen": num("10.1")}, "sharpen: expected a number from 0 to 10"},
		"rotate by 45":         {map[string]any{"rotate": num("45")}, "rotate: expected one of 0, 90, 180, 270, 360"},
		"color with a comma":   {map[string]any{"background": "red,w=9000"}, "background: expected a CSS color"},
		"color with alpha": {
			map[string]any{"background": "rgb(1 2 3 / 50%)"},
			"background: expected a CSS color without a slash",
		},
		"color with a slash": {map[string]any{"background": "a/b"}, "background: expected a CSS color"},
		"blur above":         {map[string]any{"blur": num("251")}, "blur: expected a number from 0 to 250"},
		"nothing remains": {
			map[string]any{
				"trim.width": num("0"),
			}, "trim.width: expected an integer number of pixels from 1 to 12000, or a fraction above 0",
		},
		"trim too large": {map[string]any{"trim": "12001;0;0;0"}, "trim: expected the word border, or four sides"},
		"trim twice":     {map[string]any{"trim": "1;2;3;4", "trim.left": num("1")}, "trim conflicts with trim.left: set only one"},
		"absurd gamma": {
			map[string]any{"gamma": num("1e3000")},
			"gamma: expected a number from 0 to 100, got the number 1e+3000",
		},
		"five hex digits":    {map[string]any{"background": "#12345"}, "background: expected a CSS color"},
		"a very long string": {map[string]any{"fit": strings.Repeat("x", 5000)}, "fit: expected one of"},
		"three sides":        {map[string]any{"trim": "1;2;3"}, "trim: expected the word border, or four sides"},
		"negative trim":      {map[string]any{"trim.left": num("-1")}, "trim.left: expected an integer number of pixels from 0"},
		"border of four sides": {
			map[string]any{"trim": "1;2;3;4", "trim.border.keep": num("1")}, `trim.border.keep requires trim = "border"`,
		},
		"transformation only": {
			map[string]any{"w": num("1"), "onerror": "redirect"},
			"use transformation_url for onerror: Cloudflare doesn't support it for hosted images",
		},
		"transformation only, the other": {map[string]any{"origin-auth": "x"}, "use transformation_url for origin-auth"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := FlexibleVariant(test.options)
			if err == nil || !strings.Contains(err.Error(), test.want) || len(err.Error()) > 800 {
				t.Errorf("got %q, %v, want an error with %q", got, err, test.want)
			}
		})
	}
}

// TestFlexibleVariantBounds checks the bounds of each option, and values just
// beyond them.
func TestFlexibleVariantBounds(t *testing.T) {
	t.Parallel()
	numbers := func(literals ...string) (values []any) {
		for _, literal := range literals {
			values = append(values, num(literal))
		}
		return values
	}
	words := func(keywords ...string) (values []any) {
		for _, keyword := range keywords {
			values = append(values, keyword)
		}
		return values
	}
	const tiny = "1e-46" // formatted with seven digits, it is 0
	tests := map[string]struct{ valid, invalid []any }{
		"width": {
			append(numbers("1", "12000"), "auto"),
			append(numbers("0", "12001", "0.5", "1.5", "-1", tiny), "face", "1"),
		},
		"height": {numbers("1", "12000"), append(numbers("0", "12001", "0.5", "-1"), "auto")},
		"fit": {
			words("scale-down", "scale-up", "contain", "cover", "crop", "aspect-crop", "pad", "squeeze"),
			words("fill", "", "Cover"),
		},
		"gravity": {
			words(
				"auto",
				"face",
				"left",
				"right",
				"top",
				"bottom",
				"center",
				"entropy",
				"0x0",
				"1x1",
				"0x1",
				"1x0",
				"1.0x0.0",
				"0.5x1.00",
			),
			words("centre", "1.1x0", "0x1.01", "-0.1x0", ".5x0", "0x", "x", "0x0x0", "00x0"),
		},
		"zoom": {numbers("0", "1", "0.5"), append(numbers("-0.001", "1.001"), "auto")},
		"quality": {
			append(numbers("1", "100"), words("high", "medium-high", "medium-low", "low")...),
			append(numbers("0", "101", "0.5", "99.5"), "medium"),
		},
		"slow-connection-quality": {
			append(numbers("1", "100"), words("high", "medium-high", "medium-low", "low")...),
			append(numbers("0", "101", "99.5"), "medium"),
		},
		"format": {
			words("auto", "avif", "webp", "jpeg", "baseline-jpeg", "png", "png-force", "svg", "json"),
			words("gif", "JPEG"),
		},
		"dpr":  {numbers("0.1", "2", "1e-45"), numbers("0", "2.001", "-1", tiny)},
		"anim": {[]any{true, false}, append(numbers("0", "1"), "true")},
		"background": {
			words("#fff", "#fffa", "#ffcc00", "#ffcc0080", "red", "rgb(0,0,0)"),
			words("#ff", "#fffff", "#ffffffff0", "#ggg", "", "red1", "rgb()", "rgb(1", "url(/)"),
		},
		"blur":        {numbers("0", "1", "250", "1.5"), numbers("-0.001", "250.001")},
		"brightness":  {numbers("0", "0.1", "100"), numbers("100.001", "-1")},
		"compression": {words("fast"), words("slow")},
		"contrast":    {numbers("0", "0.1", "100"), numbers("100.001", "-1")},
		"flip":        {words("h", "v", "hv"), words("vh", "")},
		"gamma":       {numbers("0", "0.1", "100"), numbers("100.001", "-1")},
		"metadata":    {words("copyright", "keep", "none"), words("all")},
		"rotate": {
			numbers("0", "90", "180", "270", "360"),
			append(numbers("-90", "89", "91", "135", "271", "361", "90.5"), "90"),
		},
		"saturation": {numbers("0", "100"), numbers("-0.001", "100.001")},
		"segment":    {words("foreground"), words("background")},
		"sharpen":    {numbers("0", "10"), numbers("-0.001", "10.001")},
		"trim": {
			words("0;0;0;0", "12000;11999;10000;9999", "0.25;0;0.5;10", "border"),
			words("12001;0;0;0", "0;0;0;12001", "13000;0;0;0", "0;0;0", "0;0;0;0;0", "-1;0;0;0", "0,0,0,0",
				"1.5;0;0;0", "0.;0;0;0", ".5;0;0;0", ";;;", "Border"),
		},
		"trim.left":             {numbers("0", "12000", "0.5"), numbers("-1", "12001", "1.5")},
		"trim.top":              {numbers("0", "12000", "0.25"), numbers("-1", "12001", "1.5")},
		"trim.right":            {numbers("0", "12000", "0.25"), numbers("-1", "12001", "1.5")},
		"trim.bottom":           {numbers("0", "12000", "0.25"), numbers("-1", "12001", "1.5")},
		"trim.width":            {numbers("1", "12000", "0.5"), numbers("0", "12001", "1.5", tiny)},
		"trim.height":           {numbers("1", "12000", "0.5"), numbers("0", "12001", "1.5", tiny)},
		"trim.border.color":     {words("#000000", "red", "rgb(255 255 0)"), words("#ff", "url(/)")},
		"trim.border.tolerance": {numbers("0", "255"), append(numbers("-1", "256", "1.5"), "5")},
		"trim.border.keep":      {numbers("0", "12000"), numbers("-1", "12001", "0.5")},
		"wbreakpoints": {
			append(numbers("320"), words("320", "320;768;960;1200", "1;12000")...),
			append(numbers("0", "12001"), words("", "0", "320;", ";320", "320,768", "320;0", "320;12001", "320;768.5")...),
		},
		"wmobile":  {numbers("1", "12000"), append(numbers("0", "12001", "0.5"), "auto")},
		"wdesktop": {numbers("1", "12000"), append(numbers("0", "12001", "0.5"), "auto")},
		"upscale":  {words("interpolate", "generate"), words("ai", "")},
	}
	if len(tests) != len(hostedOptions) {
		t.Errorf("got tests for %d options, want %d", len(tests), len(hostedOptions))
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, value := range test.valid {
				if got, err := FlexibleVariant(map[string]any{name: value}); err != nil || got == "" {
					t.Errorf("%s: got %q, %v, want no error", quote(value), got, err)
				}
			}
			for _, value := range append(test.invalid, struct{}{}) {
				if got, err := FlexibleVariant(map[string]any{name: value}); err == nil ||
					!strings.HasPrefix(err.Error(), name+": expected ") {
					t.Errorf("%s: got %q, %v, want an error", quote(value), got, err)
				}
			}
		})
	}
}

// TestOptions checks that Options and the errors agree, by both names, for hosted
// images and for transformations.
func TestOptions(t *testing.T) {
	t.Parallel()
	known := Options()
	if len(known) != len(hostedOptions)+len(transformationOptions) {
		t.Fatalf("got %d options, want %d", len(known), len(hostedOptions)+len(transformationOptions))
	}
	for _, option := range known {
		for _, name := range []string{option.Name, option.Alias} {
			if name == "" {
				continue
			}
			given := map[string]any{name: "none of them"}
			_, err := BuildTransformation("www.example.com", "/a.png", given)
			if err == nil || !strings.Contains(err.Error(), "expected "+option.Takes+", got") {
				t.Errorf("%s: got %v, want an error with %s", name, err, option.Takes)
			}
			want := "use transformation_url for " + name
			if option.Hosted {
				want = "expected " + option.Takes + ", got"
			}
			if _, err := FlexibleVariant(given); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want an error with %s", name, err, want)
			}
		}
	}
}
