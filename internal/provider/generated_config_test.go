package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// An engine that asks for the configuration of an import gets the custom ID of
// an image, and an account only where it is not the provider's.
func TestGenerateResourceConfig(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ account, id, wantAccount, wantID string }{
		"custom ID":       {account: fakeapi.AccountID, id: "brand/logo", wantID: "brand/logo"},
		"generated ID":    {account: fakeapi.AccountID, id: "083eb7b2-5392-4565-b69e-aff66acddd00"},
		"another account": {account: otherAccount, id: "brand/logo", wantAccount: otherAccount, wantID: "brand/logo"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ours := newServer(newWithEnvironment("test", environment(map[string]string{"CLOUDFLARE_ACCOUNT_ID": fakeapi.AccountID})))
			schemas := configuredServer(t, ours)
			if !schemas.ServerCapabilities.GenerateResourceConfig {
				t.Error("the engine is not told to ask")
			}
			schema := schemas.ResourceSchemas["cloudflare_image"]
			state := dynamic(t, schema, map[string]any{"account_id": test.account, "id": test.id, "filename": "logo.png"})
			resp, err := ours.GenerateResourceConfig(t.Context(),
				&tfprotov6.GenerateResourceConfigRequest{TypeName: "cloudflare_image", State: state})
			if err != nil {
				t.Fatal(err)
			}
			config, err := objectAttributes(resp.Config, schema.ValueType())
			if err != nil {
				t.Fatal(err)
			}
			for attribute, want := range map[string]string{"account_id": test.wantAccount, "id": test.wantID, "filename": ""} {
				var got *string
				if err := config[attribute].As(&got); err != nil {
					t.Fatal(err)
				}
				if (got == nil) != (want == "") || got != nil && *got != want {
					t.Errorf("%s: got %v, want %q", attribute, config[attribute], want)
				}
			}
		})
	}
}

// A state that cannot be read gives an error and no configuration, and brings
// nothing down.
func TestGenerateResourceConfigOfNoState(t *testing.T) {
	t.Parallel()
	ours := newServer(newWithEnvironment("test", environment(nil)))
	resp, err := ours.GenerateResourceConfig(t.Context(), &tfprotov6.GenerateResourceConfigRequest{
		TypeName: "cloudflare_image", State: &tfprotov6.DynamicValue{MsgPack: []byte("no state")},
	})
	if err != nil || len(resp.Diagnostics) == 0 || resp.Config != nil {
		t.Errorf("got %+v, %v", resp, err)
	}
}
