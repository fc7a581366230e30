package provider

import (
	"fmt"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// operation is an action on an object of an account, or a listing of the
// account's objects. Diagnostics describe it.
type operation struct {
	action    action
	object    objectType
	id        string // empty for a listing, and for an image without a custom ID before it is created
	attribute string // the attribute of the ID; empty for a listing
	accountID string
}

// String returns the object, such as: image "brand/logo".
func (op operation) String() string {
	if op.id == "" {
		return op.object.name
	}
	return fmt.Sprintf("%s %q", op.object.name, op.id)
}

// verb returns the action in the infinitive.
func (op operation) verb() string {
	if op.object.isList {
		return "list"
	}
	return actions[op.action].verb
}

// action is a read, create, update or delete. A read that is part of a write
// has the action of the write, because the write may have been applied.
type action int

const (
	actionRead action = iota
	actionCreate
	actionUpdate
	actionDelete
)

// actions are the phrases for each action.
var actions = [...]struct {
	verb           string
	pastTense      string
	access         string // completes: credentials aren't allowed to … in account …
	permission     string // that a token needs
	outcomeUnknown string // what to do if the action may have been applied
}{
	actionRead: {verb: "read", pastTense: "read", access: "read from", permission: "Images Read"},
	actionCreate: {
		verb: "create", pastTense: "created", access: "write to", permission: "Images Write",
		outcomeUnknown: "Apply again in a few minutes: the {object} may have been created.{unretried} " +
			"If the apply reports that it exists, and it is yours, import it with the block below.",
	},
	actionUpdate: {
		verb: "update", pastTense: "updated", access: "write to", permission: "Images Write",
		outcomeUnknown: "Plan again, preferably in three minutes: the {object} may have been updated, and reads may be stale until then.",
	},
	actionDelete: {
		verb: "delete", pastTense: "deleted", access: "write to", permission: "Images Write",
		outcomeUnknown: "Destroy the {object} again now, or plan again in three minutes: " +
			"it may have been deleted, and reads may be stale until then.",
	},
}

// objectType is a type of object, or a listing of objects of a type.
type objectType struct {
	name         string // in the singular; of a listing, in the plural
	key          string // what identifies an object, for messages; empty for a listing
	code         int    // the API's code for an object that doesn't exist
	notFoundHint string // appended to a not-found error; starts with a space
	resource     string // the resource type that manages it
	unretried    string // appended to an ambiguous create that isn't retried; starts with a space
	isList       bool
}

var (
	objectImage = objectType{
		name: "image", key: "ID", code: client.CodeNotFound, resource: "cloudflare_image",
		notFoundHint: " A new image may take several minutes to become visible everywhere.",
	}
	objectVariant = objectType{
		name: "image variant", key: "name", code: client.CodeNoVariant, resource: "cloudflare_image_variant",
		notFoundHint: " A new variant may take several minutes to become visible everywhere.",
	}
	objectSigningKey = objectType{
		name: "image signing key", key: "name", code: client.CodeNotFound, resource: "cloudflare_image_signing_key",
		unretried: " The request wasn't retried, because that would give an existing key a new value. " +
			"The next apply lists the keys first, and creates the key only if it is missing.",
	}
	objectImages      = objectType{name: "images", isList: true}
	objectVariants    = objectType{name: "image variants", isList: true}
	objectSigningKeys = objectType{name: "image signing keys", isList: true}
	objectUsage       = objectType{name: "image usage"}
)

// taintedHint ends the error about an object that was created, but differs
// from the plan.
const taintedHint = " The new object is tainted and will be replaced; run terraform untaint to keep it."
