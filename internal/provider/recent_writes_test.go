package provider

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// unreadable is private state that can't be read.
type unreadable struct{ privateMap }

func (unreadable) GetKey(context.Context, string) ([]byte, diag.Diagnostics) {
	return nil, diag.Diagnostics{diag.NewErrorDiagnostic("Unreadable", "It is not there.")}
}

// Writes of the last two minutes are remembered, even if the clock of the
// machine that wrote them differs, and older ones aren't.
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
		"created and changed": {
			kept:    recentWrites{at(119*time.Second, ""), at(time.Second, `{"a":1}`)},
			changed: true,
			made:    true,
		},
		"long ago":         {kept: recentWrites{at(2*time.Minute, ""), at(time.Second, `{"a":2}`)}},
		"two minutes ago":  {kept: recentWrites{at(2*time.Minute, `{"a":1}`)}},
		"by a fast clock":  {kept: recentWrites{at(-119*time.Second, `{"a":1}`)}, changed: true},
		"by a wrong clock": {kept: recentWrites{at(-time.Hour, `{"a":1}`)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			private := privateMap{}
			test.kept.save(t.Context(), private)
			read, _ := readRecentWrites(t.Context(), private, now)
			changed, made := read.isStale(json.RawMessage(`{"a":1}`)), read.justCreated()
			if changed != test.changed {
				t.Errorf("stale: got %t, want %t", changed, test.changed)
			}
			if made != test.made {
				t.Errorf("created: got %t, want %t", made, test.made)
			}
			if read.isStale(json.RawMessage(`{"a":3}`)) {
				t.Error("other options count as stale")
			}
		})
	}
	if _, diags := readRecentWrites(t.Context(), unreadable{}, now); !diags.HasError() {
		t.Errorf("unreadable private state: got %v, want an error", diags)
	}
	other, diags := readRecentWrites(t.Context(), privateMap{recentWritesKey: []byte(`{"at":5}`)}, now)
	if other != nil || diags.HasError() {
		t.Errorf("of another version: got %v, %v", other, diags)
	}
}
