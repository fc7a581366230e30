package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// server is the framework's, but for writes, which hold a lock, and for what a
// data source reads: that goes to the engine as writeModel packs it. On its way
// through the framework it would be copied, compared with the configuration and converted, four times in all, for
// the sake of types with an equality of their own and of blocks, which no data
// source here has. A hundred thousand images took 2.2 GB for it, and 0.4 GB now.
type server struct {
	frameworkServer

	provider *cloudflareProvider
	schemas  func() (*tfprotov6.GetProviderSchemaResponse, error) // made once: it takes a millisecond
}

// frameworkServer is all that the framework serves.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
}

// newServer serves a provider.
func newServer(p *cloudflareProvider) tfprotov6.ProviderServer {
	framework, ok := providerserver.NewProtocol6(p)().(frameworkServer)
	if !ok {
		panic("newServer: the framework does not list resources any more")
	}
	return server{framework, p, sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
		return framework.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	})}
}

// straightState is the key of the context under which writeModel finds where to
// put a state.
type straightState struct{}

// ApplyResourceChange is the framework's. It holds the lock of the writes.
func (s server) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	s.provider.writes.RLock()
	defer s.provider.writes.RUnlock()
	return s.frameworkServer.ApplyResourceChange(ctx, req)
}

// ReadDataSource reads by the framework, and answers with what writeModel left.
func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	var state wireValue
	resp, err := s.frameworkServer.ReadDataSource(context.WithValue(ctx, straightState{}, &state), req)
	if err == nil && state != nil {
		resp.State = &tfprotov6.DynamicValue{MsgPack: state}
	}
	return resp, err
}
