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

// State migration from the official provider, via UpgradeState if an address
// keeps its name and gets another provider, or via MoveState. Both use the same
// converter of a type.

// schemaVersion is above those of the official provider, of which 500 is the
// newest. Terraform rejects a state with a newer version than the schema,
// and hands over one with the same version unchanged.
const schemaVersion = 1000

// stateMigration describes how the states of a type are migrated.
type stateMigration struct {
	typeName string
	idName   string // in the identity
	idAt     string // in a state of ours
	version  int64  // of our own schema

	// convert turns the attributes of a state that the official provider has
	// written into a model of ours. It returns the account and the ID as well. It
	// is nil where the official provider has no such type.
	convert func(attributes []byte) (model any, accountID, id types.String, err error)
}

// upgraders upgrade a state of any lower version, as a future version of the
// official provider may have written it.
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
			resp.Diagnostics.AddError("State cannot be moved", fmt.Sprintf("Nothing was changed. The state is that of a %s of the provider %s, "+
				"in version %d of its schema, and cannot become that of a %s. That takes a state of the same type, of the official provider "+
				"or of this one, up to version %d; if a newer version of this provider has written it, use that one.%s",
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

// moveSameProvider copies a state of this provider. Attributes that only
// another version has are dropped, as in an upgrade.
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
		resp.Diagnostics.AddError("State cannot be moved", "Nothing was changed. "+
			t.explainReason("The state is not one of this provider's. ", account, id, err))
		return
	}
	resp.Diagnostics.Append(objectIdentity{account, t.idName, id}.save(ctx, resp.TargetIdentity)...)
}

// migrate converts a state of the official provider, completely or not at
// all.
func (t stateMigration) migrate(
	ctx context.Context, raw *tfprotov6.RawState, state *tfsdk.State, identity *tfsdk.ResourceIdentity,
	diags *diag.Diagnostics,
) {
	if raw.JSON == nil {
		diags.AddError("State cannot be taken over",
			"Nothing was changed. The state of a "+t.typeName+" has no attributes in JSON."+importInstead("", ""))
		return
	}
	model, account, id, err := t.convert(raw.JSON)
	if err != nil {
		diags.AddError("State of the official provider cannot be taken over", "Nothing was changed. "+t.explainReason("", account, id, err))
		return
	}
	tfwire.Write(ctx, state, model)
	if identity != nil {
		diags.Append(objectIdentity{account, t.idName, id}.save(ctx, identity)...)
	}
}

// explainReason says which state it is, what is wrong with it, and what to
// do.
func (t stateMigration) explainReason(prefix string, account, id types.String, err error) string {
	return fmt.Sprintf("%sIn the state of a %s, account %s, ID %s: %s.%s", prefix, t.typeName,
		hclQuote(account.ValueString()), hclQuote(id.ValueString()), explain(err),
		importInstead(account.ValueString(), id.ValueString()))
}

// explain says why a state cannot be migrated, without the names of types in
// this code.
func explain(err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("%s is of the type %s, which it is in no known version of that provider", cmp.Or(e.Field, "the whole"), e.Value)
	}
	return err.Error()
}

// importInstead describes the import, which always works.
func importInstead(accountID, id string) string {
	if accountID == "" || id == "" {
		accountID, id = "<account ID>", "<ID>"
	}
	return fmt.Sprintf(importInsteadText, hclQuote(accountID+"/"+id))
}

const importInsteadText = ` Let go of it, and import it:

  removed {
    from = <its address>
    lifecycle {
      destroy = false
    }
  }

or, where the engine is too old for that block, or the object is one of several instances, terraform state rm <its address>;
and then, under another address or in another run:

  import {
    to = <its new address>
    id = %s
  }`
