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
func TestRecentWrites(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 2, 9, 15, 0, 0, time.UTC)
	at := func(ago time.Duration, before string) recentWrite {
		return recentWrite{At: now.Add(-ago), Before: json.RawMessage(before)}
	}
	tests := map[string]struct {
		kept          recentWrites
		changed, made bool
	}{
		"none":          {},
		"made":          {kept: recentWrites{at(time.Minute, "")}, made: true},
		"changed":       {kept: recentWrites{at(time.Minute, `{"a":1}`)}, changed: true},
		"changed twice": {kept: recentWrites{at(time.Minute, `{"a":1}`), at(time.Second, `{"a":2}`)}, changed: true},
		"made and changed": {
			kept:    recentWrites{at(119*time.Second, ""), at(time.Second, `{"a":1}`)},
			changed: true,
			made:    true,
		},
		"long ago":         {kept: recentWrites{at(2*time.Minute, ""), at(time.Second, `{"a":2}`)}},
		"two minutes ago":  {kept: recentWrites{at(2*time.Minute, `{"a":1}`)}},
		"by a clock ahead": {kept: recentWrites{at(-119*time.Second, `{"a":1}`)}, changed: true},
		"by a wrong clock": {kept: recentWrites{at(-time.Hour, `{"a":1}`)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			private := keptPrivately{}
			test.kept.save(t.Context(), private)
			read, _ := readRecentWrites(t.Context(), private, now)
			changed, made := read.isStale(json.RawMessage(`{"a":1}`)), read.justCreated()
			if changed != test.changed || made != test.made || read.isStale(json.RawMessage(`{"a":3}`)) {
				t.Errorf("changed: got %t, want %t; made: got %t, want %t", changed, test.changed, made, test.made)
			}
		})
	}
	if _, diags := readRecentWrites(t.Context(), unreadable{}, now); !diags.HasError() {
		t.Errorf("what cannot be read is no error: %v", diags)
	}
	other, diags := readRecentWrites(t.Context(), keptPrivately{recentWritesKey: []byte(`{"at":5}`)}, now)
	if other != nil || diags.HasError() {
		t.Errorf("another version's: got %v, %v", other, diags)
	}
}
