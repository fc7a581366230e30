package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// recentWrite is a write that a resource records in its private state: reads
// may be stale for a while.
type recentWrite struct {
	At     time.Time       `json:"at"`
	Before json.RawMessage `json:"before,omitempty"` // absent for a create and for a delete
	// Deleted reports whether it was a delete with an ambiguous outcome.
	Deleted bool `json:"deleted,omitempty"`
	// Version is that of a signing key that may have been deleted; empty if unknown.
	Version string `json:"version,omitempty"`
}

// recentWrites are the writes that stale reads may not show.
type recentWrites []recentWrite

// recentWritesKey is their key in the private state.
const recentWritesKey = "own_writes"

// staleReadWindow is how long reads may be stale after a write.
const staleReadWindow = 2 * time.Minute

// deleteWindow is how long plans for an object are rejected after an ambiguous
// delete: staleReadWindow, and the time from a read to the end of its plan.
const deleteWindow = staleReadWindow + time.Minute

// privateState is the private state of a resource.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// save stores the writes in the private state.
func (w recentWrites) save(ctx context.Context, private privateState) diag.Diagnostics {
	text, err := json.Marshal(w)
	if err != nil {
		panic(fmt.Sprintf("recentWrites: %s", err)) // times and JSON can always be encoded
	}
	return private.SetKey(ctx, recentWritesKey, text)
}

// readRecentWrites returns the writes that are still recent, and all ambiguous
// deletes. The clock of the machine that saved them may be ahead.
func readRecentWrites(
	ctx context.Context, private privateState, now time.Time,
) (w recentWrites, diags diag.Diagnostics) {
	text, diags := private.GetKey(ctx, recentWritesKey)
	if len(text) > 0 && json.Unmarshal(text, &w) != nil {
		w = nil // written by another version of the provider; only relevant for minutes
	}
	return slices.DeleteFunc(w, func(one recentWrite) bool {
		return !one.Deleted && now.Sub(one.At).Abs() >= staleReadWindow
	}), diags
}

// justCreated reports whether one of them created the object, so that it may not
// be found yet.
func (w recentWrites) justCreated() bool {
	return slices.ContainsFunc(w, func(one recentWrite) bool { return one.Before == nil && !one.Deleted })
}

// createdKey is the key of the creation time in the private state.
const createdKey = "created"

// saveCreated records that an object was created now. earlier are the writes to one
// that was deleted before: stale reads may still return its values.
func saveCreated(ctx context.Context, private privateState, earlier recentWrites) diag.Diagnostics {
	diags := append(earlier, recentWrite{At: time.Now()}).save(ctx, private)
	diags.Append(private.SetKey(ctx, createdKey, fmt.Appendf(nil, "%q", time.Now().UTC().Format(time.RFC3339Nano)))...)
	return diags
}

// deletedWrites are the writes to objects that this process deletes, in case it
// creates them again.
type deletedWrites struct{ byObject sync.Map }

func (d *deletedWrites) add(op operation, writes recentWrites) {
	d.byObject.Store(op.accountID+"/"+op.id, writes)
}

// take removes and returns the writes to an object.
func (d *deletedWrites) take(op operation) recentWrites {
	writes, _ := d.byObject.LoadAndDelete(op.accountID + "/" + op.id)
	found, _ := writes.(recentWrites)
	return found
}

// readCreated returns when an object was created, or the zero time if that is
// unknown, as after an import.
func readCreated(ctx context.Context, private privateState) (created time.Time, diags diag.Diagnostics) {
	encoded, diags := private.GetKey(ctx, createdKey)
	if len(encoded) > 0 && json.Unmarshal(encoded, &created) != nil {
		created = time.Time{}
	}
	return created, diags
}

// mayHaveDeleted reports whether one of them is an ambiguous delete.
func (w recentWrites) mayHaveDeleted() bool {
	return slices.ContainsFunc(w, func(one recentWrite) bool { return one.Deleted })
}

// mayHideDelete reports whether one of them is an ambiguous delete that reads
// may not show yet.
func (w recentWrites) mayHideDelete(now time.Time) bool {
	return slices.ContainsFunc(w, func(one recentWrite) bool {
		return one.Deleted && now.Sub(one.At).Abs() < deleteWindow
	})
}

// withoutDeletes returns the other writes, once a read has shown that an
// ambiguous delete was not applied.
func (w recentWrites) withoutDeletes() recentWrites {
	return slices.DeleteFunc(slices.Clone(w), func(one recentWrite) bool { return one.Deleted })
}

// clearDeletes removes ambiguous deletes, once a write has shown that the object exists.
func clearDeletes(ctx context.Context, private privateState) diag.Diagnostics {
	written, diags := readRecentWrites(ctx, private, time.Now())
	diags.Append(written.withoutDeletes().save(ctx, private)...)
	return diags
}

// isStale reports whether a read returned the value from before a recent
// write.
func (w recentWrites) isStale(read json.RawMessage) bool {
	return slices.ContainsFunc(w, func(one recentWrite) bool { return bytes.Equal(one.Before, read) })
}

// deletes reports whether one of them is an ambiguous delete of this version of a
// signing key, or of an unknown one.
func (w recentWrites) deletes(version string) bool {
	return slices.ContainsFunc(w, func(one recentWrite) bool {
		return one.Deleted && (one.Version == "" || one.Version == version)
	})
}

// foreignObject returns the warning about a variant or key under the name of one
// that an ambiguous delete may have deleted. different is what differs.
func foreignObject(op operation, different string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Cloudflare "+op.String()+" is not the "+op.object.name+" in state",
		"Import the "+op.object.name+" that now has this name, with the block below, if it is yours; otherwise choose another name. "+
			"The request to delete the one in state got no response, and the existing one has another "+different+": "+
			"somebody else may have created it since. "+
			"It is left untouched, and the resource is removed from state."+importBlock(op.object.resource, op.accountID, op.id))
}

// deletedVersion returns the version of the signing key that one of them may have
// deleted; empty if there is none or it is unknown.
func (w recentWrites) deletedVersion() string {
	at := slices.IndexFunc(w, func(one recentWrite) bool { return one.Version != "" })
	if at < 0 {
		return ""
	}
	return w[at].Version
}

// addAmbiguousDelete saves a delete if it may have been applied. version is that
// of a signing key; empty if unknown, and for other objects.
func addAmbiguousDelete(ctx context.Context, err error, version string, private privateState) diag.Diagnostics {
	if !isAmbiguous(err) {
		return nil
	}
	written, diags := readRecentWrites(ctx, private, time.Now())
	diags.Append(append(written, recentWrite{At: time.Now(), Deleted: true, Version: version}).save(ctx, private)...)
	return diags
}

// isAmbiguous reports whether a failed write may have been applied.
func isAmbiguous(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	return ok && e.MaybeApplied
}

// notYetFound returns the warning about a recently created object that isn't
// found, because it may not be visible yet.
func notYetFound(op operation) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Cloudflare "+op.String()+" not found yet",
		"Plan again in a few minutes: it was created recently, and a new "+op.object.name+
			" may take several minutes to become visible everywhere. "+
			"It stays in state; if it has been deleted since, that plan detects it.")
}

// checkDeleted rejects the plan of an object that a recent request may have
// deleted, because reads may be stale.
func checkDeleted(ctx context.Context, private privateState, op operation, diags *diag.Diagnostics) {
	written, failed := readRecentWrites(ctx, private, time.Now())
	diags.Append(failed...)
	if written.mayHideDelete(time.Now()) {
		diags.AddError("Cloudflare "+op.String()+" may have been deleted",
			"Plan again in three minutes, or destroy it, which works immediately: "+
				"a request to delete it got no response less than three minutes ago, and reads may be stale for that long.")
	}
}
