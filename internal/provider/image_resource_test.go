package provider

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

const logo = "cloudflare_image.logo"

// logoConfig returns an image with arguments, and outputs that depend on it.
func logoConfig(arguments string) string {
	return requiredProviders + `
resource "cloudflare_image" "logo" {
` + arguments + `
}
resource "terraform_data" "page" {
  input = "${cloudflare_image.logo.delivery_base_url}/public"
}
`
}

// inState returns a check of one attribute.
func inState(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(logo, tfjsonpath.New(attribute), want)
}

// An image with a custom ID is created, left unchanged, updated, re-uploaded
// in place, imported, renamed and deleted, each with exactly the requests it
// needs.
func TestImageResourceLifecycle(t *testing.T) {
	t.Parallel()
	const id, path = "brand/50% off/ü", "/brand%2F50%25%20off%2F%C3%BC"
	r, dir, requested := lifecycle(t)
	first, second := pngOf(10), pngOf(11)
	file := func(content []byte) string { return fmt.Sprintf(`file: "a.png", image/png, %d bytes`, len(content)) }
	put(t, dir+"/a.png", first)
	put(t, dir+"/copy/a.png", second)
	source := "  source = \"" + dir + "/a.png\"\n"
	withID := "  id = \"" + id + "\"\n"
	const properties = "  metadata = jsonencode({ team = \"web\", n = 1 })\n  creator = \"me\"\n"
	const changed = "  metadata = jsonencode({ n = 2 })\n  creator = \"you\"\n"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{
			{
				Config: logoConfig(withID + source + properties),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(logo, plancheck.ResourceActionCreate),
					plancheck.ExpectKnownValue(logo, tfjsonpath.New("sha256"), knownvalue.StringExact(hashed(first))),
					plancheck.ExpectKnownValue(logo, tfjsonpath.New("account_id"), knownvalue.StringExact(fakeapi.AccountID)),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					inState("id", knownvalue.StringExact(id)),
					inState("filename", knownvalue.StringExact("a.png")),
					inState("creator", knownvalue.StringExact("me")),
					inState("metadata", knownvalue.StringExact(`{"n":1,"team":"web"}`)),
					inState("meta", knownvalue.MapExact(map[string]knownvalue.Check{
						"n": knownvalue.StringExact("1"), "team": knownvalue.StringExact("web"),
					})),
					inState("require_signed_urls", knownvalue.Bool(false)),
					inState("draft", knownvalue.Bool(false)),
					inState("url", knownvalue.Null()),
					inState("file", knownvalue.Null()),
					inState("uploaded", knownvalue.NotNull()),
					inState("variants", knownvalue.ListSizeExact(3)),
					inState("variant_urls", knownvalue.MapPartial(map[string]knownvalue.Check{
						"hero": knownvalue.StringExact("https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/50%25%20off/%C3%BC/hero"),
					})),
				},
				Check: requested("POST  id: " + id + "\nmetadata: {\"n\":1,\"team\":\"web\"}\ncreator: me\n" + file(first)),
			},
			{
				Config:           logoConfig(withID + source + properties),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: emptyPlan},
				Check:            requested("GET " + path),
			},
			{
				Config: logoConfig(withID + source + changed),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: append(
					plannedActions(logo, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(logo, tfjsonpath.New("variant_urls"), knownvalue.MapSizeExact(3)),
				)},
				Check: requested("GET "+path, "PATCH "+path+` {"creator":"you","metadata":{"n":2}}`),
			},
			{
				PreConfig: func() { put(t, dir+"/a.png", second) },
				Config:    logoConfig(withID + source + changed),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply:             plannedActions(logo, plancheck.ResourceActionUpdate),
					PostApplyPostRefresh: emptyPlan,
				},
				ConfigStateChecks: []statecheck.StateCheck{
					inState("sha256", knownvalue.StringExact(hashed(second))),
				},
				Check: requested("GET "+path, "DELETE "+path, "POST  id: "+id+"\nmetadata: {\"n\":2}\ncreator: you\n"+file(second)),
			},
			{
				Config:            logoConfig(withID + strings.Replace(source, "/a.png", "/copy/a.png", 1) + changed),
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: emptyPlan},
				ConfigStateChecks: []statecheck.StateCheck{inState("source", knownvalue.StringExact(dir+"/a.png"))},
				Check:             requested("GET " + path),
			},
			{
				Config: logoConfig(withID + source),
				ConfigStateChecks: []statecheck.StateCheck{
					inState(
						"metadata",
						knownvalue.Null(),
					), inState("creator", knownvalue.Null()), inState("meta", knownvalue.MapSizeExact(0)),
				},
				Check: requested("GET "+path, "PATCH "+path+` {"creator":"","metadata":{}}`),
			},
			{
				ResourceName: logo, ImportState: true, ImportStateVerify: true, ImportStateId: id,
				ImportStateVerifyIgnore: append([]string{"source", "sha256"}, infoAttributes...),
			},
			{
				ResourceName: logo, ImportState: true, ImportStateVerify: true, ImportStateId: fakeapi.AccountID + "/" + id,
				ImportStateVerifyIgnore: append([]string{"source", "sha256"}, infoAttributes...),
			},
			{
				ResourceName: logo, ImportState: true, ImportStateId: "absent",
				ExpectError: outputMatching("Cannot import non-existent remote object"),
			},
			{
				PreConfig: func() { r.requests() },
				Config:    logoConfig("  id = \"logo\"\n" + source),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: plannedActions(logo, plancheck.ResourceActionDestroyBeforeCreate),
				},
				Check: requested("GET "+path, "DELETE "+path, "POST  id: logo\n"+file(second)),
			},
		},
		CheckDestroy: r.checkNoImages,
	})
}

// An image with a generated ID is replaced if its content changes, in the
// requested order, and updated in place if its access changes, whether its ID
// changes or not. Dependents follow in the same apply.
func TestImageResourceLifecycleGeneratedID(t *testing.T) {
	t.Parallel()
	ids := make([]string, 5)
	for i := range ids {
		ids[i] = fmt.Sprintf("%08x-ac1d-4e57-0b5e-%010x00", 0x57a4d001+i, i+1)
	}
	r, dir, requested := lifecycle(t)
	put(t, dir+"/a.png", pngOf(10))
	source := "  source = \"" + dir + "/a.png\"\n"
	file := func(width int) string { return fmt.Sprintf(`file: "a.png", image/png, %d bytes`, len(pngOf(width))) }
	const createFirst = "  lifecycle {\n    create_before_destroy = true\n  }\n"
	const private = "  require_signed_urls = true\n"
	hasID := func(id string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			inState("id", knownvalue.StringExact(id)),
			statecheck.ExpectKnownValue("terraform_data.page", tfjsonpath.New("output"),
				knownvalue.StringExact("https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/"+id+"/public")),
		}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{
			{Config: logoConfig(source), ConfigStateChecks: hasID(ids[0]), Check: requested("POST  " + file(10))},
			{
				PreConfig: func() { put(t, dir+"/a.png", pngOf(11)) },
				Config:    logoConfig(source),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: plannedActions(logo, plancheck.ResourceActionDestroyBeforeCreate),
				},
				ConfigStateChecks: hasID(ids[1]),
				Check:             requested("GET /"+ids[0], "DELETE /"+ids[0], "POST  "+file(11)),
			},
			{
				PreConfig: func() { put(t, dir+"/a.png", pngOf(12)) },
				Config:    logoConfig(source + createFirst),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: plannedActions(logo, plancheck.ResourceActionCreateBeforeDestroy),
				},
				ConfigStateChecks: hasID(ids[2]),
				Check:             requested("GET /"+ids[1], "POST  "+file(12), "DELETE /"+ids[1]),
			},
			{
				PreConfig: func() { r.NewIDOnAccessChange(true) },
				Config:    logoConfig(source + createFirst + private + "  creator = \"me\"\n"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: append(plannedActions(logo, plancheck.ResourceActionUpdate),
						plancheck.ExpectUnknownValue(logo, tfjsonpath.New("id")),
						plancheck.ExpectKnownValue(logo, tfjsonpath.New("sha256"), knownvalue.StringExact(hashed(pngOf(12))))),
					PostApplyPostRefresh: emptyPlan,
				},
				ConfigStateChecks: append(hasID(ids[3]), inState("require_signed_urls", knownvalue.Bool(true))),
				Check:             requested("GET /"+ids[2], "PATCH /"+ids[2]+` {"creator":"me","requireSignedURLs":true}`),
			},
			{
				PreConfig: func() { r.NewIDOnAccessChange(false) },
				Config:    logoConfig(source + createFirst + "  creator = \"me\"\n"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: plannedActions(logo, plancheck.ResourceActionUpdate), PostApplyPostRefresh: emptyPlan,
				},
				ConfigStateChecks: append(hasID(ids[3]), inState("require_signed_urls", knownvalue.Bool(false))),
				Check:             requested("GET /"+ids[3], "PATCH /"+ids[3]+` {"requireSignedURLs":false}`),
			},
			{
				Config: logoConfig(source + createFirst + "  id = \"now/custom\"\n  creator = \"me\"\n"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: plannedActions(logo, plancheck.ResourceActionCreateBeforeDestroy),
				},
				Check: requested("GET /"+ids[3], "POST  id: now/custom\ncreator: me\n"+file(12), "DELETE /"+ids[3]),
			},
		},
		CheckDestroy: r.checkNoImages,
	})
}

// origin serves image files on loopback, for the fake API to fetch.
func origin(t *testing.T, files map[string][]byte) (address string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		width, known := files[request.URL.Path]
		if !known {
			http.NotFound(w, request)
			return
		}
		_, _ = w.Write(width)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// Content comes from a URL, from Base64 or from a file, and switches between
// them: changed content is uploaded, unchanged content isn't.
func TestImageResourceFromURL(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.WriteOnlyArguments)
	r := newEmptyTestEnv(t)
	address := origin(t, map[string][]byte{"/a.png": pngOf(10), "/b.png": pngOf(11)})
	c := r.cli(t, requiredProviders)
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(12))
	put(t, filepath.Join(c.Dir, "b.png"), pngOf(13))
	const reads = "GET /brand"
	uploaded := func(parts string) string { return "POST  id: brand\n" + parts }
	bytesOf := func(name string, width int) string {
		return uploaded(fmt.Sprintf("file: %q, image/png, %d bytes", name, len(pngOf(width))))
	}
	for _, step := range []struct {
		name, content string
		width         int
		requested     []string
	}{
		{name: "a URL", content: `url = "` + address + `/a.png"`, width: 10, requested: []string{uploaded("url: " + address + "/a.png")}},
		{name: "the same URL", content: `url = "` + address + `/a.png"`, width: 10, requested: []string{reads}},
		{name: "another URL", content: `url = "` + address + `/b.png"`, width: 11, requested: []string{reads, "DELETE /brand", uploaded("url: " + address + "/b.png")}},
		{name: "a file", content: `source = "a.png"`, width: 12, requested: []string{reads, "DELETE /brand", bytesOf("a.png", 12)}},
		{name: "the same in Base64", content: `file = filebase64("a.png")`, width: 12, requested: []string{reads}},
		{name: "another one in Base64", content: `file = filebase64("b.png")`, width: 13, requested: []string{reads, "DELETE /brand", bytesOf("brand", 13)}},
		{name: "nothing any more", width: 13, requested: []string{reads}},
		{name: "the same file", content: `source = "b.png"`, width: 13, requested: []string{reads}},
		{name: "a URL again", content: `url = "` + address + `/a.png"`, width: 10, requested: []string{reads, "DELETE /brand", uploaded("url: " + address + "/a.png")}},
	} {
		c.write(
			"main.tf",
			requiredProviders+"resource \"cloudflare_image\" \"x\" {\n  id = \"brand\"\n  "+step.content+"\n}\n",
		)
		if output, code := c.run("apply", "-auto-approve", "-no-color"); code != 0 {
			t.Fatalf("%s: apply ended with %d:\n%s", step.name, code, output)
		}
		t.Log(step.name)
		r.assertRequests(t, step.requested...)
		r.assertContent(t, "brand", pngOf(step.width))
	}
	c.want(0, "plan", "-detailed-exitcode")
	r.requests()
	c.want(0, "destroy", "-auto-approve")
	r.assertRequests(t, reads, "DELETE /brand")
}

// imported lists IDs with every character that an ID may have.
var imported = []string{
	"brand/logo",
	"50% off",
	"a%2Fb",
	"ü/ß.png",
	"it's/a b+c",
	"${x}",
	"57a4d0ff-ac1d-4e57-0b5e-00000000ff00",
}

// importedConfig imports images, every second one with its account, with
// additional arguments for all.
func importedConfig(blocks bool, arguments string) string {
	var config strings.Builder
	config.WriteString(requiredProviders)
	for i, id := range imported {
		prefix := ""
		if i%2 == 0 {
			prefix = fakeapi.AccountID + "/"
		}
		if blocks {
			fmt.Fprintf(&config, "import {\n  to = cloudflare_image.x%d\n  id = %s\n}\n", i, hclQuote(prefix+id))
		}
		own := ""
		if !delivery.IsGeneratedID(id) {
			own = "  id = " + hclQuote(id) + "\n"
		}
		fmt.Fprintf(&config, "resource \"cloudflare_image\" \"x%d\" {\n%s%s}\n", i, own, arguments)
	}
	return config.String()
}

// Existing images are imported, whatever their IDs contain, and managed
// without content. Content that is configured later is assumed to be the
// existing one.
func TestImageResourceImport(t *testing.T) {
	t.Parallel()
	r := newEmptyTestEnv(t)
	for _, id := range imported {
		r.AddImage(
			fmt.Sprintf(`{"result":{"id":%q,"filename":"old.png","uploaded":"2030-01-01T00:00:00.000Z","creator":"somebody",`+
				`"meta":{"theirs":true},"requireSignedURLs":false,"variants":[]},"success":true}`, id),
		)
	}
	c := r.cli(t, importedConfig(true, "  creator = \"somebody\"\n  metadata = \"{ \\\"theirs\\\": true }\"\n"))
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if want := fmt.Sprintf("%d imported, 0 added, 0 changed, 0 destroyed", len(imported)); code != 0 ||
		!strings.Contains(output, want) {
		t.Fatalf("apply ended with %d:\n%s", code, output)
	}
	if got := writes(r.requests()); len(got) > 0 {
		t.Errorf("an import wrote: %q", got)
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(imported)), slices.Sorted(maps.Keys(c.managed()))); diff != "" {
		t.Errorf("the state (-want +got):\n%s", diff)
	}

	c.write("main.tf", importedConfig(false, "  metadata = jsonencode({ ours = 1 })\n"))
	c.want(0, "apply", "-auto-approve")
	updates := writes(r.requests())
	if len(updates) != len(imported) {
		t.Errorf("got %d writes, want %d", len(updates), len(imported))
	}
	for _, got := range updates {
		if want := `{"creator":"","metadata":{"ours":1}}`; !strings.Contains(got, want) {
			t.Errorf("got %s, want %s in it", got, want)
		}
	}
	c.want(0, "plan", "-detailed-exitcode")

	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	c.write("main.tf", importedConfig(false, "  metadata = jsonencode({ ours = 1 })\n  source = \"a.png\"\n"))
	r.requests()
	output, code = c.run("apply", "-auto-approve", "-no-color")
	shown := slices.DeleteFunc(attributeLine.FindAllString(output, -1), func(line string) bool {
		return strings.Contains(line, " file ") // OpenTofu shows it with every update
	})
	if code != 0 {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
	lines := []string{"+ sha256 ", "+ source ", "+ width ", "+ height ", "+ format ", "+ size "}
	if want := len(lines) * len(imported); len(shown) != want {
		t.Errorf("got %d changed attributes, want %d:\n%s", len(shown), want, output)
	}
	for _, change := range lines {
		if got := strings.Count(output, change); got != len(imported) {
			t.Errorf("got %d lines with %q, want %d:\n%s", got, change, len(imported), output)
		}
	}
	if got := writes(r.requests()); len(got) > 0 {
		t.Errorf("content that is assumed to be the existing one was uploaded: %q", got)
	}

	put(t, filepath.Join(c.Dir, "a.png"), pngOf(11)) // now the hash is known
	changes, _, _ := c.planned()
	for i, id := range imported {
		want := "update"
		if delivery.IsGeneratedID(id) {
			want = "replace"
		}
		if got := changes[fmt.Sprintf("cloudflare_image.x%d", i)]; got != want {
			t.Errorf("other content for %q is planned as %q, want %q", id, got, want)
		}
	}
}

// attributeLine matches a line of a plan that adds, changes or removes an
// attribute.
var attributeLine = regexp.MustCompile(`(?m)^ +[+~-] \w+ +=.*$`)

// writes returns the requests that aren't reads.
func writes(lines []string) []string {
	return slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, http.MethodGet+" ") })
}
