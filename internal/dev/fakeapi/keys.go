package fakeapi

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// SigningKey is the value of the initial key "default". It is a fake.
const SigningKey = "fake-api-signing-key"

// The response that lists the initial signing keys.
//
//go:embed keys.json
var keysResponse string

const maxKeys = 2

var keyName = regexp.MustCompile(`^[a-zA-Z0-9]{1,20}$`)

// signingKey has the JSON form of the API.
type signingKey struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// keyring holds the account's signing keys in the order of their creation.
type keyring struct {
	keys     []signingKey
	response string // of the listing, while nothing has changed
	created  int
}

func newKeyring() keyring {
	var list struct {
		Result struct {
			Keys []signingKey `json:"keys"`
		} `json:"result"`
	}
	if err := json.Unmarshal([]byte(keysResponse), &list); err != nil {
		panic(err)
	}
	return keyring{keys: list.Result.Keys, response: keysResponse}
}

func (k *keyring) index(name string) int {
	return slices.IndexFunc(k.keys, func(key signingKey) bool { return key.Name == name })
}

// put creates a key, or rotates the one with this name.
func (k *keyring) put(name string) {
	k.created++
	k.response = ""
	key := signingKey{name, fmt.Sprintf("not-a-real-key-%d", k.created)}
	if i := k.index(name); i >= 0 {
		k.keys[i] = key
		return
	}
	k.keys = append(k.keys, key)
}

// remove deletes a key. There is always one: the last is replaced by a new one
// called "default".
func (k *keyring) remove(name string) {
	k.response = ""
	k.keys = slices.DeleteFunc(k.keys, func(key signingKey) bool { return key.Name == name })
	if len(k.keys) == 0 {
		k.put("default")
	}
}

func (k *keyring) list() response {
	if k.response != "" {
		return jsonResponse(http.StatusOK, k.response)
	}
	keys := make([]string, len(k.keys))
	for i, key := range k.keys {
		keys[i] = `{"name":` + quoted(key.Name) + `,"value":` + quoted(key.Value) + `}`
	}
	return success(`{"keys":[` + strings.Join(keys, ",") + `]}`)
}

func (s *Server) listKeys(*http.Request, string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.visibleKeys(s.moment())
}

// putKey creates or rotates a key. A request with one of two headers is routed
// to the upload instead.
func (s *Server) putKey(r *http.Request, name string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.Header["Content-Type"] != nil || r.Header["Api-Version"] != nil:
		return s.reject(r, notAForm)
	case !keyName.MatchString(name):
		return s.reject(r, badRequest)
	case s.keys.index(name) < 0 && len(s.keys.keys) >= maxKeys:
		return s.reject(r, limitIsReached)
	}
	s.keys.put(name)
	return s.keys.list()
}

func (s *Server) deleteKey(r *http.Request, name string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.keys.index(name) < 0:
		return s.reject(r, noSuchKey)
	case s.assumptions.keepLastKey && len(s.keys.keys) == 1:
		return s.reject(r, badRequest) // the real code is unknown
	}
	s.keys.remove(name)
	return s.keys.list()
}
