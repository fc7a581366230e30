package fakeapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
)

// assumptions select among behaviors of the API for which there is no evidence,
// or contradictory evidence: the open questions of docs/dev/api-notes.md. The
// zero value is the behavior without a switch.
type assumptions struct {
	keepCreator, keepMetadata, newUploadTime, mergeOptions, keepLastKey bool

	sizeLimit  int                         // of a file, in bytes; 0 for maxFileSize
	defaultFit string                      // empty for none
	naming     func(address string) string // nil for the last path segment
}

// assume changes the assumptions.
func (s *Server) assume(change func(*assumptions)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.assumptions)
}

// KeepCreator makes a PATCH with an empty creator keep the creator, instead of
// clearing it.
func (s *Server) KeepCreator(on bool) { s.assume(func(a *assumptions) { a.keepCreator = on }) }

// KeepEmptyMetadata makes a PATCH with empty metadata keep the metadata, instead
// of clearing it.
func (s *Server) KeepEmptyMetadata(on bool) { s.assume(func(a *assumptions) { a.keepMetadata = on }) }

// UploadedAfterPatch gives an image a new upload time with each PATCH.
func (s *Server) UploadedAfterPatch(on bool) { s.assume(func(a *assumptions) { a.newUploadTime = on }) }

// MergeVariantOptions makes a PATCH of a variant keep the options that it leaves
// out.
func (s *Server) MergeVariantOptions(on bool) { s.assume(func(a *assumptions) { a.mergeOptions = on }) }

// KeepLastKey makes the API reject the deletion of the only signing key, instead
// of creating a new "default".
func (s *Server) KeepLastKey(on bool) { s.assume(func(a *assumptions) { a.keepLastKey = on }) }

// FileSizeLimit sets the largest size of an uploaded file, in bytes, up to 11
// MiB; 0 is the default, 10 MiB.
func (s *Server) FileSizeLimit(size int) { s.assume(func(a *assumptions) { a.sizeLimit = size }) }

// DefaultFit sets the fit of variants without one; empty for none.
func (s *Server) DefaultFit(fit string) { s.assume(func(a *assumptions) { a.defaultFit = fit }) }

// URLFilename sets the function that names images uploaded by URL; nil selects
// the last segment of the path.
func (s *Server) URLFilename(naming func(address string) string) {
	s.assume(func(a *assumptions) { a.naming = naming })
}

// RemoveAllKeys removes the signing keys, even the last one.
func (s *Server) RemoveAllKeys() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = keyring{created: s.keys.created}
}

func (s *Server) fileSizeLimit() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.assumptions.sizeLimit, maxFileSize)
}

// options returns the options of a variant after a write, as compact JSON.
func (a *assumptions) options(before, sent string) string {
	if !a.mergeOptions && a.defaultFit == "" {
		return sent
	}
	var old, merged map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal([]byte(before), &old), json.Unmarshal([]byte(sent), &merged)); err != nil {
		panic(err) // they were validated before
	}
	if a.mergeOptions {
		maps.Copy(old, merged)
		merged = old
	}
	if _, given := merged["fit"]; !given && a.defaultFit != "" {
		merged["fit"] = json.RawMessage(quoted(a.defaultFit))
	}
	encoded, err := json.Marshal(merged)
	if err != nil {
		panic(err) // it was decoded before
	}
	return string(encoded)
}
