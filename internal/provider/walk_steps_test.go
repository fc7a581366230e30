package provider

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A walk is a list of self-contained steps, so that a failing walk can be
// shortened by removing steps.

// step is an edit of a configuration, a write by others in the account, or a
// Terraform command.
type step struct {
	kind    string // a key of stepWords
	state   int    // index in stateNames
	at, to  string // addresses
	block   resourceBlock
	numbers []int // of IDs, of a file and its content, or minutes
	run     runOptions
}

// runOptions are the conditions of a plan or an apply.
type runOptions struct {
	salt      uint64 // seed of the order and of stale reads
	lag       int    // 0 for fresh reads, 1 for a mix, 2 for the oldest possible
	reserve   bool   // deleted IDs stay reserved for some seconds
	newTimes  bool   // an update moves the upload time
	noRefresh bool   // -refresh=false
	newIDs    bool   // an access change gives a new ID
	late      bool   // sha256 is unknown until apply, as for a generated file
	retries   int
	replace   string // an address for -replace
	faults    []fault
}

// fault affects some of the requests of a run.
type fault struct {
	method string
	nth    int // the first affected request, from 1
	times  int
	kind   string // a key of faultWords
}

var faultWords = map[string]string{
	"cut":            "loses its connection before it is applied",
	"cut done":       "is applied and loses its connection",
	"503":            "gets a 503 and is not applied",
	"503 done":       "is applied and gets a 503",
	"429":            "gets a 429",
	"half":           "is applied and the response is cut",
	"html done":      "is applied and gets a page with 502",
	"junk done":      "is applied and gets a page with 200",
	"stop":           "is applied while Ctrl-C is pressed",
	"kill":           "is the last before SIGKILL, and is not applied",
	"kill done":      "is the last before SIGKILL, and is applied",
	"same upload":    "arrives just after others uploaded a file of the same name",
	"take":           "is followed immediately by an upload of others under the same custom ID",
	"unnamed upload": "arrives just after others uploaded an image by URL",
}

func (f fault) String() string {
	which := fmt.Sprintf("%s number %d", f.method, f.nth)
	if f.times > 1 {
		which += fmt.Sprintf(" to %d", f.nth+f.times-1)
	}
	return which + " " + faultWords[f.kind]
}

var stepWords = map[string]string{
	"set":     "write the block",
	"drop":    "remove the block",
	"list":    "set the list of IDs to",
	"rename":  "rename the block without moved",
	"file":    "write a file",
	"taint":   "taint",
	"theirs":  "others change or delete an object",
	"wait":    "wait",
	"apply":   "apply",
	"swap":    "swap the blocks",
	"destroy": "destroy everything",
	"both":    "apply both states concurrently",
	"plan":    "save a plan",
	"execute": "apply the saved plan",
}

func (s step) String() string {
	words := []string{stateNames[s.state] + ":", stepWords[s.kind]}
	switch s.kind {
	case "set":
		words = append(words, s.at, s.block.String())
	case "drop", "taint":
		words = append(words, s.at)
	case "rename", "swap":
		words = append(words, s.at, "to", s.to)
	case "list":
		for _, n := range s.numbers {
			words = append(words, listIDs[n])
		}
	case "file":
		words = append(words, fmt.Sprintf("%s with content %d", files[s.numbers[0]], s.numbers[1]))
	case "wait":
		words = append(words, fmt.Sprintf("%d s", s.numbers[0]))
	case "theirs":
		words = append(words, []string{"(delete)", "(change)", "(string as metadata)"}[s.numbers[0]], s.at)
	case "apply", "both", "plan", "execute", "destroy":
		words = append(words, s.run.String())
	}
	return strings.Join(words, " ")
}

func (o runOptions) String() string {
	var words []string
	if o.replace != "" {
		words = append(words, "-replace="+o.replace)
	}
	if o.lag > 0 {
		words = append(words, []string{"", "stale reads", "oldest reads"}[o.lag])
	}
	if o.reserve {
		words = append(words, "deleted IDs stay reserved")
	}
	if o.newTimes {
		words = append(words, "new times after PATCH")
	}
	if o.noRefresh {
		words = append(words, "-refresh=false")
	}
	if o.newIDs {
		words = append(words, "access changes give new IDs")
	}
	if o.late {
		words = append(words, "sha256 unknown until apply")
	}
	words = append(words, fmt.Sprintf("max_retries=%d", o.retries))
	for _, f := range o.faults {
		words = append(words, f.String())
	}
	return "(" + strings.Join(words, "; ") + ")"
}

// newWalk generates the steps of a seed.
func newWalk(seed uint64, length int) []step {
	r := dice{rand.New(rand.NewPCG(seed, 0))}
	var steps []step
	for len(steps) < length {
		state := 0
		if r.IntN(4) == 0 {
			state = 1
		}
		edits := 1 + r.IntN(3)
		for range edits {
			steps = append(steps, r.edit(state))
		}
		steps = append(steps, r.command(state)...)
	}
	return steps
}

// dice draws steps.
type dice struct{ *rand.Rand }

func pick[T any](r dice, from ...T) T { return from[r.IntN(len(from))] }

func (r dice) edit(state int) step {
	s := step{state: state}
	switch n := r.IntN(21); {
	case n == 20:
		s.kind = "swap"
		pair := pick(r, [2]string{"image.a", "image.b"}, [2]string{"image.b", "image.c"}, [2]string{"variant.v", "variant.w"},
			[2]string{"list[0]", "list[1]"})
		s.at, s.to = pair[0], pair[1]
	case n < 7:
		s.kind, s.at = "set", pick(r, addresses...)
		s.block = r.block(s.at)
	case n < 11:
		s.kind, s.at = "drop", pick(r, addresses...)
	case n < 14:
		s.kind, s.numbers = "list", r.Perm(len(listIDs))[:r.IntN(len(listIDs)+1)]
	case n < 15:
		s.kind = "rename"
		pair := pick(r, [2]string{"image.a", "image.b"}, [2]string{"image.b", "image.c"}, [2]string{"variant.v", "variant.w"},
			[2]string{"key.k", "key.l"})
		s.at, s.to = pair[0], pair[1]
	case n < 17:
		s.kind, s.numbers = "file", []int{r.IntN(len(files)), r.IntN(contents)}
	case n < 18:
		s.kind, s.at = "taint", pick(r, addresses...)
	case n < 19:
		s.kind, s.at, s.numbers = "theirs", pick(r, addresses...), []int{r.IntN(3)}
	default:
		s.kind, s.numbers = "wait", []int{pick(r, 1, 20, 70, 130, 400)}
	}
	return s
}

// block draws a block with few arguments, most of the time.
func (r dice) block(at string) resourceBlock {
	b := resourceBlock{kind: kindOf(at)}
	switch b.kind {
	case "image":
		b.id = pick(r, "", "", "logo", "hero", "icon")
		b.content = pick(r, "file 0", "file 0", "file 1", "file 2", "url 0", "url 1", "none")
		b.metadata, b.creator = pick(r, "", "", `{"a":1}`, `{"b":[2]}`), pick(r, "", "", "web")
		b.private = b.id == "" && r.IntN(4) == 0
		b.createFirst = r.IntN(4) == 0
		b.withHash = r.IntN(6) == 0
	case "variant":
		b.id, b.width = pick(r, "thumb", "thumb", "card"), pick(r, 100, 200, 300)
		b.createFirst = r.IntN(4) == 0
	case "key":
		b.id = pick(r, "site", "site", "shop")
	}
	return b
}

func (r dice) command(state int) []step {
	one := step{kind: "apply", state: state, run: r.options()}
	switch r.IntN(13) {
	case 12:
		one.kind = "destroy"
	case 0:
		one.kind = "plan"
		outside := step{kind: "theirs", state: state, at: pick(r, addresses...), numbers: []int{r.IntN(3)}}
		wait := step{kind: "wait", numbers: []int{pick(r, 1, 70, 400)}}
		return []step{one, pick(r, outside, wait), {kind: "execute", state: state, run: r.options()}}
	case 1, 2:
		one.kind = "both"
	}
	return []step{one}
}

func (r dice) options() runOptions {
	o := runOptions{
		salt: r.Uint64(), lag: pick(r, 0, 1, 1, 2), reserve: r.IntN(3) == 0,
		newIDs: r.IntN(2) == 0, late: r.IntN(3) == 0, retries: pick(r, 4, 4, 4, 1, 0),
	}
	o.newTimes, o.noRefresh = r.IntN(3) == 0, r.IntN(6) == 0
	if r.IntN(5) == 0 {
		o.replace = pick(r, addresses...)
	}
	switch r.IntN(10) { // conditions for faults of replacements and shifted lists
	case 0:
		o.replace, o.lag = pick(r, "variant.v", "variant.w", "key.k"), 2
		o.faults = append(o.faults, fault{method: pick(r, "POST", "PUT"), nth: 1, times: pick(r, 1, 2), kind: "503"})
	case 1:
		o.faults = append(
			o.faults,
			fault{method: "DELETE", nth: 1 + r.IntN(2), times: 1, kind: pick(r, "503 done", "cut done")},
		)
	}
	for range pick(r, 0, 1, 1, 1, 2, 3) {
		f := fault{
			method: pick(r, "POST", "POST", "POST", "DELETE", "DELETE", "PATCH", "PUT", "GET"),
			nth:    1 + r.IntN(3),
			times:  pick(r, 1, 1, 1, 2, 6),
		}
		f.kind = pick(
			r,
			"cut",
			"cut done",
			"cut done",
			"503",
			"503",
			"503 done",
			"503 done",
			"half",
			"html done",
			"junk done",
			"429",
			"stop",
			"kill",
			"kill done",
		)
		switch f.method {
		case "PUT":
			f.nth = 1
		case "GET":
			f.kind = pick(r, "cut", "503", "429")
		case "POST":
			f.kind = pick(r, f.kind, f.kind, f.kind, "same upload", "unnamed upload")
		case "DELETE":
			f.kind = pick(r, f.kind, f.kind, f.kind, "take")
		}
		if f.kind == "same upload" || f.kind == "unnamed upload" { // together with a lost response
			o.faults = append(o.faults, fault{method: "POST", nth: f.nth, times: 1, kind: pick(r, "cut", "503", "503 done")})
		}
		if f.kind == "take" || f.kind == "stop" || strings.HasPrefix(f.kind, "kill") || strings.HasSuffix(f.kind, "upload") {
			f.times = 1
		}
		if f.kind == "take" { // a stale read that hides their image looks like a delete
			o.lag = 0
		}
		o.faults = append(o.faults, f)
	}
	isTheirs := func(f fault) bool { return f.kind == "take" || strings.HasSuffix(f.kind, "upload") }
	if slices.ContainsFunc(o.faults, isTheirs) {
		// After SIGKILL, no state knows that the image with the ID belongs to
		// others.
		o.faults = slices.DeleteFunc(o.faults, func(f fault) bool { return strings.HasPrefix(f.kind, "kill") })
	}
	return o
}
