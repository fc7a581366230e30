// Command demo shows the provider in use with real Terraform or OpenTofu: it
// reads an image and prints the URLs of its variants, uploads an image file,
// creates a variant, opens the new and the signed URLs, and plans an update.
// Then it shows the errors for a variant without a size, a file that isn't an
// image, an image that is too large, and a variant that doesn't exist. Provider
// functions are left out if Terraform is too old for them.
//
// It uses the fake API on a loopback port unless CLOUDFLARE_API_TOKEN,
// CLOUDFLARE_ACCOUNT_ID and IMAGE_ID name a real image. In a real account it
// only reads.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	_ "image/png" // what the fake API serves
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

const (
	configuration = "examples/demo"
	storedImage   = "brand/logo"
	privateImage  = "083eb7b2-5392-4565-b69e-aff66acddd00"
	cardWidth     = "TF_VAR_card_width=600"
	imageFile     = "TF_VAR_image_file=image.png"
)

// plans are the plans after the apply, and the output expected of each.
var plans = []struct {
	about    string
	variable string
	code     int
	message  string
	writes   bool // about objects that are created in the fake API only
}{
	{"The variant is to be wider: the plan shows what would change.", "card_width=640", 0, "width = 600 -> 640", true},
	{
		"Now a mistake on purpose: nothing is 0 pixels wide, and the plan must say so.", "card_width=0", 1,
		"an integer number of pixels, at least 1; the value is 0", true,
	},
	{"Another one: page.png is an HTML page that was saved as an image file.", "image_file=page.png", 1, "an HTML page", true},
	{"And huge.png has more pixels than Cloudflare accepts.", "image_file=huge.png", 1, "20000", true},
	{`The last one: there is no variant "heroo", and the plan must say so.`, "variant=heroo", 1, `has no variant "heroo"`, false},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := identifyAndRun(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func identifyAndRun(ctx context.Context, out io.Writer) error {
	path, err := engine.Find()
	if err != nil {
		return err
	}
	version, err := engine.Identify(ctx, path)
	if err != nil {
		return err
	}
	return run(ctx, out, version)
}

func run(ctx context.Context, out io.Writer, version engine.Version) error {
	env, stop, err := chooseImage(ctx, out)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Fprintln(out, "Building the provider.")
	workspace, err := engine.Try(ctx, provider.Addresses(), configuration, env...)
	if err != nil {
		return err
	}
	defer workspace.Close()
	if err := leaveFunctionsOut(out, workspace.Dir, version); err != nil {
		return err
	}
	for _, args := range [][]string{{"init"}, {"plan", "-out=saved.plan"}, {"apply", "saved.plan"}} {
		if _, err := show(ctx, out, workspace, 0, args...); err != nil {
			return err
		}
	}
	if err := openImages(ctx, out, workspace); err != nil {
		return err
	}
	for _, plan := range plans {
		if plan.writes && !slices.Contains(env, cardWidth) {
			continue
		}
		fmt.Fprintf(out, "\n%s\n", plan.about)
		output, err := show(ctx, out, workspace, plan.code, "plan", "-var="+plan.variable)
		if err != nil {
			return err
		}
		if !strings.Contains(inOneLine(output), plan.message) {
			return fmt.Errorf("the plan with %s does not say: %s", plan.variable, plan.message)
		}
	}
	fmt.Fprintln(out, "\nCaught at plan time: nothing reached production.")
	return nil
}

// leaveFunctionsOut removes the part of the configuration that uses provider
// functions, if Terraform has none, and says so.
func leaveFunctionsOut(out io.Writer, dir string, version engine.Version) error {
	reason := version.Without(engine.Functions)
	if reason == "" {
		return nil
	}
	fmt.Fprintf(out, "%s: the demo leaves out the flexible and the signed URL.\n", reason)
	return os.Remove(filepath.Join(dir, "functions.tf"))
}

// inOneLine removes line breaks, frames and alignment.
func inOneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '│' }), " ")
}

// chooseImage uses an image of a real account if the environment names one, and
// otherwise starts the fake API.
func chooseImage(ctx context.Context, out io.Writer) (env []string, stop func(), err error) {
	getenv := os.Getenv //nolint:forbidigo // the demo starts here
	token, account, imageID := getenv("CLOUDFLARE_API_TOKEN"), getenv("CLOUDFLARE_ACCOUNT_ID"), getenv("IMAGE_ID")
	if token != "" && account != "" && imageID != "" {
		fmt.Fprintf(out, "Reading image %q from the real account %s.\n", imageID, account)
		env = []string{"CLOUDFLARE_API_TOKEN=" + token, "CLOUDFLARE_ACCOUNT_ID=" + account, "TF_VAR_image_id=" + imageID}
		return env, func() {}, nil
	}
	origin, env, stop, err := fakeapi.Listen(ctx)
	if err != nil {
		return nil, nil, err
	}
	fmt.Fprintf(out, "Reading from a fake Images API at %s.\n", origin)
	fmt.Fprintln(out, "(Set CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID and IMAGE_ID to read one of your images.)")
	env = append(env, "TF_VAR_image_id="+storedImage, "TF_VAR_private_image_id="+privateImage,
		"TF_VAR_signing_key="+fakeapi.SigningKey, cardWidth, imageFile)
	return env, stop, nil
}

// show runs Terraform, prints its output, and requires the exit code want.
func show(ctx context.Context, out io.Writer, workspace *engine.Workspace, want int, args ...string) (string, error) {
	args = append([]string{args[0], "-input=false", "-no-color"}, args[1:]...)
	fmt.Fprintf(out, "\n$ %s %s\n", filepath.Base(workspace.Engine), strings.Join(args, " "))
	output, code, err := workspace.Run(ctx, args...)
	fmt.Fprint(out, output)
	if err == nil && code != want {
		err = fmt.Errorf("%s ended with exit code %d, not %d", args[0], code, want)
	}
	return output, err
}

// demoOutputs are the outputs of the configuration.
type demoOutputs struct {
	URL        struct{ Value string } `json:"url"`
	CardURL    struct{ Value string } `json:"card_url"`
	Uploaded   struct{ Value string } `json:"uploaded_url"`
	Signed     struct{ Value bool }   `json:"require_signed_urls"`
	PrivateURL struct{ Value string } `json:"private_url"`
	SignedURL  struct{ Value string } `json:"signed_url"`
}

// openImages fetches the images behind the URLs in the outputs.
func openImages(ctx context.Context, out io.Writer, workspace *engine.Workspace) error {
	output, err := workspace.RunAll(ctx, []string{"output", "-json"})
	if err != nil {
		return err
	}
	var outputs demoOutputs
	if err := json.Unmarshal([]byte(output), &outputs); err != nil {
		return fmt.Errorf("read the outputs: %w", err)
	}
	if outputs.Signed.Value {
		fmt.Fprintln(out, "\nThe image is private, so its URLs open only when signed.")
		return nil
	}
	if err := open(ctx, out, outputs.URL.Value); err != nil || outputs.Uploaded.Value == "" {
		return err
	}
	fmt.Fprint(out, "\nThe uploaded image is available.")
	if err := open(ctx, out, outputs.Uploaded.Value); err != nil {
		return err
	}
	fmt.Fprint(out, "\nThe new variant is available for every image immediately.")
	if err := open(ctx, out, outputs.CardURL.Value); err != nil {
		return err
	}
	if open(ctx, io.Discard, outputs.PrivateURL.Value) == nil {
		return fmt.Errorf("the private image at %s opens without a signature", outputs.PrivateURL.Value)
	}
	fmt.Fprintf(out, "\nA private image opens only when its URL is signed: %s was rejected.", outputs.PrivateURL.Value)
	if outputs.SignedURL.Value == "" { // provider functions are unavailable
		fmt.Fprintln(out)
		return nil
	}
	return open(ctx, out, outputs.SignedURL.Value)
}

// open fetches a URL and prints the response.
func open(ctx context.Context, out io.Writer, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	browser := &http.Client{Timeout: 30 * time.Second}
	response, err := browser.Do(request)
	if err != nil {
		return fmt.Errorf("open the URL: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("open %s: %s", url, response.Status)
	}
	kind := response.Header.Get("Content-Type")
	if imageFile, format, err := image.DecodeConfig(response.Body); err == nil {
		kind = fmt.Sprintf("a %s of %d × %d pixels", strings.ToUpper(format), imageFile.Width, imageFile.Height)
	}
	fmt.Fprintf(out, "\nOpened %s: %s.\n", url, kind)
	return nil
}
