package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing/iotest"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// account is the account that all runs of a walk write to. Requests arrive at
// any time, but are served in turns, one tick apart, and within a turn in an
// order that depends only on the seed: the jitter of backoffs and the
// scheduling of goroutines change nothing.
type account struct {
	*fakeapi.Server

	mu      sync.Mutex
	epoch   time.Time
	waiting []*exchange
	serving *process             // run of the current request
	objects map[string]*object   // by kind and ID
	touched map[string]time.Time // last writes by others
	deleted map[string]*process  // last run that deleted an object
	uploads int                  // number of uploads by others
	log     []string
	broken  *violation // the first violation
	except  string     // invariants to skip
}

// tick is long enough that each backoff, with any jitter, ends within one
// turn.
const tick = 1300 * time.Millisecond

// staleness is how long reads may be stale.
const staleness = 90 * time.Second

// object is an object in the account, and its owner.
type object struct {
	owner   string   // name of a state, or others
	run     *process // that created it; nil for others
	address string   // address that it was created for
	created time.Time
	trusted bool // imported, so its content was never compared
	renamed bool // by an access change
	named   bool // a message named it, so it may be an orphan
	held    bool // it was in a state, so others may depend on it
	// unsure is the time of the last error about an update that may have been applied.
	unsure time.Time
}

// violation is a broken invariant.
type violation struct{ invariant, words string }

func (v *violation) String() string { return v.invariant + ": " + v.words }

func newAccount(f *filesystem) *account {
	a := &account{
		Server: fakeapi.New(), epoch: time.Now(), objects: map[string]*object{}, touched: map[string]time.Time{},
		deleted: map[string]*process{},
	}
	a.Clear()
	a.FetchFrom(f.origin)
	a.objects["variant/public"], a.objects["key/default"] = &object{owner: others}, &object{owner: others, held: true}
	a.LagReads(staleness, func() time.Duration { return a.serving.behind() })
	a.ReserveDeleted(func() time.Duration { return a.serving.reserve() })
	return a
}

// violatef records the first violation.
func (a *account) violatef(invariant, format string, args ...any) {
	if a.broken == nil && !strings.Contains(a.except, invariant) {
		a.broken = &violation{invariant, fmt.Sprintf(format, args...)}
		a.notef("VIOLATION %s", a.broken)
	}
}

func (a *account) notef(format string, args ...any) {
	a.log = append(a.log, fmt.Sprintf("%8.1fs  ", time.Since(a.epoch).Seconds())+fmt.Sprintf(format, args...))
}

// exchange is a request and its response.
type exchange struct {
	run     *process
	address string
	request *http.Request
	body    []byte
	done    chan outcome
}

// outcome is what the client receives.
type outcome struct {
	reply

	half bool // the response is cut
	err  error
}

// reply is the account's response.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func literal(status int, body string) reply {
	return reply{
		status: status,
		header: http.Header{"Content-Type": {"text/plain"}, "Cf-Ray": {"8f1c2d3e4f5a6b7c-AMS"}},
		body:   []byte(body),
	}
}

// wire carries the requests of one run to the account.
type wire struct {
	*account

	run *process
}

// addressKey is the context key for the address of an operation.
type addressKey struct{}

// RoundTrip waits for the next turn.
func (w wire) RoundTrip(request *http.Request) (*http.Response, error) {
	if trace := httptrace.ContextClientTrace(request.Context()); trace != nil {
		trace.GetConn("")
		trace.GotConn(httptrace.GotConnInfo{})
	}
	e := &exchange{run: w.run, request: request, done: make(chan outcome, 1)}
	e.address, _ = request.Context().Value(addressKey{}).(string)
	if request.Body != nil {
		defer request.Body.Close()
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		e.body = body
	}
	w.enqueue(e) //nolint:contextcheck // requests in flight arrive
	select {
	case o := <-e.done:
		if o.err != nil {
			return nil, o.err
		}
		var content io.Reader = bytes.NewReader(o.body)
		if o.half {
			content = io.MultiReader(bytes.NewReader(o.body[:len(o.body)/2]), iotest.ErrReader(io.ErrUnexpectedEOF))
		}
		return &http.Response{
			StatusCode: o.status, Status: fmt.Sprint(o.status), Header: o.header, Body: io.NopCloser(content),
			Request: request, ProtoMajor: 1, ProtoMinor: 1,
		}, nil
	case <-request.Context().Done():
		return nil, request.Context().Err()
	}
}

func (a *account) enqueue(e *exchange) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting = append(a.waiting, e)
	if len(a.waiting) == 1 {
		go a.turn()
	}
}

// turn serves the requests since the last turn. Between responses it waits
// until each client has processed its response.
func (a *account) turn() {
	pass(tick - time.Since(a.epoch)%tick)
	a.mu.Lock()
	batch := a.waiting
	a.waiting = nil
	a.mu.Unlock()
	slices.SortStableFunc(batch, func(x, y *exchange) int { return strings.Compare(x.sortKey(), y.sortKey()) })
	if order := batch[0].run; order.options.salt != 0 {
		order.turns++
		random := rand.New(rand.NewPCG(order.options.salt, uint64(order.turns)))
		random.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
	}
	for _, e := range batch {
		a.mu.Lock()
		o, delivered := a.serve(e)
		a.mu.Unlock()
		if delivered && e.request.Context().Err() == nil {
			e.done <- o
		}
		pass(200 * time.Microsecond)
	}
}

// sortKey orders requests independently of their arrival.
func (e *exchange) sortKey() string {
	r := e.request
	return fmt.Sprint(
		e.run.state,
		" ",
		e.run.number,
		" ",
		e.address,
		" ",
		r.Method,
		" ",
		r.URL.RequestURI(),
		" ",
		e.describe(),
	)
}

// describe returns the form without its boundary.
func (e *exchange) describe() string {
	var lines []string
	for _, part := range e.parts() {
		lines = append(lines, part.name+"="+part.content)
	}
	if lines == nil {
		return string(e.body)
	}
	return strings.Join(lines, " ")
}

type part struct{ name, content string }

func (e *exchange) parts() (parts []part) {
	mediaType, parameters, err := mime.ParseMediaType(e.request.Header.Get("Content-Type"))
	if err != nil || mediaType != "multipart/form-data" {
		return nil
	}
	reader := multipart.NewReader(bytes.NewReader(e.body), parameters["boundary"])
	for {
		p, err := reader.NextPart()
		if err != nil {
			return parts
		}
		content, _ := io.ReadAll(p)
		if p.FileName() != "" {
			content = []byte(p.FileName() + ":" + sha256Of(content)[:6])
		}
		parts = append(parts, part{p.FormName(), string(content)})
	}
}

// serve applies a request as far as its faults allow, and reports whether the
// client gets a response or an error.
func (a *account) serve(e *exchange) (outcome, bool) {
	a.serving = e.run
	method := e.request.Method
	e.run.counts[method]++
	kinds := e.run.faultsOf(method)
	e.run.troubled = e.run.troubled || len(kinds) > 0 || e.run.options.lag > 0 || e.run.options.reserve
	if e.run.killed.Load() || e.request.Context().Err() != nil { // it may have been in flight
		if e.run.coin() && method != http.MethodGet {
			a.carryOut(e, "was in flight")
		}
		return outcome{err: syscall.ECONNRESET}, true
	}
	for _, kind := range []string{"same upload", "unnamed upload"} {
		if slices.Contains(kinds, kind) && method == http.MethodPost && strings.HasSuffix(e.request.URL.Path, "/images/v1") {
			a.strangerUploads(e, kind)
		}
	}
	return a.respond(e, kinds)
}

// respond applies the faults that end a request.
func (a *account) respond(e *exchange, kinds []string) (outcome, bool) {
	fault := ""
	for _, kind := range []string{
		"kill", "kill done", "stop", "cut", "cut done", "503", "503 done", "429", "half", "html done", "junk done",
	} {
		if slices.Contains(kinds, kind) {
			fault = kind
			break
		}
	}
	var response reply
	switch fault {
	case "cut", "503", "429", "kill":
		a.notef("%s: %s", e, faultWords[fault])
	default:
		response = a.carryOut(e, faultWords[fault])
	}
	if slices.Contains(kinds, "take") && e.request.Method == http.MethodDelete {
		a.strangerTakes(e)
	}
	switch fault {
	case "kill", "kill done":
		e.run.kill()
		for key, run := range a.deleted { // no state knows of it, and reads may be stale
			if run == e.run {
				a.touched[key] = time.Now()
			}
		}
		return outcome{}, false
	case "stop":
		e.run.stop()
	case "cut", "cut done":
		return outcome{err: syscall.ECONNRESET}, true
	case "503", "503 done":
		return outcome{reply: literal(http.StatusServiceUnavailable, "error")}, true
	case "half":
		return outcome{reply: response, half: true}, true
	case "html done":
		return outcome{reply: literal(http.StatusBadGateway, "<html><title>502</title></html>")}, true
	case "junk done":
		return outcome{reply: literal(http.StatusOK, "<html><title>hello</title></html>")}, true
	case "429":
		response = literal(http.StatusTooManyRequests, "slow down")
		response.header.Set("Retry-After", "7")
	}
	return outcome{reply: response}, true
}

// carryOut applies a request to the account, and records the changes.
func (a *account) carryOut(e *exchange, words string) reply {
	serverSide := e.request.Clone(context.Background())
	serverSide.Body, serverSide.RequestURI = io.NopCloser(bytes.NewReader(e.body)), e.request.URL.RequestURI()
	a.NewIDOnAccessChange(e.run.options.newIDs)
	a.UploadedAfterPatch(e.run.options.newTimes)
	recorder := httptest.NewRecorder()
	a.ServeHTTP(recorder, serverSide)
	response := reply{status: recorder.Code, header: recorder.Header(), body: recorder.Body.Bytes()}
	response.header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	a.notef("%s: %d %s %s", e, response.status, a.record(e, response), words)
	if e.request.Method == http.MethodDelete && (e.run.killed.Load() || words == faultWords["kill done"]) {
		a.touched[keyOf(e.request.URL.EscapedPath())] = time.Now() // it is in no state, and reads may be stale
	}
	return response
}

func (e *exchange) String() string {
	_, path, _ := strings.Cut(e.request.URL.EscapedPath(), "/images/")
	words := fmt.Sprintf("%s #%d %s %s %s", e.run.state, e.run.number, e.address, e.request.Method, path)
	for _, p := range e.parts() {
		words += " " + p.name + "=" + p.content
	}
	if e.request.Header.Get("Content-Type") == "application/json" {
		words += " " + string(e.body)
	}
	return words
}

// keyOf returns the object that the path of a request names.
func keyOf(path string) string {
	_, rest, _ := strings.Cut(path, "/images/v1/")
	for prefix, kind := range map[string]string{"variants/": "variant", "keys/": "key"} {
		if id, ok := strings.CutPrefix(rest, prefix); ok {
			return objectKey(kind, id)
		}
	}
	id, _ := url.PathUnescape(rest)
	return objectKey("image", id)
}

// record tracks the owners of objects, and checks the invariants of requests.
func (a *account) record(e *exchange, response reply) string {
	if e.request.Method == http.MethodGet {
		e.run.reads[keyOf(e.request.URL.EscapedPath())] = time.Now()
		return ""
	}
	if response.status != http.StatusOK {
		return ""
	}
	var written struct {
		Result struct {
			ID      string
			Variant struct{ ID string }
		}
	}
	_ = json.Unmarshal(response.body, &written)
	key, actor := keyOf(e.request.URL.EscapedPath()), e.run.state
	if actor == others {
		a.touched[key] = time.Now()
	}
	was := a.objects[key]
	isForeign := was != nil && was.owner != actor && actor != others
	switch e.request.Method {
	case http.MethodPost:
		key = objectKey("image", written.Result.ID)
		if written.Result.Variant.ID != "" {
			key = objectKey("variant", written.Result.Variant.ID)
		}
		a.objects[key] = &object{owner: actor, run: e.run, address: e.address, created: time.Now()}
		if actor == others {
			a.touched[key] = time.Now()
		}
		return "created " + key
	case http.MethodPut:
		// The API has no create-only request for keys, and a stale listing may
		// not show a new key.
		isNew := was != nil && e.run.options.lag > 0 &&
			(time.Since(was.run.began) < staleness+10*time.Second && was.address != e.address || a.isTouched(key, e.run.began))
		if was != nil && was.held && !isNew {
			a.violatef("no key is rotated", "%s changed the value of %s of %s", actor, key, was.owner)
		}
		a.objects[key] = &object{owner: actor, run: e.run, address: e.address, held: actor == others}
	case http.MethodPatch:
		if isForeign {
			a.violatef("objects of others are never changed", "%s changed %s of %s", actor, key, was.owner)
		}
		if id := objectKey("image", written.Result.ID); written.Result.ID != "" && id != key {
			delete(a.objects, key)
			if at, ok := a.touched[key]; ok {
				a.touched[id] = at
			}
			a.objects[id], was.renamed, was.named, was.run = was, true, false, e.run
			return "renamed to " + id
		}
	case http.MethodDelete:
		mayBeHidden := e.run.options.lag > 0 && a.isTouched(key, e.run.began) // by a stale read
		if read, ok := e.run.reads[key]; ok && isForeign && was.created.After(read) {
			mayBeHidden = true // the API has no conditional requests
		}
		if isForeign && !mayBeHidden {
			a.violatef("objects of others are never deleted", "%s deleted %s of %s", actor, key, was.owner)
		}
		delete(a.objects, key)
		a.deleted[key] = e.run
	}
	return key
}
