package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

// Most objects of a large plan don't change. For these, the framework copies and
// converts each state several times in each call. The calls below return the
// same without it. In the tests, comparingServer compares them.

// UpgradeResourceState returns a state of the current version as it is, in JSON.
// Terraform has removed attributes that are not in the schema.
func (s server) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	if req.Version != schemaVersion || req.RawState == nil || len(req.RawState.JSON) == 0 {
		return s.frameworkServer.UpgradeResourceState(ctx, req)
	}
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &tfprotov6.DynamicValue{JSON: req.RawState.JSON}}, nil
}

// ReadResource returns the state that tfwire.Write stores in the sink, if any.
func (s server) ReadResource(
	ctx context.Context, req *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	var state tfwire.Value
	resp, err := s.frameworkServer.ReadResource(tfwire.WithSink(ctx, &state), req)
	if err == nil && state != nil {
		resp.NewState = &tfprotov6.DynamicValue{MsgPack: state}
	}
	return resp, err
}

// PlanResourceChange returns the state of an image that doesn't change.
func (s server) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	if req.TypeName != "cloudflare_image" || !s.isUnchangedImage(ctx, req) {
		return s.frameworkServer.PlanResourceChange(ctx, req)
	}
	return &tfprotov6.PlanResourceChangeResponse{
		PlannedState: req.PriorState, PlannedPrivate: req.PriorPrivate, PlannedIdentity: req.PriorIdentity,
	}, nil
}

// imageType is the type of the image resource.
var imageType = sync.OnceValue(func() tftypes.Type {
	var resp resource.SchemaResponse
	new(imageResource).Schema(context.Background(), resource.SchemaRequest{}, &resp)
	return resp.Schema.Type().TerraformType(context.Background())
})

// isUnchangedImage reports whether a plan of an image changes nothing and has
// nothing to report. False also means that the framework has to find out.
func (s server) isUnchangedImage(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) bool {
	prior, proposed := req.PriorState, req.ProposedNewState
	if prior == nil || proposed == nil || !bytes.Equal(prior.MsgPack, proposed.MsgPack) {
		return false
	}
	private := privateMap{}
	if len(req.PriorPrivate) > 0 && json.Unmarshal(req.PriorPrivate, &private) != nil {
		return false
	}
	var config, before imageResourceModel
	for model, value := range map[*imageResourceModel]*tfprotov6.DynamicValue{&config: req.Config, &before: prior} {
		raw, err := value.Unmarshal(imageType())
		if err != nil || raw.IsNull() || tfwire.Read(ctx, tfsdk.State{Raw: raw}, model).HasError() {
			return false
		}
	}
	r := imageResource{baseResource{s.provider.data}}
	return r.isUnchanged(ctx, &config, &before, private)
}

// isUnchanged reports whether the plan of an image is its state, with nothing to
// report.
func (r *imageResource) isUnchanged(ctx context.Context, config, before *imageResourceModel, private privateMap) bool {
	if r.providerData == nil || r.hasUnknown || len(r.configErrors) > 0 {
		return false
	}
	p := imagePlan{config: *config, before: before, planned: *before, limits: r.enforceLimits}
	p.planned.AccountID = r.account(config.AccountID, &p.diags)
	if config.RequireSignedURLs.IsNull() {
		p.planned.RequireSignedURLs = types.BoolValue(false) // the default
	}
	p.runWith(ctx, private)
	return len(p.diags) == 0 && len(p.replace) == 0 && tfwire.Equal(&p.planned, before)
}

// privateMap is the private state of a resource as Terraform stores it.
type privateMap map[string][]byte

// GetKey returns the value of a key, or nil.
func (m privateMap) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return m[key], nil
}

// SetKey sets the value of a key.
func (m privateMap) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	m[key] = value
	return nil
}
