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

var mediaTypes = map[imagefile.Format]string{
	imagefile.PNG: "image/png", imagefile.JPEG: "image/jpeg", imagefile.GIF: "image/gif", imagefile.WebP: "image/webp",
	imagefile.SVG: "image/svg+xml", imagefile.HEIC: "image/heic", imagefile.AVIF: "image/avif",
}

// fileMissing reports whether the file at source doesn't exist or, without
// source, whether the attribute file is null or unknown.
func (m *imageResourceModel) fileMissing() bool {
	if m.Source.ValueString() == "" {
		return m.File.IsNull() || m.File.IsUnknown()
	}
	_, err := os.Stat(m.Source.ValueString())
	return errors.Is(err, fs.ErrNotExist)
}

// contentPath returns the path of the attribute with local content.
func (m *imageResourceModel) contentPath() tfpath.Path {
	if m.Source.IsNull() {
		return tfpath.Root("file")
	}
	return tfpath.Root("source")
}

// inspect reads the configured image file and reports everything that
// Cloudflare would reject. It returns nil if diags has an error.
func (m *imageResourceModel) inspect(limits bool, diags *diag.Diagnostics) *imagefile.Info {
	at := m.contentPath()
	info, err := m.inspectContent()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		diags.AddAttributeError(at, fmt.Sprintf("Image file %s not found", m.contentName()),
			err.Error()+". "+pathHint(m.Source.ValueString())+
				"If the file is generated during apply, set sha256 to a value that is unknown at plan time, "+
				"such as local_file.example.content_sha256. "+
				"If plan and apply run on different machines, copy the file to both.")
		return nil
	case err != nil && m.Source.IsNull():
		diags.AddAttributeError(at, "Invalid file", invalidBase64(err))
		return nil
	case err != nil:
		diags.AddAttributeError(at, fmt.Sprintf("Unreadable image file %s", m.contentName()), err.Error()+".")
		return nil
	}
	var warnings []string
	for _, problem := range info.Validate(limits) {
		if problem.Warning {
			warnings = append(warnings, problem.Text)
		} else {
			diags.AddAttributeError(at, fmt.Sprintf("Invalid image file %s", m.contentName()), problem.Text)
		}
	}
	if len(warnings) > 0 {
		diags.AddAttributeWarning(at, fmt.Sprintf("Image file %s may be rejected by Cloudflare", m.contentName()),
			strings.Join(warnings, "\n"))
	}
	if diags.HasError() {
		return nil
	}
	return info
}

// inspectContent parses the image file at source or in file.
func (m *imageResourceModel) inspectContent() (*imagefile.Info, error) {
	if m.Source.IsNull() {
		return imagefile.Inspect(m.decoded())
	}
	return imagefile.InspectFile(m.Source.ValueString())
}

// contentName identifies the image file in a summary, after "Image file".
// Terraform shows only the first of several warnings with the same summary.
func (m *imageResourceModel) contentName() string {
	if !m.Source.IsNull() {
		return strconv.Quote(m.Source.ValueString())
	}
	if id := m.ID.ValueString(); id != "" {
		return "of image " + strconv.Quote(id)
	}
	digest := sha256.New()
	_, _ = io.Copy(digest, m.decoded())
	return fmt.Sprintf("with SHA-256 %x", digest.Sum(nil))
}

// decoded returns a reader of the decoded attribute file.
func (m *imageResourceModel) decoded() io.Reader {
	return base64.NewDecoder(base64.StdEncoding, strings.NewReader(m.File.ValueString()))
}

// upload returns the upload of a planned image. It inspects the content again,
// because the file may have changed since the plan. It returns false if it adds
// an error to diags.
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
		diags.AddAttributeError(tfpath.Root("sha256"), fmt.Sprintf("Image file %s changed since the plan", configured.contentName()),
			"Plan again. If the file is generated during apply, set sha256 to a value that is unknown at plan time, "+
				"such as local_file.example.content_sha256. "+
				"Nothing was uploaded: SHA-256 is "+info.SHA256+", planned "+planned.SHA256.ValueString()+".")
		return upload, false
	}
	planned.SHA256, planned.imageInfoModel = types.StringValue(info.SHA256), imageInfoOf(info)
	upload.File = configured.content(info, upload.ID)
	return upload, true
}

// content returns the image file to upload.
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

// maxFilename is the maximum length of a file name, in characters.
const maxFilename = 255

// filenameOf returns the file name in the upload.
func filenameOf(source string) string { return truncateName(filepath.Base(source)) }

func truncateName(name string) string {
	runes := []rune(name)
	return string(runes[:min(len(runes), maxFilename)])
}

// pathHint explains why a file that seems to exist isn't found by its path:
// sentences that end with a space, or an empty string.
func pathHint(source string) string {
	switch {
	case source == "~" || strings.HasPrefix(filepath.ToSlash(source), "~/"):
		return `Terraform doesn't expand "~": write source = pathexpand(` + hclQuote(source) + `). `
	case otherForm(source) != "":
		return "A file of this name exists, but in another Unicode normalization form: " +
			"ls shows the same letters, but the bytes differ. " +
			"Terraform composes all strings (NFC), and file names from macOS are often decomposed (NFD), so no configuration can name the file. " +
			"Rename the file or folder to the composed form, for example with convmv -f utf-8 -t utf-8 --nfc --notest. "
	}
	return ""
}

// otherForm returns the path of an existing file that differs from source only
// in its Unicode normalization form, or an empty string.
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

// checkURL accepts URLs that Cloudflare can fetch. They are stored in state, so
// they must not contain credentials.
func checkURL(text string) error {
	parsed, err := url.Parse(text)
	switch {
	case err != nil || parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Hostname() == "":
		return errors.New("must be a URL that begins with https:// or http://")
	case parsed.User != nil:
		return errors.New("must not contain a user name or password, because it is stored in state; " +
			"download the image file before the plan, and set source to its path")
	case strings.EqualFold(parsed.Hostname(), delivery.DefaultHost):
		return errors.New("must not point to " + delivery.DefaultHost + ": Cloudflare doesn't fetch from itself")
	}
	return nil
}

var sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)

func checkSHA256(text string) error {
	if !sha256Form.MatchString(text) {
		return errors.New("must be 64 lower-case hexadecimal digits, as returned by filesha256()")
	}
	return nil
}
