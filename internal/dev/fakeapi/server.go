// Package fakeapi is an in-memory fake of the Cloudflare Images API, so that
// the tests and the demo need no account and no network. It is an http.Handler
// that responds as the real API is documented or known to respond: one account
// with a few images, variants and signing keys, both authentication schemes,
// the envelope, the plain-text errors, and delivery URLs with real images.
// Writes are kept for as long as it runs. Switches inject faults: delays, stale
// reads, dropped connections.
package fakeapi

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The account of the fake API and its credentials.
const (
	AccountID = "023e105f4ecef8ad9ca31a8372d0c353"
	// AccountWithoutImages exists but has no Images subscription.
	AccountWithoutImages = "11111111111111111111111111111111"

	Token = "fake-api-token"
	Email = "someone@example.com"
	Key   = "fake-api-key"
)

// BasePath is the path of the API; the rest of the tree serves images.
const BasePath = "/client/v4"

// deliveryOrigin is the origin of every URL in the fixtures.
const deliveryOrigin = "https://imagedelivery.net"

//go:embed images/*.json
var storedImages embed.FS

// Server is the fake API. It is safe for concurrent use.
type Server struct {
	uploads

	mu          sync.Mutex
	images      map[string]storedImage
	bases       map[string]string // image IDs by delivery path without the variant
	variants    variantStore
	keys        keyring
	faults      map[string][]fault
	drops       connectionDrops
	chaos       *chaos
	textErrors  atomic.Bool
	requests    []Request
	delivery    string
	delay       time.Duration
	limit       limit
	lag         lag
	assumptions assumptions
	origin      func(address string) ([]byte, bool) // nil for this machine
}

// uploads is the state of uploads, and of the eventual consistency of new
// images.
type uploads struct {
	numbers              int    // how many images were stored so far
	generated            int    // how many IDs were generated so far
	latest               string // time of the latest upload
	turn                 int    // rotation of the next list of variants
	newIDs               bool
	hiddenReads          counter
	conflictsAfterDelete counter
	conflicts            map[string]counter // deleted IDs that are still reserved
}

// New returns a fake API with the images of the images folder.
func New() *Server {
	s := &Server{
		images:   map[string]storedImage{},
		bases:    map[string]string{},
		variants: newVariantStore(),
		keys:     newKeyring(),
		faults:   map[string][]fault{},
		uploads:  uploads{conflicts: map[string]counter{}},
		delivery: deliveryOrigin,
		limit:    limit{quota: 1200, window: 5 * time.Minute},
	}
	files, err := fs.Glob(storedImages, "images/*.json")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		response, err := storedImages.ReadFile(file)
		if err != nil {
			panic(err)
		}
		s.AddImage(string(response))
	}
	return s
}

// DeliverFrom makes the delivery URLs point to the fake API itself, which
// listens at the origin, such as "http://127.0.0.1:8080".
func (s *Server) DeliverFrom(origin string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delivery = origin + "/cdn-cgi/imagedelivery"
}

// ServeHTTP serves one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The decoded path doesn't distinguish "a%2Fb" from "a/b".
	path, isAPI := strings.CutPrefix(r.URL.EscapedPath(), BasePath+"/")
	if !isAPI {
		s.serveDelivery(w, r)
		return
	}
	w, r, recorded := s.record(w, r)
	defer recorded()
	s.mu.Lock()
	delay := s.delay
	allowed := s.limit.spend(w.Header(), time.Now())
	s.mu.Unlock()

	w.Header().Set("Cf-Ray", "8f1c2d3e4f5a6b7c-AMS")
	select {
	case <-time.After(delay):
	case <-r.Context().Done():
		return
	}
	if !allowed {
		rateLimitResponse(r).write(w)
		return
	}
	s.serveAPI(w, r, strings.Split(path, "/"))
}

// serveAPI serves requests below BasePath.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request, segments []string) {
	methods, name, found := findRoute(segments)
	if !found {
		errorResponse(r, http.StatusNotFound, `{"code":7000,"message":"No route for that URI"}`).write(w)
		return
	}
	if handler := s.nextFault(r.Method, unescape(segments[len(segments)-1])); handler != nil {
		handler(w, r)
		return
	}
	handle, allowed := methods[r.Method]
	switch rejection := s.authorize(r, unescape(segments[1])); {
	case rejection != nil:
		rejection.write(w)
	case !allowed:
		errorResponse(r, http.StatusMethodNotAllowed, `{"code":10405,"message":"Method not allowed for this authentication scheme"}`).write(w)
	case r.Method == http.MethodGet:
		handle(s, r, name).write(w)
	default:
		s.serveWrite(w, r, func() response {
			s.remember()
			return handle(s, r, name)
		})
	}
}
