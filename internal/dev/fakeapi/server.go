// Package fakeapi stands in for the Cloudflare Images API, so that the
// tests and the demo need no account and no network. It is an http.Handler
// that answers as the real API is documented, or known, to answer: one account
// with a few images, variants and signing keys, both authentication schemes,
// the envelope, the plain-text errors, and the delivery URLs with real pictures
// behind them. What is written is kept for as long as it runs. Switches make
// it answer late, old or not at all.
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

// The account that the fake API knows, and the credentials it accepts. They
// are no one's.
const (
	AccountID = "023e105f4ecef8ad9ca31a8372d0c353"
	// AccountWithoutImages exists but has no Images subscription.
	AccountWithoutImages = "11111111111111111111111111111111"

	Token = "fake-api-token"
	Email = "someone@example.com"
	Key   = "fake-api-key"
)

// BasePath is where the API begins; the rest of the tree serves pictures.
const BasePath = "/client/v4"

// deliveryOrigin begins every URL in the stored answers.
const deliveryOrigin = "https://imagedelivery.net"

//go:embed images/*.json
var storedImages embed.FS

// Server is the fake API. It is safe for concurrent use.
type Server struct {
	uploads

	mu         sync.Mutex
	images     map[string]storedImage
	bases      map[string]string // from delivery paths without their variant to the IDs of images
	variants   variantStore
	keys       keyring
	faults     map[string][]fault
	drops      connectionDrops
	chaos      *chaos
	textErrors atomic.Bool
	requests   []Request
	delivery   string
	delay      time.Duration
	limit      limit
	lag        lag
	origin     func(address string) ([]byte, bool) // nil for this machine
}

// uploads is what is needed to make images, and to make them behave as fresh
// ones do.
type uploads struct {
	numbers              int    // of images that were ever stored
	generated            int    // IDs
	latest               string // time of an upload
	turn                 int    // by how much the next list of variants is turned
	newIDs               bool
	hiddenReads          counter
	conflictsAfterDelete counter
	conflicts            map[string]counter // IDs that are still taken after a DELETE
}

// New returns a fake API that holds the images in the images folder.
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
		answer, err := storedImages.ReadFile(file)
		if err != nil {
			panic(err)
		}
		s.Store(string(answer))
	}
	return s
}

// DeliverFrom makes the URLs in the answers lead to the fake API itself, which
// listens at the origin, such as "http://127.0.0.1:8080".
func (s *Server) DeliverFrom(origin string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delivery = origin + "/cdn-cgi/imagedelivery"
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The decoded path cannot tell "a%2Fb" from "a/b".
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

// serveAPI answers below BasePath.
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
	switch refused := s.authorize(r, unescape(segments[1])); {
	case refused != nil:
		refused.write(w)
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
