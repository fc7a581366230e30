package provider

import (
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// argumentError returns an error at the argument at fault. The parts are in the
// order of the parameters.
func argumentError(err error, parts ...delivery.Part) *function.FuncError {
	if about, ok := errors.AsType[*delivery.Error](err); ok {
		if position := slices.Index(parts, about.Part); position >= 0 {
			return function.NewArgumentFuncError(int64(position), about.Error())
		}
	}
	return function.NewFuncError(err.Error())
}
