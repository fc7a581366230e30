package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

// State migration from the official provider: UpgradeState if a resource keeps
// its address and changes only its provider, MoveState otherwise. Both use the
// same converter for a type.

// schemaVersion is above those of the official provider, whose newest is 500.
// Terraform rejects a state with a newer version than the schema, and passes
// one with the same version unchanged.
const schemaVersion = 1000

// stateMigration describes how the states of a type are migrated.
type stateMigration struct {
	typeName string
	idName   string // in the identity
	idAt     string // attribute with the ID in this provider's state
	version  int64  // of this provider's schema

	// convert converts the attributes of a state of the official provider to a
	// model. It also returns the account and the ID. It is nil if the official
	// provider doesn't have the type.
	convert func(attributes []byte) (model any, accountID, id types.String, err error)
}

// upgraders upgrade a state of any lower version, including those of future
// versions of the official provider.
func (t stateMigration) upgraders() map[int64]resource.StateUpgrader {
	upgraders := make(map[int64]resource.StateUpgrader, t.version)
	upgrader := resource.StateUpgrader{StateUpgrader: func(
		ctx context.Context, req resource.UpgradeStateRequest, resp *resource.UpgradeStateResponse,
	) {
		t.migrate(ctx, req.RawState, &resp.State, nil, &resp.Diagnostics)
	}}
	for version := range t.version {
		upgraders[version] = upgrader
	}
	return upgraders
}

// movers migrate a state of the type from another provider address: the
// official provider's, or another one of this provider.
func (t stateMigration) movers() []resource.StateMover {
	return []resource.StateMover{{StateMover: func(
		ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse,
	) {
		sameType := req.SourceTypeName == t.typeName
		switch {
		case sameType && req.SourceSchemaVersion == t.version:
			t.moveSameProvider(ctx, req, resp)
		case sameType && req.SourceSchemaVersion < t.version && t.convert != nil && isOfficial(req.SourceProviderAddress):
			t.migrate(ctx, req.SourceRawState, &resp.TargetState, resp.TargetIdentity, &resp.Diagnostics)
		default:
			resp.Diagnostics.AddError("Unsupported state move", fmt.Sprintf("A state of type %s (provider %s, schema version %d) can't be moved to %s. "+
				"Only states of the same type, of the official provider or of this one, up to schema version %d can be moved. "+
				"If a newer version of this provider wrote the state, use that version. Nothing was changed.%s",
				req.SourceTypeName, req.SourceProviderAddress, req.SourceSchemaVersion, t.typeName, t.version,
				importInstead("", "")))
		}
	}}}
}

// isOfficial reports whether a provider address is the official provider's.
// Terraform may know only its last part.
func isOfficial(address string) bool {
	return address == "cloudflare" || strings.HasSuffix("/"+address, "/cloudflare/cloudflare")
}

// moveSameProvider copies a state of this provider, with its private state.
// Attributes that this version doesn't have are dropped, as in an upgrade.
func (t stateMigration) moveSameProvider(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	lenient := tfprotov6.UnmarshalOpts{ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true}}
	value, err := req.SourceRawState.UnmarshalWithOpts(resp.TargetState.Raw.Type(), lenient)
	var account, id types.String
	if err == nil {
		resp.TargetState.Raw = value
		resp.Diagnostics.Append(resp.TargetState.GetAttribute(ctx, path.Root("account_id"), &account)...)
		resp.Diagnostics.Append(resp.TargetState.GetAttribute(ctx, path.Root(t.idAt), &id)...)
		if account.ValueString() == "" || id.ValueString() == "" {
			err = errors.New("account_id or " + t.idAt + " is missing")
		}
	}
	if err != nil {
		resp.Diagnostics.AddError("Unsupported state move",
			t.explainReason("The state claims to be of this provider, but is malformed. ", account, id, err))
		return
	}
	resp.TargetPrivate = req.SourcePrivate
	resp.Diagnostics.Append(objectIdentity{account, t.idName, id}.save(ctx, resp.TargetIdentity)...)
}

// migrate converts a state of the official provider. It either succeeds
// completely or leaves the state unchanged.
func (t stateMigration) migrate(
	ctx context.Context, raw *tfprotov6.RawState, state *tfsdk.State, identity *tfsdk.ResourceIdentity,
	diags *diag.Diagnostics,
) {
	if raw.JSON == nil {
		diags.AddError("Unable to migrate state",
			"The state of a "+t.typeName+" has no attributes in JSON. Nothing was changed."+importInstead("", ""))
		return
	}
	model, account, id, err := t.convert(raw.JSON)
	if err != nil {
		diags.AddError("Unable to migrate state", t.explainReason("", account, id, err))
		return
	}
	tfwire.Write(ctx, state, model)
	if identity != nil {
		diags.Append(objectIdentity{account, t.idName, id}.save(ctx, identity)...)
	}
}

// explainReason returns which state is invalid, why, and what to do.
func (t stateMigration) explainReason(prefix string, account, id types.String, err error) string {
	return fmt.Sprintf("%sIn the state of a %s, account %s, ID %s: %s. Nothing was changed.%s", prefix, t.typeName,
		hclQuote(account.ValueString()), hclQuote(id.ValueString()), explain(err),
		importInstead(account.ValueString(), id.ValueString()))
}

// explain returns why a state can't be migrated, without the names of Go types.
func explain(err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("%s has the type %s, which no known version of its provider writes", cmp.Or(e.Field, "the state"), e.Value)
	}
	return err.Error()
}

// importInstead returns how to import the object instead.
func importInstead(accountID, id string) string {
	if accountID == "" || id == "" {
		accountID, id = "<account ID>", "<ID>"
	}
	return fmt.Sprintf(importInsteadText, hclQuote(accountID+"/"+id))
}

const importInsteadText = ` Remove the object from state and import it:

  removed {
    from = <resource address>
    lifecycle {
      destroy = false
    }
  }

For one of several instances, or if this Terraform version has no removed blocks,
run terraform state rm <resource address> instead. Then, at another address or in a separate run:

  import {
    to = <new resource address>
    id = %s
  }`
