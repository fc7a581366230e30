package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Each of these walks once broke an invariant.
func TestWalksThatFailed(t *testing.T) {
	t.Parallel()
	ours := newServer(newWithEnvironment("test", environment(nil)))
	schemas, err := ours.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name, steps := range failedWalks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := walkSteps(t, newFilesystem(t), schemas, steps)
			if r.broken != nil {
				t.Errorf("%s\n%s", r.broken, strings.Join(r.log, "\n"))
			}
		})
	}
}

// The steps of the walks below.
func setTo(at string, b resourceBlock) step {
	b.kind = kindOf(at)
	return step{kind: "set", at: at, block: b}
}

func listOf(numbers ...int) step     { return step{kind: "list", numbers: numbers} }
func rewrite(file, content int) step { return step{kind: "file", numbers: []int{file, content}} }
func wait(seconds int) step          { return step{kind: "wait", numbers: []int{seconds}} }
func rename(at, to string) step      { return step{kind: "rename", at: at, to: to} }

func theirs(at string, what int) step {
	return step{kind: "theirs", at: at, numbers: []int{what}}
}

func applied(o runOptions) step {
	if o.retries == 0 {
		o.retries = 4
	}
	return step{kind: "apply", run: o}
}

func failing(faults ...fault) step { return applied(runOptions{faults: faults}) }

func failedWalks() map[string][]step {
	calm := applied(runOptions{})
	logo := resourceBlock{id: "logo", content: "file 0"}
	public, private := resourceBlock{content: "file 0"}, resourceBlock{content: "file 0", private: true}
	thumb, site := resourceBlock{id: "thumb", width: 100}, resourceBlock{id: "site"}
	first := resourceBlock{content: "file 0", createFirst: true}
	with := func(b resourceBlock, content string) resourceBlock {
		b.content = content
		return b
	}
	hashed := func(b resourceBlock) resourceBlock {
		b.withHash = true
		return b
	}
	return map[string][]step{
		"a delete is retried after a create with the same ID": {
			listOf(
				0,
				1,
				2,
			),
			calm,
			listOf(0, 2),
			applied(runOptions{salt: 1, faults: []fault{{method: "DELETE", nth: 2, times: 1, kind: "503 done"}}}),
		},
		"an upload by URL gets a 503, others upload": {
			setTo(
				"image.a",
				with(public, "url 0"),
			), failing(fault{method: "POST", nth: 1, times: 1, kind: "unnamed upload"}, fault{method: "POST", nth: 1, times: 1, kind: "503"}),
		},
		"two states upload the same file, one gets a 503": {
			setTo("image.a", public),
			{kind: "set", state: 1, at: "image.a", block: resourceBlock{kind: "image", content: "file 0"}},
			{kind: "both", run: runOptions{retries: 4, faults: []fault{{method: "POST", nth: 1, times: 1, kind: "503"}}}},
		},
		"create_before_destroy twice within seconds, then a 503": {
			setTo("image.a", first), calm, rewrite(0, 1), failing(fault{method: "POST", nth: 1, times: 1, kind: "503"}),
		},
		"a replaced variant gets a 503, reads are stale": {
			setTo("variant.v", thumb), calm, wait(400),
			applied(runOptions{lag: 2, replace: "variant.v", faults: []fault{{method: "POST", nth: 1, times: 1, kind: "503"}}}),
		},
		"a replaced key, the listing is stale": {
			setTo("key.k", site), calm, wait(400), applied(runOptions{lag: 2, replace: "key.k"}),
		},
		"a replaced key gets a 503, the listing is stale": {
			setTo("key.k", site), calm, wait(400),
			applied(runOptions{lag: 2, replace: "key.k", faults: []fault{{method: "PUT", nth: 1, times: 1, kind: "503"}}}),
		},
		"an access change gives a new ID in a lost response": {
			setTo("image.a", public), calm, setTo("image.a", private),
			applied(
				runOptions{newIDs: true, lag: 2, faults: []fault{{method: "PATCH", nth: 1, times: 1, kind: "503 done"}}},
			), calm,
		},
		"content by URL, then none, then a file": {
			setTo(
				"image.a",
				with(logo, "url 1"),
			), calm, setTo("image.a", with(logo, "none")), calm, setTo("image.a", logo), calm,
		},
		"an unknown sha256 matches the state, the path differs": {
			rewrite(
				2,
				0,
			), setTo("image.a", hashed(logo)), calm, setTo("image.a", hashed(with(logo, "file 2"))), applied(runOptions{late: true}),
		},
		"id is removed and the image becomes private": {
			setTo("image.a", logo), calm, setTo("image.a", private), calm,
		},
		"others upload under the ID during a re-upload": {
			setTo("image.a", logo), calm, rewrite(0, 1), failing(fault{method: "DELETE", nth: 1, times: 1, kind: "take"}), calm,
		},
		"a block is renamed without moved": {
			setTo("image.c", logo), calm, rename("image.c", "image.b"), calm,
		},
		"the metadata in the account is a string": {
			setTo("image.a", logo), calm, theirs("image.a", theySetStringMetadata), rewrite(0, 1), calm,
		},
		"a new variant is not found": {
			setTo("variant.v", thumb), calm, applied(runOptions{lag: 2}),
		},
		"a new image with a custom ID is not found": {
			setTo("image.a", logo), calm, applied(runOptions{lag: 2}),
		},
		"a new key is not in the listing": {
			setTo("key.k", site), calm, applied(runOptions{lag: 2}),
		},
	}
}
