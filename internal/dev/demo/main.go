// Command demo shows the provider at work: real Terraform, or OpenTofu, reads
// an image and prints the URLs of its variants, opens a signed one, and then
// refuses a variant that does not exist.
//
// It reads from the stand-in API, on a loopback port, unless
// CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID and IMAGE_ID name a real image.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/png" // what the stand-in serves
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

const (
	configuration = "examples/demo"
	storedImage   = "brand/logo"
	privateImage  = "083eb7b2-5392-4565-b69e-aff66acddd00"
	noSuchVariant = "heroo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp("", "cloudflare-images-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	target, stop, err := chooseTarget(ctx, out)
	if err != nil {
		return err
	}
	defer stop()

	workspace, err := prepare(ctx, out, dir, target)
	if err != nil {
		return err
	}
	for _, args := range [][]string{
		{"init", "-input=false", "-no-color"},
		{"plan", "-input=false", "-no-color", "-out=saved.plan"},
		{"apply", "-input=false", "-no-color", "saved.plan"},
	} {
		if err := step(ctx, out, workspace, args...); err != nil {
			return err
		}
	}
	if err := showURLs(ctx, out, workspace, target); err != nil {
		return err
	}
	return showMistake(ctx, out, workspace)
}

// target is the account to read from.
type target struct {
	env     []string
	imageID string
}

// chooseTarget takes the real account where the environment names an image,
// and else starts the stand-in.
func chooseTarget(ctx context.Context, out io.Writer) (target, func(), error) {
	token, account, imageID := os.Getenv("CLOUDFLARE_API_TOKEN"), os.Getenv("CLOUDFLARE_ACCOUNT_ID"), os.Getenv("IMAGE_ID") //nolint:forbidigo // the demo starts here
	if token != "" && account != "" && imageID != "" {
		fmt.Fprintf(out, "Reading image %q from the real account %s.\n", imageID, account)
		return target{
			env:     []string{"CLOUDFLARE_API_TOKEN=" + token, "CLOUDFLARE_ACCOUNT_ID=" + account, "TF_VAR_image_id=" + imageID},
			imageID: imageID,
		}, func() {}, nil
	}
	origin, variables, stop, err := standin.Listen(ctx)
	if err != nil {
		return target{}, nil, err
	}
	fmt.Fprintf(out, "Reading from a stand-in for the Images API at %s.\n", origin)
	fmt.Fprintln(out, "(Set CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID and IMAGE_ID to read an image of your own.)")
	env := slices.Concat(variables, []string{
		"TF_VAR_image_id=" + storedImage,
		"TF_VAR_private_image_id=" + privateImage,
		"TF_VAR_signing_key=" + standin.SigningKey,
	})
	return target{env: env, imageID: storedImage}, stop, nil
}

// prepare builds the provider and lays out the configuration.
func prepare(ctx context.Context, out io.Writer, dir string, target target) (*engine.Workspace, error) {
	path, err := engine.Find()
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "Building the provider; the engine is %s.\n", path)
	cliConfig, err := engine.Build(ctx, dir, provider.Addresses())
	if err != nil {
		return nil, err
	}
	work := filepath.Join(dir, "work")
	if err := os.CopyFS(work, os.DirFS(configuration)); err != nil {
		return nil, fmt.Errorf("copy %s: %w", configuration, err)
	}
	return &engine.Workspace{Engine: path, Dir: work, CLIConfig: cliConfig, Env: target.env}, nil
}

// step runs the engine for all to see.
func step(ctx context.Context, out io.Writer, workspace *engine.Workspace, args ...string) error {
	announce(out, workspace, args)
	output, code, err := workspace.Run(ctx, args...)
	fmt.Fprint(out, output)
	if err != nil {
		return err
	}
	if code != 0 {
		return fmt.Errorf("%s ended with exit code %d", args[0], code)
	}
	return nil
}

func announce(out io.Writer, workspace *engine.Workspace, args []string) {
	fmt.Fprintf(out, "\n$ %s %s\n", filepath.Base(workspace.Engine), strings.Join(args, " "))
}

// showURLs prints the URLs that the outputs hold, and opens one.
func showURLs(ctx context.Context, out io.Writer, workspace *engine.Workspace, target target) error {
	output, err := workspace.RunAll(ctx, []string{"output", "-json"})
	if err != nil {
		return err
	}
	var outputs struct {
		VariantURLs       struct{ Value map[string]string } `json:"variant_urls"`
		URL               struct{ Value string }            `json:"url"`
		RequireSignedURLs struct{ Value bool }              `json:"require_signed_urls"`
		NewestImages      struct{ Value []string }          `json:"newest_images"`
		FlexibleURL       struct{ Value string }            `json:"flexible_url"`
		PrivateURL        struct{ Value string }            `json:"private_url"`
		SignedURL         struct{ Value string }            `json:"signed_url"`
	}
	if err := json.Unmarshal([]byte(output), &outputs); err != nil {
		return fmt.Errorf("read the outputs: %w", err)
	}
	names := make([]string, 0, len(outputs.VariantURLs.Value))
	for name := range outputs.VariantURLs.Value {
		names = append(names, name)
	}
	slices.Sort(names)
	fmt.Fprintf(out, "\nThe variants of %q:\n", target.imageID)
	for _, name := range names {
		fmt.Fprintf(out, "  %-12s %s\n", name, outputs.VariantURLs.Value[name])
	}
	fmt.Fprintf(out, "A flexible variant of it: %s\n", outputs.FlexibleURL.Value)
	fmt.Fprintf(out, "The newest images: %s\n", strings.Join(outputs.NewestImages.Value, ", "))
	if outputs.RequireSignedURLs.Value {
		fmt.Fprintln(out, "\nThe image is private, so its URLs open only when signed.")
		return nil
	}
	if err := open(ctx, out, outputs.URL.Value); err != nil || outputs.SignedURL.Value == "" {
		return err
	}
	if open(ctx, io.Discard, outputs.PrivateURL.Value) == nil {
		return fmt.Errorf("the private image at %s opens without a signature", outputs.PrivateURL.Value)
	}
	fmt.Fprintf(out, "\nA private image opens only when its URL is signed: %s was refused.", outputs.PrivateURL.Value)
	return open(ctx, out, outputs.SignedURL.Value)
}

// open fetches the picture behind a URL.
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
	picture, format, err := image.DecodeConfig(response.Body)
	if errors.Is(err, image.ErrFormat) {
		fmt.Fprintf(out, "\nOpened %s: %s.\n", url, response.Header.Get("Content-Type"))
		return nil
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", url, err)
	}
	fmt.Fprintf(out, "\nOpened %s: a %s of %d × %d pixels.\n", url, strings.ToUpper(format), picture.Width, picture.Height)
	return nil
}

// showMistake asks for a variant that does not exist, and wants the plan to
// fail.
func showMistake(ctx context.Context, out io.Writer, workspace *engine.Workspace) error {
	args := []string{"plan", "-input=false", "-no-color", "-var=variant=" + noSuchVariant}
	fmt.Fprintf(out, "\nNow a mistake on purpose: there is no variant %q, and the plan must say so.\n", noSuchVariant)
	announce(out, workspace, args)
	output, code, err := workspace.Run(ctx, args...)
	fmt.Fprint(out, output)
	if err != nil {
		return err
	}
	if code != 1 || !strings.Contains(output, fmt.Sprintf("has no variant %q", noSuchVariant)) {
		return fmt.Errorf("the plan should have failed with exit code 1 for the missing variant; it ended with %d", code)
	}
	fmt.Fprintln(out, "\nCaught at plan time: nothing reached production.")
	return nil
}
