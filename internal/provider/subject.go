package provider

import (
	"fmt"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// subject is what was asked of the API: what to do with which object, or
// listing, of which account.
type subject struct {
	verb      verb
	noun      noun
	id        string // empty for a listing, and where the API gives one only later
	attribute string // that names the object; empty for a listing
	accountID string
}

// String is the subject's name, such as: image "brand/logo".
func (s subject) String() string {
	if s.id == "" {
		return s.noun.name
	}
	return fmt.Sprintf("%s %q", s.noun.name, s.id)
}

// verb is what is done to a subject. A read that is part of a write has the
// verb of the write, as something may have been changed before it.
type verb int

// The verbs.
const (
	reading verb = iota
	creating
	changing
	deleting
)

// verbs are the verbs in words.
var verbs = [...]struct {
	done       string
	access     string // what the credentials may not do, before the account
	permission string // that a token needs for it
	unsure     string // how to find out whether it was done, where that matters
}{
	reading: {done: "read", access: "read from", permission: "Images Read"},
	creating: {
		done: "created", access: "write to", permission: "Images Write",
		unsure: "It is not known whether the {noun} was created.{uncertain} " +
			"If the next apply reports that it exists, and it is yours, import it.",
	},
	changing: {
		done: "changed", access: "write to", permission: "Images Write",
		unsure: "It is not known whether the {noun} was changed. The next plan reads it again, and shows what is left to do.",
	},
	deleting: {
		done: "deleted", access: "write to", permission: "Images Write",
		unsure: "It is not known whether the {noun} was deleted. Destroy it again at once, or plan again in three minutes: " +
			"reads may be stale until then.",
	},
}

// noun is what a subject is.
type noun struct {
	name     string // in the singular; of a listing, in the plural
	key      string // what tells one from another; empty for a listing
	code     int    // how the API itself says that there is no such thing
	fresh    string // what to know of a new one that is not found: a space and a sentence
	resource string // the type that manages it
	// uncertain is what to do after a create whose outcome is unknown: a space
	// and a sentence.
	uncertain string
}

// The nouns.
var (
	oneImage = noun{
		"image", "ID", client.CodeNotFound, " A new image can take minutes until every part of Cloudflare knows it.",
		"cloudflare_image", "",
	}
	oneVariant = noun{
		"image variant", "name", client.CodeNoVariant, " A new variant can take minutes until every part of Cloudflare knows it.",
		"cloudflare_image_variant", "",
	}
	oneSigningKey = noun{
		"image signing key", "name", client.CodeNotFound, "", "cloudflare_image_signing_key",
		" It was not sent again, since that would give an existing key a new value. Apply again in some minutes: " +
			"the keys are listed first, and the key is created if it is not among them.",
	}
	allImages      = noun{name: "images"}
	allVariants    = noun{name: "image variants"}
	allSigningKeys = noun{name: "image signing keys"}
	imagesStats    = noun{name: "images stats"}
)
