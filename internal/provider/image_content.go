package provider

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	tfpath "github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
	"terraform.local/images/terraform-provider-cloudflare/internal/imagefile"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

// mediaTypes are the media types of the formats.
var mediaTypes = map[imagefile.Format]string{
	imagefile.PNG: "image/png", imagefile.JPEG: "image/jpeg", imagefile.GIF: "image/gif", imagefile.WebP: "image/webp",
	imagefile.SVG: "image/svg+xml", imagefile.HEIC: "image/heic", imagefile.AVIF: "image/avif",
}

// fileMissing reports whether the content is in a file that does not exist.
func (m *imageResourceModel) fileMissing() bool {
	if m.Source.ValueString() == "" {
		return m.File.IsNull() || m.File.IsUnknown()
	}
	_, err := os.Stat(m.Source.ValueString())
	return errors.Is(err, fs.ErrNotExist)
}

// contentPath returns the attribute that has content which can be read at
// plan time.
func (m *imageResourceModel) contentPath() tfpath.Path {
	if m.Source.IsNull() {
		return tfpath.Root("file")
	}
	return tfpath.Root("source")
}

// inspect reads the configured image file and reports everything that
// Cloudflare would reject. It returns nil if diags says why.
func (m *imageResourceModel) inspect(limits bool, diags *diag.Diagnostics) *imagefile.Info {
	at := m.contentPath()
	var info *imagefile.Info
	var err error
	if m.Source.IsNull() {
		info, err = imagefile.Inspect(m.decoded())
	} else {
		info, err = imagefile.InspectFile(m.Source.ValueString())
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		diags.AddAttributeError(at, "Missing picture", err.Error()+". "+pathHint(m.Source.ValueString())+
			"If the file is made during the apply, say so by its hash, and the plan does not look for it: "+
			"sha256 = local_file.example.content_sha256, or the like of another resource. "+
			"Where plan and apply run on different machines, carry the file along.")
		return nil
	case err != nil && m.Source.IsNull():
		diags.AddAttributeError(at, "Invalid file", "The value must be the bytes of a picture in Base64, "+
			"as filebase64() gives them: "+err.Error()+".")
		return nil
	case err != nil:
		diags.AddAttributeError(at, "Unreadable picture", err.Error()+".")
		return nil
	}
	var warnings []string
	for _, problem := range info.Validate(limits) {
		if problem.Warning {
			warnings = append(warnings, problem.Text)
		} else {
			diags.AddAttributeError(at, "Cloudflare would refuse this picture", problem.Text)
		}
	}
	if len(warnings) > 0 {
		diags.AddAttributeWarning(at, "Cloudflare may reject "+m.contentName(), strings.Join(warnings, "\n"))
	}
	if diags.HasError() {
		return nil
	}
	return info
}

// contentName names the image file in the summary of a warning. Of several
// warnings with the same summary, Terraform shows only the first.
func (m *imageResourceModel) contentName() string {
	if !m.Source.IsNull() {
		return strconv.Quote(m.Source.ValueString())
	}
	if id := m.ID.ValueString(); id != "" {
		return "the content of image " + strconv.Quote(id)
	}
	digest := sha256.New()
	_, _ = io.Copy(digest, m.decoded())
	return fmt.Sprintf("the content with the SHA-256 %x", digest.Sum(nil))
}

// decoded reads the bytes of the argument file.
func (m *imageResourceModel) decoded() io.Reader {
	return base64.NewDecoder(base64.StdEncoding, strings.NewReader(m.File.ValueString()))
}

// upload returns the upload of a planned image. The content is inspected
// again, as the plan may be older. It returns false if diags says what is
// wrong.
func (r *imageResource) upload(
	ctx context.Context, config tfsdk.Config, planned *imageResourceModel, diags *diag.Diagnostics,
) (upload client.Upload, ok bool) {
	var configured imageResourceModel
	diags.Append(tfwire.Read(ctx, config, &configured)...)
	upload = client.Upload{
		ID:                planned.ID.ValueString(),
		URL:               planned.URL.ValueString(),
		Metadata:          planned.plannedMetadata(),
		RequireSignedURLs: planned.RequireSignedURLs.ValueBool(),
	}
	if creator := planned.Creator.ValueString(); creator != "" {
		upload.Creator = &creator
	}
	if upload.URL != "" || diags.HasError() {
		return upload, !diags.HasError()
	}
	info := configured.inspect(r.enforceLimits, diags)
	if info == nil {
		return upload, false
	}
	if !planned.SHA256.IsUnknown() && planned.SHA256.ValueString() != info.SHA256 {
		diags.AddAttributeError(tfpath.Root("sha256"), "The picture is not the one that was planned",
			"Its SHA-256 is "+info.SHA256+", and was to be "+planned.SHA256.ValueString()+". Nothing was sent. "+
				"Plan again. If the file is made during the apply, set sha256 to a hash that only the apply knows, "+
				"such as local_file.example.content_sha256.")
		return upload, false
	}
	planned.SHA256, planned.imageInfoModel = types.StringValue(info.SHA256), imageInfoOf(info)
	upload.File = configured.content(info, upload.ID)
	return upload, true
}

// content returns the file to upload.
func (m *imageResourceModel) content(info *imagefile.Info, id string) *client.File {
	content := &client.File{Type: mediaTypes[info.Format], Size: info.Bytes, SHA256: info.SHA256}
	if m.Source.IsNull() {
		content.Name = truncateName(path.Base("/" + id))
		if content.Name == "/" {
			content.Name = "image." + strings.ToLower(string(info.Format))
		}
		content.Open = func() (io.ReadCloser, error) { return io.NopCloser(m.decoded()), nil }
		return content
	}
	source := m.Source.ValueString()
	content.Name = filenameOf(source)
	content.Open = func() (io.ReadCloser, error) { return os.Open(source) }
	return content
}

// maxFilename is the number of characters that the API accepts in a file
// name.
const maxFilename = 255

// filenameOf returns the name that a file is uploaded under.
func filenameOf(source string) string { return truncateName(filepath.Base(source)) }

func truncateName(name string) string {
	runes := []rune(name)
	return string(runes[:min(len(runes), maxFilename)])
}

// pathHint says why a file that a user sees isn't found by its path: a sentence
// and a space, or nothing.
func pathHint(source string) string {
	switch {
	case source == "~" || strings.HasPrefix(filepath.ToSlash(source), "~/"):
		return `Terraform doesn't expand "~": write source = pathexpand(` + hclQuote(source) + `). `
	case otherForm(source) != "":
		return "A file of this name exists, but its name is written in another normal form of Unicode: " +
			"the letters and accents that ls shows are the same, the bytes are not. " +
			"Terraform composes all strings (NFC), and file names from macOS are often decomposed (NFD), so no configuration can name the file. " +
			"Rename the file or folder to the composed form, for example with convmv -f utf-8 -t utf-8 --nfc --notest. "
	}
	return ""
}

// otherForm returns the path under which a file exists if parts of it are
// written in another normal form of Unicode, and an empty string if there is
// none.
func otherForm(source string) string {
	if isASCII(source) {
		return ""
	}
	found := filepath.VolumeName(source)
	for i, part := range strings.Split(filepath.ToSlash(source[len(found):]), "/") {
		if i > 0 {
			found += "/"
		}
		for _, form := range []string{part, norm.NFC.String(part), norm.NFD.String(part)} {
			if _, err := os.Stat(found + form); err == nil || form == "" {
				part = form
				break
			}
		}
		found += part
	}
	if _, err := os.Stat(found); err != nil {
		return ""
	}
	return found
}

func checkSource(source string) error {
	if source == "" {
		return errors.New("must not be empty")
	}
	return nil
}

// checkURL accepts what Cloudflare can fetch. A URL is in the state, so it
// must not contain a secret.
func checkURL(text string) error {
	parsed, err := url.Parse(text)
	switch {
	case err != nil || parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Hostname() == "":
		return errors.New("must be a URL that begins with https:// or http://")
	case parsed.User != nil:
		return errors.New("must not hold a user name or password, as it stands in the state; " +
			"fetch the picture before the plan, and set source to its path")
	case strings.EqualFold(parsed.Hostname(), delivery.DefaultHost):
		return errors.New("must not lead to " + delivery.DefaultHost + ": Cloudflare does not fetch from itself")
	}
	return nil
}

var sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)

func checkSHA256(text string) error {
	if !sha256Form.MatchString(text) {
		return errors.New("must be 64 lower-case hexadecimal digits, as filesha256() gives them")
	}
	return nil
}
