// Package accsweep names the objects that acceptance runs create in an account,
// and deletes them, so that nothing is left over and nothing else is touched.
package accsweep

import (
	"crypto/rand"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// Run identifies one acceptance run: its start time, as eight hexadecimal
// digits of Unix seconds, and four random ones. The names of its objects
// contain it, because variants and signing keys have no creation time.
type Run string

// NewRun returns a Run that begins now.
func NewRun() Run {
	var random [2]byte
	_, _ = rand.Read(random[:]) // it never returns an error
	return Run(fmt.Sprintf("%08x%x", time.Now().Unix(), random))
}

// Began returns when the run began.
func (r Run) Began() time.Time {
	seconds, _ := strconv.ParseInt(string(r[:8]), 16, 64) // the patterns allow only digits
	return time.Unix(seconds, 0)
}

// Image returns the custom ID of an image.
func (r Run) Image(name string) string { return "tfacc/" + string(r) + "/" + name }

// Creator returns the creator of images, which identifies those with a generated
// ID.
func (r Run) Creator() string { return r.Image("creator") }

// Filename returns the file name of an image.
func (r Run) Filename(name string) string { return "tfacc-" + string(r) + "-" + name }

// Name returns the name of a variant or a signing key. The suffix consists of
// letters and digits, at most three for a key.
func (r Run) Name(suffix string) string { return "tfacc" + string(r) + suffix }

// The patterns of these names.
var (
	imagePattern    = regexp.MustCompile(`^tfacc/([0-9a-f]{12})/`)
	filenamePattern = regexp.MustCompile(`^tfacc-([0-9a-f]{12})-`)
	namePattern     = regexp.MustCompile(`^tfacc([0-9a-f]{12})[0-9A-Za-z]*$`)
)

// runOf returns the run of a name, or an empty one.
func runOf(pattern *regexp.Regexp, name string) Run {
	if match := pattern.FindStringSubmatch(name); match != nil {
		return Run(match[1])
	}
	return ""
}

// runOfImage returns the run of an image, by its ID, creator or file name, or an
// empty one.
func runOfImage(image *client.Image) Run {
	run := runOf(imagePattern, image.ID)
	if run == "" && image.Creator != nil {
		run = runOf(imagePattern, *image.Creator)
	}
	if run == "" && image.Filename != nil {
		run = runOf(filenamePattern, *image.Filename)
	}
	return run
}
