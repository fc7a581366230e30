package delivery

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// option is an option of a flexible variant: its documented name, another
// documented name if there is one, and its values.
type option struct {
	name, alias string
	values      string // described for errors and the documentation
	format      formatter
}

// maxPixels is the largest width and height of an image.
// https://developers.cloudflare.com/images/get-started/limits/
const maxPixels = 12000

// side matches an integer from 0 to maxPixels, or a fraction of the image.
const side = `(0\.\d{1,7}|\d{1,4}|1[01]\d{3}|12000)`

// width matches an integer from 1 to maxPixels.
const width = `([1-9]\d{0,3}|1[01]\d{3}|12000)`

// hostedOptions are in the order of the result. If Cloudflare's sources
// disagree, the values of both are accepted: the feature pages, and the types
// of the Workers runtime, which have more values of gravity, format, rotate and
// trim, and say that factors of 0 are ignored.
// https://developers.cloudflare.com/images/optimization/features/
var hostedOptions = []option{
	{"width", "w", "an integer number of pixels from 1 to 12000, or \"auto\"", anyOf(integer(1, maxPixels), keyword("auto"))},
	{
		"wbreakpoints", "", "integers from 1 to 12000, separated by semicolons, such as \"320;768;1200\" (for width \"auto\")",
		anyOf(integer(1, maxPixels), pattern(`^`+width+`(;`+width+`){0,49}$`)),
	},
	{"wmobile", "", "an integer number of pixels from 1 to 12000 (for width \"auto\")", integer(1, maxPixels)},
	{"wdesktop", "", "an integer number of pixels from 1 to 12000 (for width \"auto\")", integer(1, maxPixels)},
	{"height", "h", "an integer number of pixels from 1 to 12000", integer(1, maxPixels)},
	{
		"fit", "", "one of scale-down, scale-up, contain, cover, crop, aspect-crop, pad, squeeze",
		keyword("scale-down", "scale-up", "contain", "cover", "crop", "aspect-crop", "pad", "squeeze"),
	},
	{"upscale", "", "one of interpolate, generate", keyword("interpolate", "generate")},
	{
		"gravity", "g", "one of auto, face, left, right, top, bottom, center, entropy, or a point from 0x0 to 1x1 such as 0.5x0.3",
		anyOf(
			keyword("auto", "face", "left", "right", "top", "bottom", "center", "entropy"),
			pattern(`^(0(\.\d+)?|1(\.0+)?)x(0(\.\d+)?|1(\.0+)?)$`),
		),
	},
	{"zoom", "face-zoom", "a number from 0 to 1", number(0, 1)},
	{"quality", "q", "an integer from 1 to 100, or one of high, medium-high, medium-low, low", quality},
	{"slow-connection-quality", "scq", "an integer from 1 to 100, or one of high, medium-high, medium-low, low", quality},
	{
		"format", "f", "one of auto, avif, webp, jpeg, baseline-jpeg, png, png-force, svg, json",
		keyword("auto", "avif", "webp", "jpeg", "baseline-jpeg", "png", "png-force", "svg", "json"),
	},
	{"dpr", "", "a number above 0, up to 2", positive(number(0, 2))},
	{"anim", "", "true or false", boolean},
	{"background", "", "a CSS color without a slash, such as \"#ffcc00\" or \"rgb(240 40 145)\"", color},
	{"blur", "", "a number from 0 to 250", number(0, 250)},
	{"brightness", "", "a number from 0 to 100", number(0, maxFactor)},
	{"compression", "", "the word fast", keyword("fast")},
	{"contrast", "", "a number from 0 to 100", number(0, maxFactor)},
	{"flip", "", "one of h, v, hv", keyword("h", "v", "hv")},
	{"gamma", "", "a number from 0 to 100", number(0, maxFactor)},
	{"metadata", "", "one of copyright, keep, none", keyword("copyright", "keep", "none")},
	{"rotate", "", "one of 0, 90, 180, 270, 360", rotation},
	{"saturation", "", "a number from 0 to 100", number(0, maxFactor)},
	{"segment", "", "the word foreground", keyword("foreground")},
	{"sharpen", "", "a number from 0 to 10", number(0, 10)},
	{
		"trim", "", "the word border, or four sides as top;right;bottom;left, " +
			"each in pixels up to 12000 or as a fraction, such as \"20;30;0.25;0\"",
		anyOf(keyword(trimBorder), pattern(`^`+side+`(;`+side+`){3}$`)),
	},
	{"trim.left", "", sideValues, anyOf(integer(0, maxPixels), number(0, 1))},
	{"trim.top", "", sideValues, anyOf(integer(0, maxPixels), number(0, 1))},
	{"trim.right", "", sideValues, anyOf(integer(0, maxPixels), number(0, 1))},
	{"trim.bottom", "", sideValues, anyOf(integer(0, maxPixels), number(0, 1))},
	{"trim.width", "", lengthValues, positive(anyOf(integer(1, maxPixels), number(0, 1)))},
	{"trim.height", "", lengthValues, positive(anyOf(integer(1, maxPixels), number(0, 1)))},
	{"trim.border.color", "", "a CSS color without a slash, such as \"#000000\"", color},
	{"trim.border.tolerance", "", "an integer from 0 to 255", integer(0, 255)},
	{"trim.border.keep", "", "an integer number of pixels from 0 to 12000", integer(0, maxPixels)},
}

// trimBorder is the value of trim that the trim.border options adjust.
const trimBorder = "border"

const (
	sideValues   = "an integer number of pixels from 0 to 12000, or a fraction from 0 to 1"
	lengthValues = "an integer number of pixels from 1 to 12000, or a fraction above 0"
)

// Option is an option of a flexible variant or a transformation URL, as
// documented.
type Option struct {
	// Name and Alias are equivalent; Alias is empty if there is none.
	Name, Alias string
	// Takes describes the values of the option.
	Takes string
	// Hosted reports whether hosted images have the option. Transformation URLs
	// have all options.
	Hosted bool
}

// Options returns the options of FlexibleVariant and BuildTransformation, in the
// order of their results.
func Options() []Option {
	known := make([]Option, 0, len(hostedOptions)+len(transformationOptions))
	for _, o := range hostedOptions {
		known = append(known, Option{o.name, o.alias, o.values, true})
	}
	for _, o := range transformationOptions {
		known = append(known, Option{o.name, o.alias, o.values, false})
	}
	return known
}

// maxFactor bounds the factors without a documented bound.
const maxFactor = 100

var quality = anyOf(integer(1, 100), keyword("high", "medium-high", "medium-low", "low"))

// FlexibleVariant returns options as the last segment of a delivery URL, in a
// fixed order and by their shortest names. Keys are the documented names, long
// or short, and ExtraOption, whose entries come last. Values are strings,
// booleans, *big.Float and, for ExtraOption, []string. An error names the key and
// its valid values.
//
// https://developers.cloudflare.com/images/manage-images/enable-flexible-variants/
func FlexibleVariant(values map[string]any) (string, error) {
	for _, o := range transformationOptions {
		if _, given := values[o.name]; given {
			return "", fmt.Errorf("use transformation_url for %s: Cloudflare doesn't support it for hosted images", o.name)
		}
	}
	return formatOptions("a flexible variant", hostedOptions, values)
}

// formatOptions formats the options of a flexible variant or a transformation URL.
func formatOptions(target string, options []option, values map[string]any) (string, error) {
	var parts []string
	known := map[string]bool{ExtraOption: true}
	for _, o := range options {
		alias := cmp.Or(o.alias, o.name)
		known[o.name], known[alias] = true, true
		value, given := values[o.name]
		if short, givenShort := values[alias]; givenShort && alias != o.name {
			if given {
				return "", fmt.Errorf("%s and %s are the same option: set only one of them", o.name, o.alias)
			}
			value, given = short, true
		}
		if !given {
			continue
		}
		text, ok := o.format(value)
		if !ok {
			return "", fmt.Errorf("%s: expected %s, got %s", o.name, o.values, quote(value))
		}
		parts = append(parts, o.shortName()+"="+text)
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if !known[key] {
			return "", fmt.Errorf("%q is not an option of %s; the options are %s", key, target, optionNames(options))
		}
	}
	if err := checkTrim(values); err != nil {
		return "", err
	}
	more, err := extras(values)
	if err != nil {
		return "", err
	}
	parts = append(parts, more...)
	if len(parts) == 0 {
		return "", fmt.Errorf("%s needs at least one option; the options are %s", target, optionNames(options))
	}
	return strings.Join(parts, ","), nil
}

// shortName returns the shorter one of the names of an option.
func (o *option) shortName() string {
	if o.alias != "" && len(o.alias) < len(o.name) {
		return o.alias
	}
	return o.name
}

// checkTrim rejects options that conflict with trim: those that trim a side as
// well, and those of a border unless trim is "border".
func checkTrim(values map[string]any) error {
	trim, given := values["trim"]
	if !given {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		isBorder := strings.HasPrefix(key, "trim.border.")
		switch {
		case isBorder && trim != trimBorder:
			return fmt.Errorf("%s requires trim = \"border\": set that, or omit trim", key)
		case strings.HasPrefix(key, "trim.") && !isBorder && trim != trimBorder:
			return fmt.Errorf("trim conflicts with %s: set only one of them", key)
		}
	}
	return nil
}

func optionNames(options []option) string {
	names := make([]string, 0, len(options)+1)
	for _, o := range options {
		name := o.name
		if o.alias != "" {
			name += " (" + o.alias + ")"
		}
		names = append(names, name)
	}
	names = append(names, ExtraOption+" for any other")
	return strings.Join(names, ", ")
}

func quote(value any) string {
	switch value := value.(type) {
	case string:
		return fmt.Sprintf("the string %.100q", value)
	case *big.Float:
		return "the number " + value.Text('g', 10)
	case []string:
		return "a list"
	default:
		return fmt.Sprint(value)
	}
}

// formatter formats a value, and returns false if it is invalid.
type formatter = func(any) (text string, ok bool)

func anyOf(formatters ...formatter) formatter {
	return func(value any) (string, bool) {
		for _, format := range formatters {
			if text, ok := format(value); ok {
				return text, true
			}
		}
		return "", false
	}
}

func keyword(allowed ...string) formatter {
	return func(value any) (string, bool) {
		text, ok := value.(string)
		return text, ok && slices.Contains(allowed, text)
	}
}

func pattern(pattern string) formatter {
	compiled := regexp.MustCompile(pattern)
	return func(value any) (string, bool) {
		text, ok := value.(string)
		return text, ok && compiled.MatchString(text)
	}
}

func number(from, to float64) formatter {
	return func(value any) (string, bool) {
		n, ok := value.(*big.Float)
		if !ok || n.Cmp(big.NewFloat(from)) < 0 || n.Cmp(big.NewFloat(to)) > 0 {
			return "", false
		}
		// A float32 has seven digits, which is more than an image can show.
		short, _ := n.Float32()
		return strconv.FormatFloat(float64(max(short, 0)), 'f', -1, 32), true // never -0
	}
}

// positive rejects 0, and values that would be formatted as 0.
func positive(format formatter) formatter {
	return func(value any) (string, bool) {
		text, ok := format(value)
		return text, ok && text != "0"
	}
}

func integer(from, to float64) formatter {
	return func(value any) (string, bool) {
		if n, ok := value.(*big.Float); !ok || !n.IsInt() {
			return "", false
		}
		return number(from, to)(value)
	}
}

func rotation(value any) (string, bool) {
	text, ok := integer(0, 360)(value)
	return text, ok && slices.Contains([]string{"0", "90", "180", "270", "360"}, text)
}

func boolean(value any) (string, bool) {
	b, ok := value.(bool)
	return fmt.Sprint(b), ok
}

// color percent-encodes the characters that could end the option or the segment.
func color(value any) (string, bool) {
	text, ok := value.(string)
	if !ok || !colorPattern.MatchString(text) {
		return "", false
	}
	return unsafeInColor.ReplaceAllStringFunc(text, func(c string) string { return fmt.Sprintf("%%%X", c) }), true
}

var unsafeInColor = regexp.MustCompile(`[^0-9A-Za-z.-]`)

var colorPattern = regexp.MustCompile(`^(#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})|[A-Za-z]+|[A-Za-z-]+\([0-9A-Za-z .,%+-]+\))$`)
