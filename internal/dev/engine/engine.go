// Package engine runs real Terraform or OpenTofu with the provider built from
// this tree. Tests and developer programs use it; the provider does not.
package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// PathVariable is the environment variable with the path of the binary to use;
// terraform-plugin-testing reads it too.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

// builtVersion is the version of the provider in the mirror. The constraint of
// the examples allows it.
const builtVersion = "0.1.0"

// Find returns the path of the binary: that of PathVariable, or else terraform
// or tofu from PATH.
func Find() (string, error) {
	if named := os.Getenv(PathVariable); named != "" { //nolint:forbidigo // as terraform-plugin-testing does
		return filepath.Abs(named) // Terraform runs in other folders
	}
	for _, name := range []string{"terraform", "tofu"} {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on PATH: set " + PathVariable + ", or let make test or make demo build OpenTofu")
}

// Build compiles a provider (the package "." is the one at the module's root)
// into a filesystem mirror below dir, under each of its addresses. It returns
// the path of a CLI configuration that installs the provider from there only.
func Build(ctx context.Context, dir, pkg string, addresses []string) (cliConfig string, err error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return "", err
	}
	mirror := filepath.Join(dir, "mirror")
	for _, address := range addresses {
		name := "terraform-provider-" + path.Base(address) + "_v" + builtVersion
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		binary := filepath.Join(mirror, filepath.FromSlash(address), builtVersion, runtime.GOOS+"_"+runtime.GOARCH, name)
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "-ldflags", "-X main.version="+builtVersion, pkg)
		build.Dir = root
		if output, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build the provider: %w\n%s", err, output)
		}
	}
	cliConfig = filepath.Join(dir, "cli.tfrc")
	return cliConfig, os.WriteFile(cliConfig, []byte(MirrorConfig(mirror)), 0o600)
}

// MirrorConfig returns a CLI configuration that installs providers from a
// filesystem mirror only.
func MirrorConfig(mirror string) string {
	return fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
}

func moduleRoot(ctx context.Context) (string, error) {
	output, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module's root: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(output))), nil
}

// Workspace is a working directory with a configuration.
type Workspace struct {
	// Engine is the path of the Terraform or OpenTofu binary.
	Engine string
	// Dir is the path of the directory.
	Dir string
	// CLIConfig is the path of the CLI configuration, from Build.
	CLIConfig string
	// Env are additional variables, as NAME=value. Variables of the caller that
	// configure Terraform or the provider are removed.
	Env []string

	temp string // removed by Close
}

// Try copies a folder of the module, such as examples/demo, to a temporary one,
// in which Terraform can use the provider built from this tree. Close removes
// the copy.
func Try(ctx context.Context, addresses []string, folder string, env ...string) (*Workspace, error) {
	enginePath, err := Find()
	if err != nil {
		return nil, err
	}
	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "cloudflare-images-")
	if err != nil {
		return nil, err
	}
	w := &Workspace{Engine: enginePath, Dir: filepath.Join(temp, "work"), Env: env, temp: temp}
	err = os.CopyFS(w.Dir, os.DirFS(filepath.Join(root, filepath.FromSlash(folder))))
	if err == nil {
		w.CLIConfig, err = Build(ctx, temp, ".", addresses)
	}
	if err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// Close removes the copy.
func (w *Workspace) Close() { os.RemoveAll(w.temp) }

// Command returns the command for one run.
func (w *Workspace) Command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, w.Engine, args...)
	command.Dir = w.Dir
	command.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "CLOUDFLARE_")
	})
	command.Env = append(command.Env, "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+w.CLIConfig)
	command.Env = append(command.Env, w.Env...)
	return command
}

// Run runs Terraform and returns its output and exit code. The error is nil if
// there is an exit code.
func (w *Workspace) Run(ctx context.Context, args ...string) (output string, exitCode int, err error) {
	printed, err := w.Command(ctx, args...).CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.Exited() {
		return string(printed), exit.ExitCode(), nil
	}
	return string(printed), 0, err
}

// RunAll runs Terraform once for each list of arguments and returns the output
// of the last run. The error of a failed run contains its output.
func (w *Workspace) RunAll(ctx context.Context, runs ...[]string) (output string, err error) {
	for _, args := range runs {
		var code int
		output, code, err = w.Run(ctx, args...)
		if err != nil {
			return output, err
		}
		if code != 0 {
			return output, fmt.Errorf("%s ended with exit code %d:\n%s", args[0], code, output)
		}
	}
	return output, nil
}
