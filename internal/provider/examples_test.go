package provider

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
)

// exampleFolders returns the folders below examples that contain a
// configuration.
func exampleFolders(t *testing.T) []string {
	t.Helper()
	var folders []string
	root := os.DirFS("../../examples")
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		files, err := fs.Glob(root, path+"/*.tf")
		queries, _ := fs.Glob(root, path+"/*.tfquery.hcl") // a valid pattern, as above
		if len(files)+len(queries) > 0 {
			folders = append(folders, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) < 10 {
		t.Fatalf("found only %v", folders)
	}
	return folders
}

// importByIdentity needs a newer Terraform. It is an alternative to import.tf, so
// a test uses one of them.
const importByIdentity = "import-identity.tf"

// Every published example is valid.
func TestExamplesValidate(t *testing.T) {
	t.Parallel()
	for _, folder := range exampleFolders(t) {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			if output, code := newTestEnv(t).exampleCLI(t, folder).run("validate", "-no-color"); code != 0 {
				t.Errorf("validate ended with %d:\n%s", code, output)
			}
		})
	}
}

// Each way to detect a missing variant gives the message that the guide shows.
func TestExamplesDetectMissingVariantsGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../templates/guides/detect-missing-variants.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for section := range strings.SplitSeq(strings.ReplaceAll(string(guide), "\n### ", "\n## "), "\n## ") {
		title, text, _ := strings.Cut(section, "\n")
		_, shown, _ := strings.Cut(text, "```text\n")
		shown, _, _ = strings.Cut(shown, "```")
		sections[title] = shown
	}
	tests := map[string]struct {
		folder string
		code   int
	}{
		"The problem":  {folder: "index", code: 1},
		"The solution": {folder: "required", code: 1},
		"Precondition": {folder: "precondition", code: 1},
		"Check block":  {folder: "check"},
	}
	for title, test := range tests {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			shown := sections[title]
			if shown == "" {
				t.Fatal("the guide shows no message")
			}
			r := newTestEnv(t)
			output, code := r.exampleCLI(t, "detect-missing-variants/"+test.folder).run("plan", "-no-color")
			if code != test.code {
				t.Errorf("exit code: got %d, want %d", code, test.code)
			}
			for line := range strings.Lines(shown) {
				if !strings.Contains(words(output), words(line)) {
					t.Errorf("the guide shows %q, but the output is:\n%s", line, output)
				}
			}
			if len(r.Requests()) == 0 {
				t.Error("the API received no request")
			}
		})
	}
}

// The files of the directory are uploaded, the page contains each of them in
// each width, and a destroy deletes only the uploaded images.
func TestExamplesResponsiveImages(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	before := r.Images()
	c := r.exampleCLI(t, "responsive-images")
	c.want(0, "apply", "-auto-approve")
	page := c.outputOf("page")
	const hills = "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/images/hills.png/"
	for _, want := range []string{
		`src="` + hills + `public"`,
		`srcset="` + hills + "public 640w, " + hills + `thumbnail 160w"`,
		`srcset="` + hills + "w=320,fit=cover 320w, " + hills + "w=640,fit=cover 640w, " + hills + `w=960,fit=cover 960w"`,
		`alt="Boats in a harbour"`,
		`alt="A lighthouse &amp; the moon"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not contain %s:\n%s", want, page)
		}
	}
	if response, _ := r.Image("images/harbour.jpg"); !strings.Contains(response, `"meta":{"alt":"Boats in a harbour"}`) {
		t.Errorf("the image is %s", response)
	}
	c.want(0, "plan", "-detailed-exitcode")

	uploaded := slices.DeleteFunc(r.Images(), func(id string) bool { return slices.Contains(before, id) })
	slices.Sort(uploaded)
	want := []string{"images/harbour.jpg", "images/hills.png", "images/lighthouse.webp"}
	if !slices.Equal(uploaded, want) {
		t.Errorf("uploaded: got %q, want %q", uploaded, want)
	}
	for _, id := range want {
		if string(r.Content(id)) != repoFile(t, "examples/responsive-images/"+id) {
			t.Errorf("%s differs from the file", id)
		}
	}
	c.want(0, "destroy", "-auto-approve")
	if after := r.Images(); !slices.Equal(after, before) {
		t.Errorf("after a destroy: got %q, want %q", after, before)
	}
}
