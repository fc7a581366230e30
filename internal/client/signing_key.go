package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// maxKeysBytes bounds the answer that lists the signing keys.
const maxKeysBytes = 1 << 20

// SigningKey signs the delivery URLs of private images. Its value is a secret.
//
// https://developers.cloudflare.com/api/resources/images/subresources/v1/subresources/keys/
type SigningKey struct {
	// Name is the key's name, of up to 20 characters; an account has one
	// called "default" until it is deleted.
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

// madeKey is the answer to a request for a key: all of them, and so that one.
type madeKey struct {
	keyList

	name string
}

func (m *madeKey) UnmarshalJSON(data []byte) error {
	if err := m.keyList.UnmarshalJSON(data); err != nil {
		return err
	}
	if !hasKey(m.keys, m.name) {
		return fmt.Errorf("keys: %q is not among them", m.name)
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

// HasSigningKey is whether an account has a key of this name. Every error is an
// *Error.
func (c *Client) HasSigningKey(ctx context.Context, accountID, name string) (bool, []Message, error) {
	keys, messages, err := c.ListSigningKeys(ctx, accountID)
	return hasKey(keys, name), messages, err
}

// CreateSigningKey makes a key. It looks first, as the API would give a new
// value to a key that exists, and no URL that the old one has signed would work
// any more. Where the answer is lost, it looks again. One key is made after the
// other, so that none is made between a look and its request. Every error is an
// *Error.
func (c *Client) CreateSigningKey(ctx context.Context, accountID, name string) ([]Message, error) {
	c.makingKey.Lock()
	defer c.makingKey.Unlock()
	r := keyRequest(http.MethodPut, accountID, name)
	exists, _, err := c.HasSigningKey(ctx, accountID, name)
	if err != nil {
		return nil, err
	}
	if exists {
		return nil, r.failure(Exists, errors.New("not sent, as the account has a key of this name"))
	}
	messages, err := c.do(ctx, r, &madeKey{name: name})
	if e, ok := errors.AsType[*Error](err); ok && e.MayBeDone && ctx.Err() == nil {
		if exists, messages, lost := c.HasSigningKey(ctx, accountID, name); lost == nil && exists {
			return messages, nil
		}
	}
	return messages, err
}

// DeleteSigningKey removes a key: no URL that it has signed works any more. One
// that is gone already is no error. Every error is an *Error.
func (c *Client) DeleteSigningKey(ctx context.Context, accountID, name string) ([]Message, error) {
	r := keyRequest(http.MethodDelete, accountID, name)
	r.repeat = always
	messages, err := c.do(ctx, r, nil)
	if errors.Is(err, NotFound) {
		return nil, nil
	}
	return messages, err
}

// keyRequest has no body, and so no Content-Type: with one, the API takes it
// for the upload of an image.
func keyRequest(method, accountID, name string) request {
	r := newWrite(method, nil, unlessStored, maxKeysBytes, "accounts", accountID, "images", "v1", "keys", name)
	r.secret = true
	return r
}

func hasKey(keys []SigningKey, name string) bool {
	return slices.ContainsFunc(keys, func(key SigningKey) bool { return key.Name == name })
}
