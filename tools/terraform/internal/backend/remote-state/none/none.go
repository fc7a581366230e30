// Package none replaces the backends that this build of Terraform leaves out:
// tests keep their state in files only.
package none

import (
	"errors"

	"github.com/hashicorp/terraform/internal/backend"
	"github.com/hashicorp/terraform/internal/configs/configschema"
	"github.com/hashicorp/terraform/internal/tfdiags"
	"github.com/zclconf/go-cty/cty"
)

var errLeftOut = errors.New("this Terraform was built for tests, without this backend: keep the state in a file, or use a release")

type none struct{ backend.Backend }

// New returns a backend without arguments that can't be used.
func New() backend.Backend { return none{} }

func (none) ConfigSchema() *configschema.Block { return &configschema.Block{} }

func (none) PrepareConfig(config cty.Value) (cty.Value, tfdiags.Diagnostics) {
	return config, tfdiags.Diagnostics{}.Append(errLeftOut)
}
