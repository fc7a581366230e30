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

// SigningKey is the value of the key "default" that the account begins with.
// It is no one's.
const SigningKey = "fake-api-signing-key"

// The answer that lists the signing keys that the account begins with.
//
//go:embed keys.json
var keysResponse string

const maxKeys = 2

var keyName = regexp.MustCompile(`^[a-zA-Z0-9]{1,20}$`)

// signingKey is written as the API writes it.
type signingKey struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// keyring is the account's signing keys, in the order in which they were made.
type keyring struct {
	keys     []signingKey
	response string // to the list, where nothing was changed yet
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

// put makes a key, or gives the one of this name a new value.
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

// remove takes a key away. There is always one: instead of the last, there is
// a new one called "default".
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

// putKey makes a key or rotates one. A request that has one of two headers
// reaches the upload instead.
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
	if s.keys.index(name) < 0 {
		return s.reject(r, noSuchKey)
	}
	s.keys.remove(name)
	return s.keys.list()
}
