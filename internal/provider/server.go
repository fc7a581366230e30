package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

// server wraps the server of the framework: a write holds a lock, states that were
// read bypass the framework (see tfwire), and the generated configuration of an
// import is completed.
type server struct {
	frameworkServer

	provider *cloudflareProvider
	schemas  func() (*tfprotov6.GetProviderSchemaResponse, error) // built once: it takes a millisecond
}

// frameworkServer is the interface of the framework's server.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
}

func newServer(p *cloudflareProvider) tfprotov6.ProviderServer {
	framework, ok := providerserver.NewProtocol6(p)().(frameworkServer)
	if !ok {
		panic("newServer: the framework no longer implements list resources")
	}
	return server{framework, p, sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
		return framework.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	})}
}

// ApplyResourceChange holds the lock for writes.
func (s server) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	s.provider.writes.RLock()
	defer s.provider.writes.RUnlock()
	return s.frameworkServer.ApplyResourceChange(ctx, req)
}

// ReadDataSource returns the state that tfwire.Write stores in the sink. A failed
// read stores none.
func (s server) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	var state tfwire.Value
	resp, err := s.frameworkServer.ReadDataSource(tfwire.WithSink(ctx, &state), req)
	if err == nil && state != nil {
		resp.State = &tfprotov6.DynamicValue{MsgPack: state}
	}
	return resp, err
}

// GetProviderSchema announces GenerateResourceConfig, which the framework
// implements but doesn't announce.
func (s server) GetProviderSchema(
	ctx context.Context, req *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	resp, err := s.frameworkServer.GetProviderSchema(ctx, req)
	if err == nil {
		resp.ServerCapabilities.GenerateResourceConfig = true
	}
	return resp, err
}

// GenerateResourceConfig corrects two attributes of the generated configuration
// of an import: the framework omits any optional id, and with it the custom ID
// of an image, so that a later replacement would get another ID; and it includes
// the account even if it is the provider's.
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
	if data := s.provider.data; data != nil && state["account_id"].As(&account) == nil && account == data.accountID {
		config["account_id"] = tftypes.NewValue(tftypes.String, nil)
	}
	if req.TypeName == "cloudflare_image" && state["id"].As(&id) == nil && !delivery.IsGeneratedID(id) {
		config["id"] = state["id"]
	}
	generated, err := tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, config))
	if err != nil {
		return nil, err
	}
	resp.Config = &generated
	return resp, nil
}

// objectAttributes decodes an object into its attributes.
func objectAttributes(object *tfprotov6.DynamicValue, of tftypes.Type) (found map[string]tftypes.Value, err error) {
	value, err := object.Unmarshal(of)
	if err != nil {
		return nil, err
	}
	return found, value.As(&found)
}
