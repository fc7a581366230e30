package client

import (
	"context"
	"errors"
)

// maxKeysBytes bounds the answer that lists the signing keys.
const maxKeysBytes = 1 << 20

// SigningKey signs the delivery URLs of private images. Its value is a secret.
//
// https://developers.cloudflare.com/api/resources/images/subresources/v1/subresources/keys/
type SigningKey struct {
	// Name is the key's name, of up to 20 characters; every account has one
	// called "default".
	Name string
	// Value is the secret, to be used as it is.
	Value string
}

// UnmarshalJSON reads one key.
func (k *SigningKey) UnmarshalJSON(data []byte) error {
	err := decodeObject(data,
		member{"name", "a string", (*exactText)(&k.Name)},
		member{"value", "a string", &k.Value},
	)
	if err != nil {
		return err
	}
	if k.Name == "" || k.Value == "" {
		return errors.New("want a name and a value, got one that is missing or empty")
	}
	return nil
}

type keyList struct{ keys []SigningKey }

func (l *keyList) UnmarshalJSON(data []byte) error {
	if err := decodeObject(data, member{"keys", "an array of keys", &l.keys}); err != nil {
		return err
	}
	if l.keys == nil {
		return errors.New("keys: want an array of keys, got nothing")
	}
	return nil
}

// ListSigningKeys reads the signing keys of an account. Every error is an
// *Error, and quotes nothing of an answer that may hold a key.
func (c *Client) ListSigningKeys(ctx context.Context, accountID string) ([]SigningKey, []Message, error) {
	r := newRead(maxKeysBytes, "accounts", accountID, "images", "v1", "keys")
	r.secret = true
	list, messages, err := read(ctx, c, r, keyList{})
	return list.keys, messages, err
}
