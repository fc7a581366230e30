package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// The keys of an account are listed by name, without their values, and imported
// without a change.
func TestSigningKeyListResource(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.ListResources)
	r := newTestEnv(t)
	c := r.queries(t, "list \"cloudflare_image_signing_key\" \"all\" {\n  provider = cloudflare\n}\n")
	config := c.generated()
	for _, name := range []string{`name       = "default"`, `name       = "campaign"`} {
		if !strings.Contains(config, name) {
			t.Errorf("want %s in the generated configuration:\n%s", name, config)
		}
	}
	if strings.Contains(config, fakeapi.SigningKey) {
		t.Error("the generated configuration has the value of a key")
	}
	r.assertRequests(t, "GET /keys")
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "2 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
	r.assertReadsOnly(t)
	c.want(0, "plan", "-detailed-exitcode")
}

// The results have names and identities, and no value of a key.
func TestSigningKeyListResourceResults(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	ours := newProtocol(t, r)
	var names []string
	request := tfprotov6.ListResourceRequest{TypeName: "cloudflare_image_signing_key", IncludeResource: true}
	for _, result := range ours.list(t, request, nil, readAll) {
		names = append(names, result.DisplayName)
		if result.Identity == nil || result.Resource == nil {
			t.Fatalf("%s has no identity or no resource", result.DisplayName)
		}
		if strings.Contains(string(result.Resource.MsgPack), "fake-api-") {
			t.Errorf("the result %s has a value", result.DisplayName)
		}
	}
	if got := strings.Join(names, " "); got != "default campaign" {
		t.Errorf("got %q, want default and campaign", got)
	}
}
