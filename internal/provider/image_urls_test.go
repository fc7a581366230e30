package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestMissingVariants(t *testing.T) {
	t.Parallel()
	urls := func(names ...string) types.Map {
		values := map[string]attr.Value{}
		for _, name := range names {
			values[name] = types.StringValue("https://imagedelivery.net/hash/a/" + name)
		}
		return textMap(values)
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
		"nothing required": {nil, urls("public"), nil},
		"all there":        {[]string{"public", "hero"}, urls("hero", "public", "thumbnail"), nil},
		"no variants":      {[]string{"public"}, urls(), []string{`Cloudflare image "a" has no variant "public"; it has none`}},
		"another case":     {[]string{"Hero"}, urls("hero"), []string{`Cloudflare image "a" has no variant "Hero"; it has hero`}},
		"several": {[]string{"b", "public", "a"}, urls("public"), []string{
			`Cloudflare image "a" has no variant "b"; it has public`, `Cloudflare image "a" has no variant "a"; it has public`,
		}},
		"many variants": {[]string{"x"}, urls(many...), []string{
			`Cloudflare image "a" has no variant "x"; it has v00, v01, v02, v03, v04, v05, v06, v07, v08, v09 and 2 more`,
		}},
		"a long name": {[]string{"x"}, urls(strings.Repeat("y", 1000)), []string{
			`Cloudflare image "a" has no variant "x"; it has ` + strings.Repeat("y", 100),
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range missingVariants(subject{id: "a"}, test.required, test.urls) {
				got = append(got, d.Summary())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("summaries (-want +got):\n%s", diff)
			}
		})
	}
}

// Of many images without a variant, the first few are named.
func TestMissingVariantsOfMany(t *testing.T) {
	t.Parallel()
	r := newRequirement([]string{"public", "hero"})
	for i := range 500 {
		values := map[string]attr.Value{"public": types.StringValue("https://imagedelivery.net/hash/a/public")}
		if i%2 == 0 {
			values["hero"] = types.StringValue("https://imagedelivery.net/hash/a/hero")
		}
		r.check(fmt.Sprintf("id-%03d", i), textMap(values))
	}
	got := r.missing()
	const want = `Without it: "id-001", "id-003", "id-005", "id-007", "id-009", "id-011", "id-013", "id-015", "id-017", ` +
		`"id-019" and 240 more. ` +
		`The first of them has public. `
	if len(got) != 1 || got[0].Summary() != `250 of 500 Cloudflare images have no variant "hero"` || got[0].Detail() != want+variantRemedy {
		t.Errorf("got %v, want one with %s", got, want)
	}
}
