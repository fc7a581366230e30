package words

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// The glossary of CONTRIBUTING.md holds everywhere.
func TestWords(t *testing.T) {
	t.Parallel()
	tree := os.DirFS("../../..")
	names, err := files(tree)
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 200 {
		t.Fatalf("found only %d files", len(names))
	}
	for _, name := range names {
		findings, err := check(tree, name)
		if err != nil {
			t.Error(err)
		}
		for _, finding := range findings {
			t.Error(finding)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file, content string
		want          []string
	}{
		"comment": {
			file: "a.go", content: "package a\n\n// isRecent is whether it is new,\n// as the API tells.\nfunc isRecent() bool { return true }\n",
			want: []string{`a.go:3: "is whether": write reports whether`, `a.go:4: "tells": write report, log, say, distinguish`},
		},
		"phrase over two lines": {
			file: "a.go", content: "package a\n\n// It is something else\n// than before.\n",
			want: []string{`a.go:3: "else than": write other than`},
		},
		"string": {
			file: "a.go", content: "package a\n\nvar a = \"the API's answer is malformed\"\n",
			want: []string{`a.go:3: "answer": write response, return`},
		},
		"short string": {file: "a.go", content: "package a\n\nvar a = \"the answer\"\n"},
		"identifier":   {file: "a.go", content: "package a\n\nvar answer = 1\n"},
		"page": {
			file: "docs/a.md", content: "# A\n\nThe picture is `no answer`.\n\n```sh\ntell\n```\n",
			want: []string{`docs/a.md:3: "picture": write image, image file, file`},
		},
		"template": {
			file: "templates/a.md.tmpl", content: "Where there is none, the plan fails.\n",
			want: []string{`templates/a.md.tmpl:1: "Where there": write if, when`},
		},
		"workflow": {
			file: ".github/workflows/a.yml", content: "on: push\n# Made anew.\n",
			want: []string{`.github/workflows/a.yml:2: "anew": write again, recently, anyway, permanently`},
		},
		"example":  {file: "a.tf", content: "# It stands here.\n", want: []string{`a.tf:1: "stands": write is, appears`}},
		"allowed":  {file: "a.md", content: "There is no variant. The image is no longer there. The connection was refused.\n"},
		"glossary": {file: "CONTRIBUTING.md", content: "## Words\n\n| response | answer |\n\n## Style\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			findings, err := check(fstest.MapFS{test.file: {Data: []byte(test.content)}}, test.file)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, finding := range findings {
				got = append(got, finding.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckMalformedGo(t *testing.T) {
	t.Parallel()
	if findings, err := check(fstest.MapFS{"a.go": {Data: []byte("package")}}, "a.go"); err == nil {
		t.Errorf("got %v, want an error", findings)
	}
}
