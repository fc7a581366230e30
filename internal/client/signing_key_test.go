package client

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

func TestListSigningKeys(t *testing.T) {
	t.Parallel()
	got, _, err := start(t, standin.New()).ListSigningKeys(t.Context(), standin.AccountID)
	if err != nil {
		t.Fatal(err)
	}
	want := []SigningKey{{"default", "stand-in-signing-key"}, {"campaign", "stand-in-campaign-key"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

// Whatever is wrong with the answer, no key is in the error.
func TestListSigningKeysErrors(t *testing.T) {
	t.Parallel()
	const key = `{"name":"default","value":"stand-in-signing-key"}`
	tests := map[string]struct{ body, want string }{
		"cut off":           {`{"result":{"keys":[` + key, "not valid JSON"},
		"not a list":        {success(`{"keys":` + key + `}`), "keys: want an array of keys, got an object"},
		"missing":           {success(`{"key":` + key + `}`), "keys: want an array of keys, got nothing"},
		"value is a list":   {success(`{"keys":[{"name":"default","value":["stand-in-signing-key"]}]}`), "value: want a string, got an array"},
		"value is missing":  {success(`{"keys":[{"name":"stand-in-signing-key"}]}`), "want a name and a value"},
		"success is false":  {`{"result":{"keys":[` + key + `]},"success":false}`, "success: false"},
		"not UTF-8":         {success(`{"keys":[`+key+`]}`) + "\xff", "not UTF-8"},
		"compressed badly":  {"", ""},
		"no success at all": {`{"result":{"keys":[` + key + `]}}`, "does not say success"},
	}
	for _, status := range []int{201, 203, 206, 302, 400, 403, 404, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			standIn.Fail("keys", 1, standin.Answer(status, "application/json", success(`{"keys":[`+key+`]}`)))
			_, _, err := start(t, standIn).ListSigningKeys(t.Context(), standin.AccountID)
			if err == nil || strings.Contains(err.Error(), "stand-in") {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("endless", func(t *testing.T) {
		t.Parallel()
		standIn := standin.New()
		standIn.Fail("keys", 1, standin.Answer(200, "application/json", strings.Repeat(key, 1<<16)))
		_, _, err := start(t, standIn).ListSigningKeys(t.Context(), standin.AccountID)
		if err == nil || strings.Contains(err.Error(), "stand-in") || !strings.Contains(err.Error(), "over 1048576 bytes") {
			t.Errorf("got %v", err)
		}
	})
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			handler := standin.Answer(200, "application/json", test.body)
			if test.body == "" {
				handler = standin.Answer(200, "application/json", success(`{"keys":[`+key+`]}`), "Content-Encoding", "gzip")
			}
			standIn.Fail("keys", 1, handler)
			keys, _, err := start(t, standIn).ListSigningKeys(t.Context(), standin.AccountID)
			if keys != nil || !errors.Is(err, WrongAnswer) || !strings.Contains(err.Error(), test.want) ||
				strings.Contains(err.Error(), "stand-in") {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
