package client

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// maxKeysBytes is the largest response that lists signing keys.
const maxKeysBytes = 1 << 20

// SigningKey signs the delivery URLs of private images. Its value is a secret.
//
// https://developers.cloudflare.com/api/resources/images/subresources/v1/subresources/keys/
type SigningKey struct {
	// Name has up to 20 characters. New accounts have a key named "default".
	Name string
	// Value is the secret.
	Value string
}

// UnmarshalJSON decodes one key.
func (k *SigningKey) UnmarshalJSON(data []byte) error {
	err := strictjson.Decode(data,
		strictjson.Key("name", "a string", (*strictjson.String)(&k.Name)),
		strictjson.Key("value", "a string", &k.Value),
	)
	if err == nil && (k.Name == "" || k.Value == "") {
		err = errors.New("name or value is missing or empty")
	}
	return err
}

// keyList decodes the signing keys of an account, which must include the one
// with the name, unless that is empty.
type keyList struct {
	keys []SigningKey
	name string
}

func (l *keyList) UnmarshalJSON(data []byte) error {
	err := strictjson.Decode(data, strictjson.Key("keys", "an array of keys", &l.keys))
	switch {
	case err == nil && l.keys == nil:
		return errors.New("keys: expected an array of keys, got nothing")
	case err == nil && l.name != "" && valueOf(l.keys, l.name) == "":
		return fmt.Errorf("keys: missing %q", l.name)
	}
	return err
}

// ListSigningKeys reads the signing keys of an account. While the listing lacks
// one that this client created recently, it is read again, within the retry
// budget. Every error is an *Error, and doesn't quote the response, which may
// contain a key.
func (c *Client) ListSigningKeys(ctx context.Context, accountID string) ([]SigningKey, []Message, error) {
	isMissing := func(keys []SigningKey, name string, _ *Image) bool { return valueOf(keys, name) == "" }
	return awaitListed(ctx, c, accountID, keyKind, isMissing, c.listSigningKeys)
}

func (c *Client) listSigningKeys(ctx context.Context, accountID string) ([]SigningKey, []Message, error) {
	r := newGet(maxKeysBytes, "accounts", accountID, "images", "v1", "keys")
	r.sensitive = true
	list, messages, err := read(ctx, c, r, keyList{})
	return list.keys, messages, err
}

// GetSigningKeyVersion returns a version of a key that changes with its value, but
// doesn't reveal it, or "" if the account has no key with this name. Every error
// is an *Error.
func (c *Client) GetSigningKeyVersion(ctx context.Context, accountID, name string) (string, []Message, error) {
	keys, messages, err := c.ListSigningKeys(ctx, accountID)
	return versionOf(valueOf(keys, name)), messages, err
}

// CreateSigningKey creates a key. It lists the keys before each attempt, since
// the API would replace the value of an existing key, and break every URL
// signed with the old one. If the value of the listed key is that of the key
// that this client has deleted, the listing is stale, and is ignored. If the
// outcome is unknown, the request isn't sent again, and no listing is trusted:
// it may show a key that was deleted before, or one that somebody else has
// created. Every error is an *Error.
func (c *Client) CreateSigningKey(ctx context.Context, accountID, name string) (messages []Message, err error) {
	r := keyRequest(http.MethodPut, accountID, name)
	err = c.create(ctx, r, objectKey{accountID, keyKind, name}, func(o *trackedObject) (bool, error) {
		r.precondition = func(ctx context.Context) error {
			keys, _, err := c.listSigningKeys(ctx, accountID)
			if value := valueOf(keys, name); err == nil && value != "" && value != o.deletedVersion {
				return r.newError(Exists, errors.New("not sent: the account has a key with this name"))
			}
			return err
		}
		messages, err = c.do(ctx, r, &keyList{name: name})
		if err == nil {
			c.objects.setCreated(o, nil)
		}
		return false, err
	})
	return messages, err
}

// DeleteSigningKey deletes a key, and breaks every URL signed with it. A
// missing key is not an error. created has the same meaning as in
// DeleteVariant. version is that of the key to delete, as in
// GetSigningKeyVersion, or "" if unknown: the key that is listed. If another one
// is listed, the error is Replaced. deleted is the version of the key to delete.
// Every error is an *Error.
func (c *Client) DeleteSigningKey(
	ctx context.Context, accountID, name string, created time.Time, version string,
) (deleted string, messages []Message, err error) {
	r := keyRequest(http.MethodDelete, accountID, name)
	messages, err = c.withLock(r, objectKey{accountID, keyKind, name}, func(o *trackedObject) ([]Message, error) {
		if o.isOlder(created) {
			return nil, nil
		}
		var last string
		r.precondition = func(ctx context.Context) error {
			keys, _, err := c.listSigningKeys(ctx, accountID)
			last = valueOf(keys, name)
			deleted = cmp.Or(version, versionOf(last))
			switch {
			case err == nil && last == "" && version != "" && !isRecent(created):
				return NotFound
			case last != "" && versionOf(last) != deleted:
				return r.newError(Replaced, errors.New("not sent: the key with this name has another value"))
			}
			return err
		}
		return c.delete(ctx, r, o, &last, func(ctx context.Context) error {
			keys, _, err := c.listSigningKeys(ctx, accountID)
			value := valueOf(keys, name)
			switch {
			case err != nil:
				return err
			case value != "" && value != last && (last == "" || isRecent(created)):
				return Exists // somebody else's key, or a stale listing
			case last != "" && value != last && !isRecent(created):
				return NotFound
			}
			return nil
		})
	})
	return deleted, messages, err
}

// keyRequest returns a request without a Content-Type, since the API treats a
// request with one as the upload of an image.
func keyRequest(method, accountID, name string) request {
	r := newMutation(method, nil, false, maxKeysBytes, "accounts", accountID, "images", "v1", "keys", name)
	r.sensitive = true
	return r
}

// valueOf returns the value of the key with a name, or "".
func valueOf(keys []SigningKey, name string) string {
	at := slices.IndexFunc(keys, func(key SigningKey) bool { return key.Name == name })
	if at < 0 {
		return ""
	}
	return keys[at].Value
}

// versionOf returns the version of a key with a value, or "" for "".
func versionOf(value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf("%.8x", sha256.Sum256([]byte(value)))
}
