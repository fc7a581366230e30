package provider

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
)

// rotation returns the published example with an echo provider: a new echo per
// step writes the signed URL into the state, so that the test can open it.
func rotation(t *testing.T, step string) string {
	t.Helper()
	content, err := os.ReadFile("../../examples/key-rotation/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	echo := "echo = {\n      source = \"" + strings.TrimSuffix(Source, "cloudflare") + "echo\"\n    }\n    cloudflare ="
	return strings.Replace(string(content), "cloudflare =", echo, 1) + `
provider "echo" {
  data = local.contract_url
}
resource "echo" "` + step + `" {}
`
}

// withoutBlocks removes the blocks that begin with these lines.
func withoutBlocks(t *testing.T, configuration string, begins ...string) string {
	t.Helper()
	for _, begin := range begins {
		block := regexp.MustCompile(`(?ms)^` + regexp.QuoteMeta(begin) + ` \{$.*?^\}$`)
		if len(block.FindAllString(configuration, -1)) != 1 {
			t.Fatalf("there is no block %s", begin)
		}
		configuration = block.ReplaceAllString(configuration, "")
	}
	return configuration
}

// A key is rotated in the steps of the guide: URLs signed with the first key work
// until it is removed, and those signed with the second stay valid.
func TestSigningKeyRotation(t *testing.T) {
	t.Parallel()
	r := newTestEnvWithFreeKey(t)
	files := httptest.NewServer(r.Server)
	t.Cleanup(files.Close)
	r.DeliverFrom(files.URL)
	factories := r.factories(t)
	factories["echo"] = echoprovider.NewProviderServer()

	urls := map[string]string{}
	// opens stores the URL that a step signed, and checks which URLs open.
	opens := func(step string, want map[string]bool) resource.TestCheckFunc {
		return func(state *terraform.State) error {
			urls[step] = state.RootModule().Resources["echo."+step].Primary.Attributes["data"]
			for from, open := range want {
				if got := status(t, urls[from]); (got == http.StatusOK) != open {
					t.Errorf("%s: the URL of %s returns %d, want it to open: %t", step, from, got, open)
				}
			}
			return nil
		}
	}
	const first, second = `resource "cloudflare_image_signing_key" "first"`, `resource "cloudflare_image_signing_key" "second"`
	withSecond := func(step string) string {
		const signing = "name = cloudflare_image_signing_key."
		return strings.Replace(rotation(t, step), signing+"first.name", signing+"second.name", 1)
	}
	steps := []resource.TestStep{
		{Config: withoutBlocks(t, rotation(t, "before"), second), Check: opens("before", map[string]bool{"before": true})},
		{Config: rotation(t, "both"), Check: opens("both", map[string]bool{"before": true, "both": true})},
		{
			Config: withSecond("changed"),
			Check:  opens("changed", map[string]bool{"before": true, "both": true, "changed": true}),
		},
		{
			Config: withoutBlocks(t, withSecond("done"), first, "import"),
			Check:  opens("done", map[string]bool{"before": false, "both": false, "changed": true, "done": true}),
		},
	}
	for i := range steps {
		steps[i].ConfigPlanChecks, steps[i].ExpectNonEmptyPlan = onlyOpens, plansOpens(t)
	}
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   with(t, engine.EphemeralResources),
		ProtoV6ProviderFactories: factories,
		Steps:                    steps,
	})
	for _, request := range r.Requests() {
		if request.Method == http.MethodPut && !strings.HasSuffix(request.URI, "/keys/shop2") {
			t.Errorf("%s %s would change the value of a key", request.Method, request.URI)
		}
	}
}

// status returns the response code of a URL.
func status(t *testing.T, url string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Timeout: time.Minute}
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}
