package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// urlSamples counts URLs and keeps the first ones.
type urlSamples struct {
	count    int
	examples []string
}

func (s *urlSamples) add(url string) {
	s.count++
	if len(s.examples) < maxListedNames {
		url, _, _ = strings.Cut(url, "?") // the query may contain a signature
		s.examples = append(s.examples, fmt.Sprintf("%.200q", url))
	}
}

// unrecognizedURLs are the delivery URLs without a recognized variant.
type unrecognizedURLs struct {
	urlSamples

	unhashed urlSamples // one URL per image that has variants, but no account hash
}

// warning returns one warning for all images that were read.
func (o *unrecognizedURLs) warning(op operation) (diags diag.Diagnostics) {
	const documented = "A delivery URL has the form https://" + delivery.DefaultHost + "/<account hash>/<image ID>/<variant>, " +
		"with /cdn-cgi/imagedelivery/ before the hash on other hosts"
	const emulatorHint = "This is expected if the provider's base_url points to an emulator of the API; otherwise please report it."
	if o.count > 0 {
		diags.AddWarning("Cloudflare "+op.String()+": unrecognized delivery URLs, such as "+o.examples[0],
			"These URLs appear in variants only; variant_urls, account_hash and delivery_base_url ignore them: "+
				summarize(o.examples, o.count)+". "+documented+"; <image ID> must be the ID of the image. "+emulatorHint)
	}
	if o.unhashed.count > 0 {
		diags.AddWarning("Cloudflare "+op.String()+": unknown account hash",
			"Use variant_urls, which contains these URLs; account_hash and delivery_base_url are null, because the form of the URLs isn't documented: "+
				summarize(o.unhashed.examples, o.unhashed.count)+". "+documented+". "+emulatorHint)
	}
	return diags
}

// requiredVariantsAttribute returns the attribute required_variants, which all
// data sources that read images have.
func requiredVariantsAttribute(of, exception string) schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: "Variants that " + of + " must have; otherwise the plan fails and lists the available ones. " +
			"Sends no additional request." + exception,
		Optional:    true,
		ElementType: types.StringType,
		Validators: []validator.Set{
			setvalidator.NoNullValues(),
			setvalidator.ValueStringsAre(stringCheck(checkVariantName)),
		},
	}
}

// missingVariants reports each required variant that an image lacks.
func missingVariants(op operation, required []string, urls types.Map) (diags diag.Diagnostics) {
	for _, name := range required {
		if _, has := urls.Elements()[name]; !has {
			diags.AddAttributeError(path.Root("required_variants").AtSetValue(types.StringValue(name)),
				fmt.Sprintf("Cloudflare image %q has no variant %q; it has %s", op.id, name, variantNames(urls.Elements())),
				variantRemedy)
		}
	}
	return diags
}

// variantRequirement checks many images for required variants.
type variantRequirement struct {
	variants []string
	images   int
	without  map[string][]string // the first images that lack it, by variant
	counts   map[string]int
	has      map[string]string // the variants that the first of these images has
}

func newVariantRequirement(variants []string) *variantRequirement {
	return &variantRequirement{
		variants: variants, without: map[string][]string{}, counts: map[string]int{}, has: map[string]string{},
	}
}

// check records which of the variants an image lacks.
func (r *variantRequirement) check(imageID string, urls types.Map) {
	r.images++
	for _, name := range r.variants {
		if _, has := urls.Elements()[name]; has {
			continue
		}
		if r.counts[name] == 0 {
			r.has[name] = variantNames(urls.Elements())
		}
		if r.counts[name]++; len(r.without[name]) < maxListedNames {
			r.without[name] = append(r.without[name], fmt.Sprintf("%.100q", imageID))
		}
	}
}

// missing reports each required variant that some images lack.
func (r *variantRequirement) missing() (diags diag.Diagnostics) {
	for _, name := range r.variants {
		if count := r.counts[name]; count > 0 {
			diags.AddAttributeError(path.Root("required_variants").AtSetValue(types.StringValue(name)),
				fmt.Sprintf("%d of %d Cloudflare images have no variant %q", count, r.images, name),
				fmt.Sprintf("%s Images without it: %s. The first of them has %s.", variantRemedy, summarize(r.without[name], count), r.has[name]))
		}
	}
	return diags
}

const variantRemedy = "Check the spelling in required_variants (names are case-sensitive), " +
	"or create the variant with a cloudflare_image_variant resource or in the dashboard under Images: it then exists for every image."
