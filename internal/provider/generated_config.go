package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// GetProviderSchema says that GenerateResourceConfig is to be asked, which the
// framework serves but does not say.
func (s server) GetProviderSchema(
	ctx context.Context, req *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	resp, err := s.frameworkServer.GetProviderSchema(ctx, req)
	if err == nil {
		resp.ServerCapabilities.GenerateResourceConfig = true
	}
	return resp, err
}

// GenerateResourceConfig makes the configuration that an engine writes for an
// import. It is the framework's, but for two attributes: the framework drops any
// id that can be left out, and with it the custom ID of an image, so that a later
// replacement would get another; and it writes the account where it is the
// provider's anyhow.
func (s server) GenerateResourceConfig(
	ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest,
) (*tfprotov6.GenerateResourceConfigResponse, error) {
	resp, err := s.frameworkServer.GenerateResourceConfig(ctx, req)
	if err != nil || resp.Config == nil {
		return resp, err
	}
	schemas, err := s.schemas()
	if err != nil {
		return nil, err
	}
	of := schemas.ResourceSchemas[req.TypeName].ValueType()
	config, err := objectAttributes(resp.Config, of)
	if err != nil {
		return nil, err
	}
	state, err := objectAttributes(req.State, of)
	if err != nil {
		return nil, err
	}
	var account, id string
	if state["account_id"].As(&account) == nil && account == s.provider.accountID {
		config["account_id"] = tftypes.NewValue(tftypes.String, nil)
	}
	if req.TypeName == "cloudflare_image" && state["id"].As(&id) == nil && !isGeneratedID(id) {
		config["id"] = state["id"]
	}
	written, err := tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, config))
	if err != nil {
		return nil, err
	}
	resp.Config = &written
	return resp, nil
}

// objectAttributes are those of an object as the plugin protocol has it.
func objectAttributes(object *tfprotov6.DynamicValue, of tftypes.Type) (found map[string]tftypes.Value, err error) {
	value, err := object.Unmarshal(of)
	if err != nil {
		return nil, err
	}
	return found, value.As(&found)
}
