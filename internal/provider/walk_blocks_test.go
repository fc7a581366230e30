package provider

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// stateNames are two Terraform states that manage one account.
var stateNames = []string{"staging", "production"}

// others owns objects that are in neither state.
const others = "others"

// addresses are the addresses that edits choose from. Lists have separate
// addresses.
var addresses = []string{
	"image.a",
	"image.b",
	"image.c",
	"list[0]",
	"list[1]",
	"list[2]",
	"variant.v",
	"variant.w",
	"key.k",
}

// listIDs are the elements of the list that is created with count.
var listIDs = []string{"one", "two", "three"}

// files are the paths that source may have, two with the same base name.
var files = []string{"logo.png", "old/logo.png", "hero.png"}

// contents is the number of different contents of files and URLs.
const contents = 3

func kindOf(address string) string {
	if strings.HasPrefix(address, "list") {
		return "image"
	}
	kind, _, _ := strings.Cut(address, ".")
	return kind
}

var typeNames = map[string]string{
	"image": "cloudflare_image", "variant": "cloudflare_image_variant", "key": "cloudflare_image_signing_key",
}

// resourceBlock is a resource block of a configuration.
type resourceBlock struct {
	kind string // image, variant or key
	id   string // empty for a generated ID

	content           string // file 0, url 0, or none
	metadata, creator string
	private           bool
	createFirst       bool // create_before_destroy
	withHash          bool // sha256 is set, perhaps known only during the apply
	width             int
}

func (b resourceBlock) String() string {
	words := []string{fmt.Sprintf("id=%q", b.id)}
	switch b.kind {
	case "image":
		words = append(words, "content="+b.content, "metadata="+b.metadata, "creator="+b.creator)
		for word, is := range map[string]bool{"private": b.private, "create_before_destroy": b.createFirst, "sha256": b.withHash} {
			if is {
				words = append(words, word)
			}
		}
		slices.Sort(words)
	case "variant":
		words = append(words, fmt.Sprintf("width=%d", b.width))
	}
	return "{" + strings.Join(words, " ") + "}"
}

// name returns the ID in the account; the two states share none.
func (b resourceBlock) name(state string) string {
	switch {
	case b.id == "":
		return ""
	case b.kind == "image" && b.id == "nohero":
		return "shared/hero"
	case b.kind == "image":
		return state + "/" + b.id
	case state == stateNames[0]:
		return b.id
	default:
		return b.id + "2"
	}
}

// usable removes combinations that no user would write: two blocks with one
// ID, or a second signing key, as an account has room for two. A block without
// an ID keeps the custom ID of its image; kept contains these IDs by address.
func usable(config map[string]resourceBlock, state string, kept map[string]string) map[string]resourceBlock {
	resolved, holders := map[string]resourceBlock{}, map[string]string{}
	for address, key := range kept {
		if b, ok := config[address]; ok && b.id == "" {
			holders[key] = address
		}
	}
	for _, address := range sortedKeys(config) {
		b := config[address]
		key := objectKey(b.kind, b.name(state))
		if b.kind == "key" {
			key = "key"
		}
		holder, isTaken := holders[key]
		switch {
		case b.kind == "key" && state != stateNames[0], isTaken && b.kind != "image":
			continue
		case b.id != "" && isTaken && holder != address:
			b.id = ""
			if key := kept[address]; holders[key] != "" && holders[key] != address {
				continue // it would keep that ID
			}
			key = kept[address]
		}
		holders[key] = address
		resolved[address] = b
	}
	return resolved
}

// filesystem is the folder that both states read their files from.
type filesystem struct {
	dir  string
	data [contents][]byte
	now  []int // the content of each file
}

func newFilesystem(t *testing.T) *filesystem {
	t.Helper()
	f := &filesystem{dir: t.TempDir()}
	if err := os.Mkdir(filepath.Join(f.dir, "old"), 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range f.data {
		f.data[i] = pngOf(8 + i)
	}
	return f
}

// reset restores the first content of every file.
func (f *filesystem) reset() {
	f.now = make([]int, len(files))
	for i := range files {
		f.write(i, i%contents)
	}
}

func (f *filesystem) write(file, content int) {
	f.now[file] = content
	if err := os.WriteFile(f.path(file), f.data[content], 0o600); err != nil {
		panic(err)
	}
}

func (f *filesystem) path(file int) string { return filepath.Join(f.dir, files[file]) }

// origin serves the content of URLs.
func (f *filesystem) origin(address string) ([]byte, bool) {
	for i := range f.data {
		if address == urlOf(i) {
			return f.data[i], true
		}
	}
	return nil, false
}

func urlOf(n int) string { return fmt.Sprintf("https://files.example.com/%d.png", n) }

// bytes returns the configured content of an image; nil for a block without
// content.
func (f *filesystem) bytes(b resourceBlock) []byte {
	var n int
	switch {
	case b.content == "none":
		return nil
	case strings.HasPrefix(b.content, "file"):
		_, _ = fmt.Sscanf(b.content, "file %d", &n)
		return f.data[f.now[n]]
	}
	_, _ = fmt.Sscanf(b.content, "url %d", &n)
	return f.data[n]
}

// attributes returns the arguments of a block. If late, sha256 is unknown
// until apply.
func (f *filesystem) attributes(b resourceBlock, state string, late bool, options tftypes.Object) map[string]any {
	id := b.name(state)
	switch b.kind {
	case "key":
		return map[string]any{"name": id}
	case "variant":
		values := map[string]tftypes.Value{}
		for name, kind := range options.AttributeTypes {
			values[name] = tftypes.NewValue(kind, nil)
		}
		values["width"] = tftypes.NewValue(tftypes.Number, b.width)
		return map[string]any{"id": id, "options": tftypes.NewValue(options, values)}
	}
	arguments := map[string]any{}
	set := func(name, value string) {
		if value != "" {
			arguments[name] = value
		}
	}
	set("id", id)
	set("metadata", b.metadata)
	set("creator", b.creator)
	if b.private {
		arguments["require_signed_urls"] = true
	}
	var n int
	switch {
	case strings.HasPrefix(b.content, "file"):
		_, _ = fmt.Sscanf(b.content, "file %d", &n)
		arguments["source"] = f.path(n)
		if b.withHash {
			arguments["sha256"] = sha256Of(f.bytes(b))
		}
		if b.withHash && late {
			arguments["sha256"] = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
		}
	case strings.HasPrefix(b.content, "url"):
		_, _ = fmt.Sscanf(b.content, "url %d", &n)
		arguments["url"] = urlOf(n)
	}
	return arguments
}

// objectKey identifies an object in the account by kind and ID.
func objectKey(kind, id string) string { return kind + "/" + id }

// sha256Of returns the hash of a content as in sha256.
func sha256Of(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
