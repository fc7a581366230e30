package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestVariantRequirement(t *testing.T) {
	t.Parallel()
	urls := func(names ...string) types.Map {
		values := map[string]attr.Value{}
		for _, name := range names {
			values[name] = types.StringValue("https://imagedelivery.net/hash/a/" + name)
		}
		return stringMap(values)
	}
	var many []string
	for i := range 12 {
		many = append(many, fmt.Sprintf("v%02d", i))
	}
	tests := map[string]struct {
		required []string
		urls     types.Map
		want     []string // summaries
	}{
		"nothing required": {urls: urls("public")},
		"all exist":        {required: []string{"public", "hero"}, urls: urls("hero", "public", "thumbnail")},
		"no variants": {
			required: []string{"public"},
			urls:     urls(),
			want:     []string{`Cloudflare image "a" has no variant "public"; it has none`},
		},
		"another case": {
			required: []string{"Hero"},
			urls:     urls("hero"),
			want:     []string{`Cloudflare image "a" has no variant "Hero"; it has hero`},
		},
		"several": {required: []string{"b", "public", "a"}, urls: urls("public"), want: []string{
			`Cloudflare image "a" has no variant "b"; it has public`, `Cloudflare image "a" has no variant "a"; it has public`,
		}},
		"many variants": {required: []string{"x"}, urls: urls(many...), want: []string{
			`Cloudflare image "a" has no variant "x"; it has v00, v01, v02, v03, v04, v05, v06, v07, v08, v09 and 2 more`,
		}},
		"a long name": {required: []string{"x"}, urls: urls(strings.Repeat("y", 1000)), want: []string{
			`Cloudflare image "a" has no variant "x"; it has ` + strings.Repeat("y", 100),
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range missingVariants(operation{id: "a"}, test.required, test.urls) {
				got = append(got, d.Summary())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("summaries (-want +got):\n%s", diff)
			}
		})
	}
}

// If many images lack a variant, the first few are named.
func TestVariantRequirementManyImages(t *testing.T) {
	t.Parallel()
	r := newVariantRequirement([]string{"public", "hero"})
	for i := range 500 {
		values := map[string]attr.Value{"public": types.StringValue("https://imagedelivery.net/hash/a/public")}
		if i%2 == 0 {
			values["hero"] = types.StringValue("https://imagedelivery.net/hash/a/hero")
		}
		r.check(fmt.Sprintf("id-%03d", i), stringMap(values))
	}
	got := r.missing()
	const want = ` Images without it: "id-001", "id-003", "id-005", "id-007", "id-009", "id-011", "id-013", "id-015", "id-017", ` +
		`"id-019" and 240 more. ` +
		`The first of them has public.`
	if len(got) != 1 || got[0].Summary() != `250 of 500 Cloudflare images have no variant "hero"` ||
		got[0].Detail() != variantRemedy+want {
		t.Errorf("got %v, want one with %s", got, want)
	}
}

// The first ten unrecognized URLs are named, without queries and truncated.
func TestUnrecognizedURLsWarning(t *testing.T) {
	t.Parallel()
	const begins, ends = "and delivery_base_url ignore them: ", ". A delivery URL has the form "
	ten := make([]string, 10)
	for i := range ten {
		ten[i] = fmt.Sprintf("u%d", i)
	}
	named := `"u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8", "u9"`
	tests := map[string]struct {
		urls []string
		want string
	}{
		"one":      {[]string{"u"}, `"u"`},
		"signed":   {[]string{"https://x/a?sig=secret&exp=1"}, `"https://x/a"`},
		"ten":      {ten, named},
		"eleven":   {append(slices.Clone(ten), "u10"), named + " and 1 more"},
		"twelve":   {append(slices.Clone(ten), "u10", "u11"), named + " and 2 more"},
		"too long": {[]string{strings.Repeat("x", 201)}, `"` + strings.Repeat("x", 200) + `"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var unrecognized unrecognizedURLs
			if got := unrecognized.warning(operation{object: objectImages}); len(got) != 0 {
				t.Errorf("without unrecognized URLs: got %v", got)
			}
			for _, url := range test.urls {
				unrecognized.add(url)
			}
			got := unrecognized.warning(operation{object: objectImage, id: "a"})
			if len(got) != 1 || got[0].Severity() != diag.SeverityWarning ||
				!strings.HasPrefix(got[0].Summary(), `Cloudflare image "a": `) {
				t.Fatalf("got %v", got)
			}
			_, after, _ := strings.Cut(got[0].Detail(), begins)
			if named, _, _ := strings.Cut(after, ends); named != test.want {
				t.Errorf("got %s, want %s", named, test.want)
			}
		})
	}
}

// Each missing variant is reported with the first image that lacks it and the
// variants of that image.
func TestVariantRequirementNamesFirst(t *testing.T) {
	t.Parallel()
	r := newVariantRequirement([]string{"hero", "public"})
	url := types.StringValue("https://imagedelivery.net/hash/a/v")
	r.check("first", stringMap(map[string]attr.Value{"public": url}))
	r.check("second", stringMap(map[string]attr.Value{"thumbnail": url}))
	r.check("third", stringMap(map[string]attr.Value{"public": url, "hero": url}))
	var got []string
	for _, d := range r.missing() {
		got = append(got, d.Summary()+": "+strings.TrimPrefix(d.Detail(), variantRemedy+" "))
	}
	want := []string{
		`2 of 3 Cloudflare images have no variant "hero": Images without it: "first", "second". The first of them has public.`,
		`1 of 3 Cloudflare images have no variant "public": Images without it: "second". The first of them has thumbnail.`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
