package provider

import (
	"fmt"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// operation is a request to the API: what to do with which object, or
// listing, of which account.
type operation struct {
	action    action
	object    objectType
	id        string // empty for a listing, and where the API gives one only later
	attribute string // that names the object; empty for a listing
	accountID string
}

// String is the subject's name, such as: image "brand/logo".
func (op operation) String() string {
	if op.id == "" {
		return op.object.name
	}
	return fmt.Sprintf("%s %q", op.object.name, op.id)
}

// action is what is done to a subject. A read that is part of a write has the
// action of the write, as something may have been changed before it.
type action int

// The verbs.
const (
	actionRead action = iota
	actionCreate
	actionUpdate
	actionDelete
)

// actions are the verbs in words.
var actions = [...]struct {
	done       string
	access     string // what the credentials may not do, before the account
	permission string // that a token needs for it
	unsure     string // how to find out whether it was done, where that matters
}{
	actionRead: {done: "read", access: "read from", permission: "Images Read"},
	actionCreate: {
		done: "created", access: "write to", permission: "Images Write",
		unsure: "It is not known whether the {noun} was created.{uncertain} " +
			"If the next apply reports that it exists, and it is yours, import it.",
	},
	actionUpdate: {
		done: "changed", access: "write to", permission: "Images Write",
		unsure: "It is not known whether the {noun} was changed. The next plan reads it again, and shows what is left to do.",
	},
	actionDelete: {
		done: "deleted", access: "write to", permission: "Images Write",
		unsure: "It is not known whether the {noun} was deleted. Destroy it again at once, or plan again in three minutes: " +
			"reads may be stale until then.",
	},
}

// objectType is what a subject is.
type objectType struct {
	name         string // in the singular; of a listing, in the plural
	key          string // what tells one from another; empty for a listing
	code         int    // how the API itself says that there is no such thing
	notFoundHint string // what to know of a new one that is not found: a space and a sentence
	resource     string // the type that manages it
	// uncertain is what to do after a create whose outcome is unknown: a space
	// and a sentence.
	uncertain string
}

// The nouns.
var (
	objectImage = objectType{
		"image", "ID", client.CodeNotFound, " A new image can take minutes until every part of Cloudflare knows it.",
		"cloudflare_image", "",
	}
	objectVariant = objectType{
		"image variant", "name", client.CodeNoVariant, " A new variant can take minutes until every part of Cloudflare knows it.",
		"cloudflare_image_variant", "",
	}
	objectSigningKey = objectType{
		"image signing key", "name", client.CodeNotFound, "", "cloudflare_image_signing_key",
		" It was not sent again, since that would give an existing key a new value. Apply again in some minutes: " +
			"the keys are listed first, and the key is created if it is not among them.",
	}
	objectImages      = objectType{name: "images"}
	objectVariants    = objectType{name: "image variants"}
	objectSigningKeys = objectType{name: "image signing keys"}
	objectStats       = objectType{name: "images stats"}
)

// taintedHint ends the error about an object that was created, but differs
// from the plan.
const taintedHint = " As it is new, the next plan replaces it, unless terraform untaint lets it be."
