package provider

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// block is a fenced block of a page.
type block struct{ language, content string }

// blocksOf returns the fenced blocks of a page of this repository, in order.
func blocksOf(t *testing.T, page string) (found []block) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(page)))
	if err != nil {
		t.Fatal(err)
	}
	var open *block
	for line := range strings.Lines(string(content)) {
		language, isFence := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "```")
		switch {
		case isFence && open == nil:
			open = &block{language: language}
		case isFence:
			found = append(found, *open)
			open = nil
		case open != nil:
			open.content += line
		}
	}
	if open != nil {
		t.Fatalf("%s: a block is never closed", page)
	}
	return found
}

// docPages returns the pages for users.
func docPages(t *testing.T) []string {
	t.Helper()
	found := []string{"README.md"}
	err := fs.WalkDir(os.DirFS("../.."), "docs", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(path, ".md") {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 15 {
		t.Fatalf("found only %v", found)
	}
	return found
}

// exampleFiles returns the published examples, which have separate tests.
func exampleFiles(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	root := os.DirFS("../../examples")
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(root, path)
		found[strings.TrimSpace(string(content))] = path
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Each configuration on a page is an example with a separate test, or is
// planned here; and each block is narrow enough to be read without scrolling.
func TestDocsCodeBlocks(t *testing.T) {
	t.Parallel()
	examples := exampleFiles(t)
	planned := 0
	for _, page := range docPages(t) {
		for number, shown := range blocksOf(t, page) {
			for line := range strings.Lines(shown.content) {
				if width := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); width >= 90 && shown.language != "text" {
					t.Errorf("%s, block %d: a line has %d columns, want less than 90: %s", page, number+1, width, line)
				}
			}
			if shown.language != "terraform" || examples[strings.TrimSpace(shown.content)] != "" {
				continue
			}
			planned++
			t.Run(page, func(t *testing.T) {
				t.Parallel()
				r := newTestEnv(t)
				r.variables["TF_VAR_signing_key"] = fakeapi.SigningKey
				c := r.cli(t, shown.content)
				if err := os.CopyFS(c.Dir, os.DirFS("../../examples/responsive-images/images")); err != nil { // as the guide says
					t.Fatal(err)
				}
				if output, code := c.run("plan", "-no-color"); code != 0 {
					t.Errorf("block %d: plan ended with %d:\n%s\n%s", number+1, code, shown.content, output)
				}
			})
		}
	}
	if planned == 0 {
		t.Error("no block was planned, so nothing was tested")
	}
}

// The pitfalls happen as the guides describe them.
func TestDocsCommonPitfalls(t *testing.T) {
	t.Parallel()
	const logo = "data \"cloudflare_image\" \"logo\" {\n  image_id = \"brand/logo\"\n}\n"
	gone := fakeapi.Respond(
		404,
		"application/json",
		`{"success":false,"errors":[{"code":5404,"message":"Image not found"}],"result":null}`,
	)
	apply := []string{"apply", "-auto-approve", "-no-color"}
	t.Run("a missing image fails a destroy", func(t *testing.T) {
		t.Parallel()
		r := newTestEnv(t)
		c := r.cli(
			t,
			requiredProviders+logo+"resource \"terraform_data\" \"user\" {\n  input = data.cloudflare_image.logo.id\n}\n",
		)
		c.want(0, apply...)
		r.Fail("brand/logo", -1, gone)
		c.want(1, "destroy", "-auto-approve", "-no-color")
		c.want(0, "destroy", "-auto-approve", "-no-color", "-refresh=false")
	})
	t.Run("a data source in a check is a permanent change", func(t *testing.T) {
		t.Parallel()
		inside := "check \"logo\" {\n" + logo + "assert {\n  condition = data.cloudflare_image.logo.draft == false\n  " +
			"error_message = \"No.\"\n}\n}\n"
		for configuration, code := range map[string]int{inside: 2, logo: 0} {
			c := newTestEnv(t).cli(t, requiredProviders+configuration)
			c.want(0, apply...)
			c.want(code, "plan", "-detailed-exitcode", "-no-color")
			c.want(0, apply...)
			c.want(code, "plan", "-detailed-exitcode", "-no-color")
		}
	})
	t.Run("a literal token is in a saved plan", func(t *testing.T) {
		t.Parallel()
		for block, has := range map[string]bool{`api_token = "fake-api-token"`: true, "": false} {
			c := newTestEnv(t).cli(t, requiredProviders+"provider \"cloudflare\" {\n  "+block+"\n}\n"+logo)
			c.want(0, "plan", "-out=saved.plan", "-no-color")
			if got := strings.Contains(unzipped(t, filepath.Join(c.Dir, "saved.plan")), fakeapi.Token); got != has {
				t.Errorf("with %q in the block, the token is in the plan: got %t, want %t", block, got, has)
			}
		}
	})
	t.Run("a mock invents meta_json", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join("..", "..", "examples", "test-your-modules", "data-source")
		const file = "tests/banner.tftest.hcl"
		content, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		without := strings.ReplaceAll(string(content), "meta_json", "# meta_json")
		output, code := newTestEnv(t).cliIn(t, folder, file, without).run("test", "-no-color")
		if code != 1 || !strings.Contains(output, "jsondecode") {
			t.Errorf("test ended with %d:\n%s", code, output)
		}
	})
}

// TestDocsStateLimits checks that the pages mention limits that users could
// otherwise only discover in an apply.
func TestDocsStateLimits(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"docs/resources/image.md": {
			"must not contain a user name or password", "not on `imagedelivery.net`",
			"of 1 to 1024 characters", "`meta_filter` only matches keys of 1 to 100 letters, digits and underscores",
			"an account ID only if it has 32 lowercase hexadecimal digits",
			"also has no effect once the whole `resource` block is removed",
		},
		"docs/resources/image_variant.md": {
			"an account ID only if it has 32 lowercase hexadecimal digits", "as long as the `resource` block exists",
			"drops unknown names inside `options`",
		},
		"docs/resources/image_signing_key.md": {"an account ID only if it has 32 lowercase hexadecimal digits"},
		"docs/data-sources/images.md":         {"up to five keys of 1 to 100 letters, digits and underscores"},
		"docs/guides/manage-variants.md":      {"it doesn't act once the whole block is removed"},
		"docs/functions/flexible_variant.md":  {"the wider set of values is accepted", "`extra`"},
	}
	for page, phrases := range tests {
		content, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(page)))
		if err != nil {
			t.Fatal(err)
		}
		for _, phrase := range phrases {
			if !strings.Contains(string(content), phrase) {
				t.Errorf("%s does not say %q", page, phrase)
			}
		}
	}
}
