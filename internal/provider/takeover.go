package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// A state that the official provider has written is taken over, whichever way
// it comes: as an older version of our own, where an address keeps its name and
// gets another provider, or as a state to be moved, where an engine asks for
// that instead. Behind both stands one converter for each type.

// schemaVersion is above those of the official provider, 500 at the newest. An
// engine refuses a state of a newer version than the schema's, and hands one of
// the same version over as it is.
const schemaVersion = 1000

// officialState turns the attributes of a state that the official provider has
// written into a model of ours. It returns the account and the ID as well.
type officialState func(attributes []byte) (model any, accountID, id types.String, err error)

// upgraders are for a state of any version below ours, as it may be that of a
// version of the official provider that is yet to come.
func (convert officialState) upgraders() map[int64]resource.StateUpgrader {
	upgraders := make(map[int64]resource.StateUpgrader, schemaVersion)
	upgrader := resource.StateUpgrader{StateUpgrader: func(
		ctx context.Context, req resource.UpgradeStateRequest, resp *resource.UpgradeStateResponse,
	) {
		convert.take(ctx, req.RawState, &resp.State, nil, "", &resp.Diagnostics)
	}}
	for version := range int64(schemaVersion) {
		upgraders[version] = upgrader
	}
	return upgraders
}

// movers are for a state of the type at another provider address: the official
// provider's, or another one of our own.
func (convert officialState) movers(typeName, idName string) []resource.StateMover {
	return []resource.StateMover{{StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		switch {
		case req.SourceTypeName != typeName:
		case req.SourceSchemaVersion >= schemaVersion:
			moveOwn(ctx, req, resp, idName)
		case isOfficial(req.SourceProviderAddress):
			convert.take(ctx, req.SourceRawState, &resp.TargetState, resp.TargetIdentity, idName, &resp.Diagnostics)
		}
	}}}
}

// isOfficial is about a provider address, of which an engine may know the last
// part only.
func isOfficial(address string) bool {
	return address == "cloudflare" || strings.HasSuffix("/"+address, "/cloudflare/cloudflare")
}

// moveOwn takes a state of our own as it is.
func moveOwn(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse, idName string) {
	value, err := req.SourceRawState.Unmarshal(resp.TargetState.Raw.Type())
	if err != nil {
		resp.Diagnostics.AddError("State cannot be moved", "The state is not one of this provider's: "+err.Error()+".")
		return
	}
	resp.TargetState.Raw = value
	var account, id types.String
	own := "id"
	if idName == "name" {
		own = idName
	}
	resp.Diagnostics.Append(resp.TargetState.GetAttribute(ctx, path.Root("account_id"), &account)...)
	resp.Diagnostics.Append(resp.TargetState.GetAttribute(ctx, path.Root(own), &id)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.TargetIdentity, account, idName, id)...)
}

// take makes a state of ours of one of the official provider's, all of it or
// nothing.
func (convert officialState) take(
	ctx context.Context, raw *tfprotov6.RawState, state *tfsdk.State, identity *tfsdk.ResourceIdentity, idName string, diags *diag.Diagnostics,
) {
	if raw == nil || raw.JSON == nil {
		diags.AddError("State cannot be taken over", "It has no attributes in JSON."+byImport("", ""))
		return
	}
	model, account, id, err := convert(raw.JSON)
	if err != nil {
		diags.AddError("State of the official provider cannot be taken over",
			"Nothing was changed. In the state of account "+quoted(account.ValueString())+", ID "+quoted(id.ValueString())+": "+err.Error()+"."+
				byImport(account.ValueString(), id.ValueString()))
		return
	}
	setModel(ctx, state, model)
	if identity != nil {
		diags.Append(setIdentity(ctx, identity, account, idName, id)...)
	}
}

// byImport is the way that always works.
func byImport(accountID, id string) string {
	if accountID == "" || id == "" {
		accountID, id = "<account ID>", "<ID>"
	}
	return fmt.Sprintf(byImportWords, quoted(accountID+"/"+id))
}

const byImportWords = ` Let go of it, and import it:

  removed {
    from = <its address>
    lifecycle {
      destroy = false
    }
  }

and then, under another address or in another run:

  import {
    to = <its new address>
    id = %s
  }`
