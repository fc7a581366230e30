package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// ownWrite is what a resource keeps, beside its state, of a write of its own:
// the API may answer for a while with what was there before.
type ownWrite struct {
	At     time.Time       `json:"at"`
	Before json.RawMessage `json:"before,omitempty"` // absent where the object was made
}

// ownWrites are those that answers may still lag behind.
type ownWrites []ownWrite

// ownWritesKey is where they are kept.
const ownWritesKey = "own_writes"

// lagging is how long the API is known to answer with what was there before.
const lagging = 2 * time.Minute

// privateState is what is kept beside a state.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// keep writes them down.
func (w ownWrites) keep(ctx context.Context, private privateState) diag.Diagnostics {
	text, err := json.Marshal(w)
	if err != nil {
		panic(fmt.Sprintf("ownWrites: %s", err)) // times and JSON always fit
	}
	return private.SetKey(ctx, ownWritesKey, text)
}

// readOwnWrites is those that are recent. The clock of the machine that wrote
// may be ahead of this one's.
func readOwnWrites(ctx context.Context, private privateState, now time.Time) (w ownWrites, diags diag.Diagnostics) {
	text, diags := private.GetKey(ctx, ownWritesKey)
	if len(text) > 0 && json.Unmarshal(text, &w) != nil {
		w = nil // by another version of the provider; it matters for minutes only
	}
	return slices.DeleteFunc(w, func(one ownWrite) bool { return now.Sub(one.At).Abs() >= lagging }), diags
}

// haveMade is whether the latest of them made the object, so that it may not be
// found yet; one that was changed since was found.
func (w ownWrites) haveMade() bool {
	return len(w) > 0 && w[len(w)-1].Before == nil
}

// haveChanged is whether what was read is what one of them has changed.
func (w ownWrites) haveChanged(read json.RawMessage) bool {
	return slices.ContainsFunc(w, func(one ownWrite) bool { return bytes.Equal(one.Before, read) })
}
