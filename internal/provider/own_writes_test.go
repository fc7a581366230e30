package provider

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// keptPrivately is what a resource keeps beside its state.
type keptPrivately map[string][]byte

func (k keptPrivately) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return k[key], nil
}

func (k keptPrivately) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	k[key] = value
	return nil
}

// unreadable is what is kept where it cannot be read.
type unreadable struct{ keptPrivately }

func (unreadable) GetKey(context.Context, string) ([]byte, diag.Diagnostics) {
	return nil, diag.Diagnostics{diag.NewErrorDiagnostic("Unreadable", "It is not there.")}
}

// Writes of the last two minutes are remembered, also where the clock of the
// machine that made them differs, and nothing else that is kept.
func TestOwnWrites(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 2, 9, 15, 0, 0, time.UTC)
	at := func(ago time.Duration, before string) ownWrite {
		return ownWrite{At: now.Add(-ago), Before: json.RawMessage(before)}
	}
	tests := map[string]struct {
		kept          ownWrites
		changed, made bool
	}{
		"none":             {nil, false, false},
		"made":             {ownWrites{at(time.Minute, "")}, false, true},
		"changed":          {ownWrites{at(time.Minute, `{"a":1}`)}, true, false},
		"changed twice":    {ownWrites{at(time.Minute, `{"a":1}`), at(time.Second, `{"a":2}`)}, true, false},
		"made and changed": {ownWrites{at(119*time.Second, ""), at(time.Second, `{"a":1}`)}, true, true},
		"long ago":         {ownWrites{at(2*time.Minute, ""), at(time.Second, `{"a":2}`)}, false, false},
		"two minutes ago":  {ownWrites{at(2*time.Minute, `{"a":1}`)}, false, false},
		"by a clock ahead": {ownWrites{at(-119*time.Second, `{"a":1}`)}, true, false},
		"by a wrong clock": {ownWrites{at(-time.Hour, `{"a":1}`)}, false, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			private := keptPrivately{}
			test.kept.keep(t.Context(), private)
			read, _ := readOwnWrites(t.Context(), private, now)
			changed, made := read.haveChanged(json.RawMessage(`{"a":1}`)), read.haveMade()
			if changed != test.changed || made != test.made || read.haveChanged(json.RawMessage(`{"a":3}`)) {
				t.Errorf("changed: got %t, want %t; made: got %t, want %t", changed, test.changed, made, test.made)
			}
		})
	}
	if _, diags := readOwnWrites(t.Context(), unreadable{}, now); !diags.HasError() {
		t.Errorf("what cannot be read is no error: %v", diags)
	}
	other, diags := readOwnWrites(t.Context(), keptPrivately{ownWritesKey: []byte(`{"at":5}`)}, now)
	if other != nil || diags.HasError() {
		t.Errorf("another version's: got %v, %v", other, diags)
	}
}
