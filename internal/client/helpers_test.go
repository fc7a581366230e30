package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// nothing decodes any JSON object.
type nothing struct{}

func (*nothing) UnmarshalJSON([]byte) error { return nil }

// start serves the handler on loopback and returns a client for it, without
// retries by default.
func start(tb testing.TB, handler http.Handler, change ...func(*Config)) *Client {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	config := Config{
		Credentials: APIToken(fakeapi.Token),
		BaseURL:     server.URL + fakeapi.BasePath,
		MaxRetries:  new(0),
	}
	for _, c := range change {
		c(&config)
	}
	c, err := New(config)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// newTransport returns the default transport, for a test to modify.
func newTransport(t *testing.T) *http.Transport {
	t.Helper()
	transport, ok := NewTransport().(*http.Transport)
	if !ok {
		t.Fatal("NewTransport is no *http.Transport")
	}
	return transport
}

func asError(t *testing.T, err error) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got %T %v, want *Error", err, err)
	}
	return e
}

// responseOf returns the error of GetImage for a response.
func responseOf(t *testing.T, status int, contentType, body string, header ...string) *Error {
	t.Helper()
	fake := fakeapi.New()
	fake.Fail("a", -1, fakeapi.Respond(status, contentType, body, header...))
	_, _, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
	return asError(t, err)
}

const wholeImage = `{"id":"a","variants":[]}`

func success(result string) string {
	return `{"result":` + result + `,"success":true,"errors":[],"messages":[]}`
}

func failure(errorObjects string) string {
	return `{"result":null,"success":false,"errors":[` + errorObjects + `],"messages":[]}`
}

// rawServer runs a handler for each connection, which need not speak HTTP.
func rawServer(t *testing.T, handle func(net.Conn)) (url string, connections *atomic.Int64) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	connections = new(atomic.Int64)
	var handlers sync.WaitGroup
	handlers.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			handlers.Go(func() {
				defer connection.Close()
				handle(connection)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		handlers.Wait()
	})
	return "http://" + listener.Addr().String(), connections
}

// readRequest reads to the end of the headers of a request.
func readRequest(connection net.Conn) {
	buffer := make([]byte, 4096)
	for text := ""; !strings.Contains(text, "\r\n\r\n"); {
		n, err := connection.Read(buffer)
		if err != nil {
			return
		}
		text += string(buffer[:n])
	}
}

func stringMatch(values ...string) MetaMatch { return MetaMatch{MetaString, values} }
func numberMatch(values ...string) MetaMatch { return MetaMatch{MetaNumber, values} }

func list(t *testing.T, fake http.Handler, filter Filter) ([]Image, error) {
	t.Helper()
	images, _, err := start(t, fake).ListImages(t.Context(), fakeapi.AccountID, filter)
	return images, err
}

func pageOf(result string) http.HandlerFunc {
	return fakeapi.Respond(200, "application/json", success(result))
}

// store adds n images to the fake API. The last one is the newest.
func store(fake *fakeapi.Server, n int, more string) {
	for i := range n {
		fake.AddImage(
			fmt.Sprintf(
				`{"result":{"id":"many/%04d","uploaded":"2030-01-01T%02d:%02d:00.000Z"%s},"success":true}`,
				i,
				i/60%24,
				i%60,
				more,
			),
		)
	}
}

// dot begins like a PNG.
const dot = "\x89PNG\r\n\x1a\n..."

// contentOf returns an image file in memory.
func contentOf(name, content string) *File {
	sum := sha256.Sum256([]byte(content))
	return &File{
		Name: name, Type: "image/png", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:]),
		Open: func() (io.ReadCloser, error) { return bodyOf(content), nil },
	}
}

// newUploadClient starts a client with four retries and no backoff.
func newUploadClient(t *testing.T, handler http.Handler, change ...func(*Config)) *Client {
	t.Helper()
	retrying := func(config *Config) { config.MaxRetries = new(4) }
	c := start(t, handler, append([]func(*Config){retrying}, change...)...)
	c.jitter = func() float64 { return -4 } // no backoff
	c.deleteWait = 0
	return c
}

// pipes is a listener in memory, so that the clock of synctest advances while
// nothing is in flight.
type pipes struct {
	dialed chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case server := <-p.dialed:
		return server, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.dialed <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// newPipeClient starts a client for a synctest bubble: waits take no real time.
// The connections have no buffer: the server has read whatever the client has
// sent.
func newPipeClient(t *testing.T, handler http.Handler, change ...func(*Config)) *Client {
	t.Helper()
	listener := &pipes{dialed: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Hour}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener)
	}()
	transport := newTransport(t)
	transport.DialContext = listener.dial
	config := Config{
		Credentials: APIToken(fakeapi.Token), BaseURL: "http://127.0.0.1" + fakeapi.BasePath, Transport: transport,
	}
	for _, c := range change {
		c(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	c.jitter = func() float64 { return 0 }
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		<-served
	})
	return c
}

// imageRequests formats the requests for images, such as "POST v1 200"; the
// status is 0 without a response.
func imageRequests(fake *fakeapi.Server) []string {
	var lines []string
	for _, r := range fake.Requests() {
		_, path, _ := strings.Cut(r.URI, "/images/")
		lines = append(lines, fmt.Sprintf("%s %s %d", r.Method, path, r.Status))
	}
	return lines
}

// onUpload handles the n-th upload, counted from 1, with another handler.
func onUpload(fake http.Handler, n int, do http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		if r.Method == http.MethodPost {
			n--
		}
		mine := r.Method == http.MethodPost && n == 0
		mu.Unlock()
		if mine {
			do(w, r)
			return
		}
		fake.ServeHTTP(w, r)
	}
}

// storedThen applies the request, but sends another response.
func storedThen(fake http.Handler, respond http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		fake.ServeHTTP(httptest.NewRecorder(), r)
		respond(w, r)
	}
}

// readThen reads the request, and responds.
func readThen(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		fakeapi.Respond(status, contentType, body)(w, r)
	}
}

// counts returns the number of requests for the listing, and for single images.
func counts(fake *fakeapi.Server) (listings, singles int) {
	for _, request := range fake.Requests() {
		if strings.Contains(request.URI, "/images/v2") {
			listings++
		} else {
			singles++
		}
	}
	return listings, singles
}

// limitedAPI responds after a latency, and counts requests in windows, like the
// API.
type limitedAPI struct {
	quota   int
	window  time.Duration
	latency time.Duration
	others  time.Duration // interval of the requests of another tool; 0 for none

	mu       sync.Mutex
	begin    time.Time
	used     int
	seen     int
	rejected int
	last     time.Time
}

func (a *limitedAPI) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := ratelimit.Sleep(r.Context(), a.latency/2); err != nil {
		return nil, err
	}
	a.mu.Lock()
	now := time.Now()
	if a.begin.IsZero() || now.Sub(a.begin) >= a.window {
		a.begin, a.used = now, 0
	}
	a.used++
	a.seen++
	a.last = now
	used := a.used
	if a.others > 0 {
		used += int(now.Sub(a.begin) / a.others)
	}
	remaining := max(a.quota-used, 0)
	reset := int((a.window - now.Sub(a.begin) + time.Second - 1) / time.Second)
	header := http.Header{}
	header.Set("Ratelimit", fmt.Sprintf(`"default";r=%d;t=%d`, remaining, reset))
	header.Set("Ratelimit-Policy", fmt.Sprintf(`"default";q=%d;w=%d`, a.quota, a.window/time.Second))
	status := http.StatusOK
	if used > a.quota {
		a.rejected++
		status = http.StatusTooManyRequests
		header.Set("Retry-After", fmt.Sprint(reset))
	}
	a.mu.Unlock()
	if err := ratelimit.Sleep(r.Context(), a.latency/2); err != nil {
		return nil, err
	}
	id := r.URL.Path[len("/client/v4/accounts/a/images/v1/"):]
	return &http.Response{StatusCode: status, Header: header, Body: bodyOf(success(fmt.Sprintf(`{"id":%q}`, id)))}, nil
}

// skipProbe completes the probe, so that the next requests are concurrent.
func skipProbe(t *testing.T, c *Client) {
	t.Helper()
	isProbe, err := c.limiter.Acquire(t.Context(), func(time.Duration, string) {})
	if err != nil {
		t.Fatal(err)
	}
	c.limiter.Release(isProbe, nil, time.Now())
}

// stored returns an image as the API writes it.
func stored(id, filename, uploaded, more string) string {
	const image = `{"id":%q,"filename":%q,"uploaded":%q,"requireSignedURLs":false,"variants":[]%s}`
	return success(fmt.Sprintf(image, id, filename, uploaded, more))
}

// now returns the time as the API writes it.
func now(ahead time.Duration) string {
	return time.Now().UTC().Add(ahead).Format("2006-01-02T15:04:05.000Z")
}

func candidateIDs(candidates []Candidate) (ids []string) {
	for _, candidate := range candidates {
		ids = append(ids, candidate.ID)
	}
	return ids
}

const (
	idA = "0a1b2c3d-0000-4000-8000-000000000001"
	idB = "0a1b2c3d-0000-4000-8000-000000000002"
)

// logo returns an upload of logo.png.
func logo(id string) Upload {
	return Upload{
		ID: id, File: contentOf("logo.png", dot), Metadata: json.RawMessage(`{"a":1}`), Creator: new("me"),
	}
}

// script is a transport that records the times of requests, and responds to the
// n-th one with its n-th step; the last step repeats.
type script struct {
	begin time.Time
	at    []time.Duration
	steps []step
}

func (s *script) RoundTrip(*http.Request) (*http.Response, error) {
	if s.begin.IsZero() {
		s.begin = time.Now()
	}
	current := s.steps[min(len(s.at), len(s.steps)-1)]
	s.at = append(s.at, time.Since(s.begin))
	if current.err != nil {
		return nil, current.err
	}
	if current.body == nil {
		current.body = strings.NewReader(success(wholeImage))
	}
	header := http.Header{}
	if current.retryAfter != "" {
		header.Set("Retry-After", current.retryAfter)
	}
	return &http.Response{StatusCode: current.status, Header: header, Body: io.NopCloser(current.body)}, nil
}

type step struct {
	status     int
	retryAfter string
	err        error
	body       io.Reader
}

func scripted(t *testing.T, jitter float64, waits *[]string, steps ...step) (*Client, *script) {
	t.Helper()
	transport := &script{steps: steps}
	c, err := New(Config{
		Credentials: APIToken(fakeapi.Token),
		Transport:   transport,
		Observer: Observer{OnWait: func(_ context.Context, w Wait) {
			if waits != nil {
				*waits = append(*waits, fmt.Sprintf("%s after attempt %d: %s", w.Delay, w.Attempt, w.Reason))
			}
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.jitter = func() float64 { return jitter }
	return c, transport
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func bodyOf(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) {
	return 0, &net.OpError{Op: "read", Err: syscall.ECONNRESET}
}

// requestsTo returns the requests that the fake API has received: method, path
// below /images/v1/, and body.
func requestsTo(fake *fakeapi.Server) (requests []string) {
	for _, r := range fake.Requests() {
		_, path, _ := strings.Cut(r.URI, fakeapi.AccountID+"/images/v1/")
		requests = append(requests, strings.TrimSpace(r.Method+" "+path+" "+r.Body))
	}
	return requests
}

// wantRequests contains the expected requests, the kind of the error or "", its
// MaybeApplied, and the ID of a variant with the JSON that the account has for
// it, or "".
type wantRequests struct {
	requests     []string
	kind         Kind
	maybeApplied bool
	id           string
	holds        string
}

func (w wantRequests) check(t *testing.T, fake *fakeapi.Server, err error) {
	t.Helper()
	if diff := cmp.Diff(w.requests, requestsTo(fake)); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if held, _ := fake.Variant(w.id); held != w.holds {
		t.Errorf("variant: got %s, want %s", held, w.holds)
	}
	if w.kind == "" {
		if err != nil {
			t.Errorf("got %v, want no error", err)
		}
		return
	}
	if e := asError(t, err); e.Kind != w.kind || e.MaybeApplied != w.maybeApplied {
		t.Errorf("got %s, MaybeApplied: %t, want %s, %t: %v", e.Kind, e.MaybeApplied, w.kind, w.maybeApplied, e)
	}
}

// newWriteClient starts a client with two retries and no backoff.
func newWriteClient(t *testing.T, handler http.Handler) *Client {
	t.Helper()
	c := start(t, handler, func(config *Config) { config.MaxRetries = new(2) })
	c.jitter = func() float64 { return -4 } // no backoff
	c.deleteWait = 0
	return c
}

// after reads a request to its end, calls a function, and responds.
func after(happens func(), response http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		happens()
		response(w, r)
	}
}

// newCard returns a variant with all fields; cardPosted and cardHeld are its
// JSON as sent and as stored.
func newCard() *Variant {
	return &Variant{
		ID: "card", Fit: new("cover"), Width: new(320.0), Height: new(240.0), Metadata: new("none"), BrowserTTL: new(7200.0),
		NeverRequireSignedURLs: true,
	}
}

const (
	cardOptions = `{"browser_ttl":7200,"fit":"cover","height":240,"metadata":"none","width":320}`
	cardPosted  = `POST variants {"id":"card","neverRequireSignedURLs":true,"options":` + cardOptions + `}`
	cardHeld    = `{"id":"card","options":` + cardOptions + `,"neverRequireSignedURLs":true}`
	getCard     = "GET variants/card"
	getAll      = "GET variants"
)

// inText and inHTML are responses of a server other than the API, such as a
// proxy.
var (
	inText = fakeapi.Respond(404, "text/plain", "not found")
	inHTML = fakeapi.Respond(404, "text/html", "<html><title>Not here</title></html>")
)

// slowBody is sent in two parts, the second one after the server had the time
// to respond to the first.
func slowBody(text string, more <-chan struct{}) body {
	return func() (io.ReadCloser, int64, error) {
		half := len(text) / 2
		rest := &gate{Reader: strings.NewReader(text[half:]), open: more}
		return io.NopCloser(io.MultiReader(strings.NewReader(text[:half]), rest)), int64(len(text)), nil
	}
}

// slowly reads a string in pieces, one at each interval.
type slowly struct {
	strings.Reader

	interval time.Duration
}

func (s *slowly) Read(p []byte) (int, error) {
	if s.Len() > 0 && ratelimit.Sleep(context.Background(), s.interval) != nil {
		return 0, io.ErrUnexpectedEOF // unreachable
	}
	return s.Reader.Read(p[:min(len(p), 1000)])
}

// gate blocks its reader until it is open.
type gate struct {
	io.Reader

	open <-chan struct{}
}

func (g *gate) Read(p []byte) (int, error) {
	<-g.open
	return g.Reader.Read(p)
}
