// Package standin stands in for the Cloudflare Images API, so that the
// tests and the demo need no account and no network. It is an http.Handler
// that answers as the real API is documented, or known, to answer: one account
// with a few images, both authentication schemes, the envelope, the plain-text
// errors, and the delivery URLs with real pictures behind them.
package standin

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// The account that the stand-in knows, and the credentials it accepts. They
// are no one's.
const (
	AccountID = "023e105f4ecef8ad9ca31a8372d0c353"
	// AccountWithoutImages exists but has no Images subscription.
	AccountWithoutImages = "11111111111111111111111111111111"

	Token = "stand-in-token"
	Email = "someone@example.com"
	Key   = "stand-in-key"
)

// BasePath is where the API begins; the rest of the tree serves pictures.
const BasePath = "/client/v4"

// deliveryOrigin begins every URL in the stored answers.
const deliveryOrigin = "https://imagedelivery.net"

//go:embed images/*.json
var storedImages embed.FS

// Request is one request that the stand-in received.
type Request struct {
	Method string
	// URI is the request target as it stood on the wire.
	URI    string
	Header http.Header
	At     time.Time
	// Status is that of the answer, or 0 while there is none, and for a
	// handler of Fail that writes no status.
	Status int
}

// Server is the stand-in. It is safe for concurrent use.
type Server struct {
	mu       sync.Mutex
	images   map[string]stored
	pictures map[string]bool // delivery paths; true where a signature is needed
	faults   map[string][]fault
	requests []Request
	delivery string
	delay    time.Duration
	limit    limit
}

// fault replaces the answers to the next requests for one image.
type fault struct {
	left    int // how many more times; negative means for ever
	handler http.HandlerFunc
}

// New returns a stand-in that holds the images in the images folder.
func New() *Server {
	s := &Server{
		images:   map[string]stored{},
		pictures: map[string]bool{},
		faults:   map[string][]fault{},
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

// Store adds an image, or replaces the one with the same ID. The answer is the
// literal body that a request for it gets. It panics where the answer has no
// result.id, as it is written by hand.
func (s *Server) Store(answer string) {
	image := parse(answer)
	if image.id == "" {
		panic("the answer has no result.id: " + answer)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	image.number = len(s.images)
	s.images[image.id] = image
	for _, variant := range image.variants {
		if path, ok := strings.CutPrefix(variant, deliveryOrigin); ok {
			s.pictures[path] = image.private
		}
	}
}

// Fail makes the next requests for an image ID meet the handler instead of the
// image; a negative count means all of them. Several calls queue up. Requests
// reach the handler whatever their credentials.
func (s *Server) Fail(imageID string, times int, handler http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[imageID] = append(s.faults[imageID], fault{times, handler})
}

// DeliverFrom makes the URLs in the answers lead to the stand-in itself, which
// listens at the origin, such as "http://127.0.0.1:8080".
func (s *Server) DeliverFrom(origin string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delivery = origin + "/cdn-cgi/imagedelivery"
}

// Requests returns the API requests so far, oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The decoded path cannot tell "a%2Fb" from "a/b".
	path, isAPI := strings.CutPrefix(r.URL.EscapedPath(), BasePath+"/")
	if !isAPI {
		s.servePicture(w, r)
		return
	}
	s.mu.Lock()
	number := len(s.requests)
	s.requests = append(s.requests, Request{Method: r.Method, URI: r.RequestURI, Header: r.Header.Clone(), At: time.Now()})
	delay := s.delay
	allowed := s.limit.take(w.Header(), time.Now())
	s.mu.Unlock()

	w = &statusWriter{ResponseWriter: w, note: func(status int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.requests[number].Status = status
	}}
	w.Header().Set("Cf-Ray", "8f1c2d3e4f5a6b7c-AMS")
	select {
	case <-time.After(delay):
	case <-r.Context().Done():
		return
	}
	if !allowed {
		refuse(w, r, http.StatusTooManyRequests, `{"code":971,"message":"Please wait and consider throttling your request speed"}`)
		return
	}
	s.serveAPI(w, r, strings.Split(path, "/"))
}

// serveAPI answers below BasePath. Faults are found by the last segment, so
// that "v2", "variants" and "keys" fail as images do.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request, segments []string) {
	route := strings.Join(segments[min(len(segments), 2):min(len(segments), 4)], "/")
	single := len(segments) == 5 && route == "images/v1"
	listing := len(segments) == 4 && route == "images/v2"
	if segments[0] != "accounts" || (!single && !listing) {
		refuse(w, r, http.StatusNotFound, `{"code":7000,"message":"No route for that URI"}`)
		return
	}
	accountID, last := unescape(segments[1]), unescape(segments[len(segments)-1])
	if handler := s.nextFault(last); handler != nil {
		handler(w, r)
		return
	}
	if !authenticate(w, r) || !authorize(w, r, accountID) {
		return
	}
	switch {
	case r.Method != http.MethodGet:
		refuse(w, r, http.StatusMethodNotAllowed, `{"code":10405,"message":"Method not allowed for this authentication scheme"}`)
	case listing:
		s.serveList(w, r)
	case last == "stats":
		s.serveStats(w)
	case last == "variants":
		writeJSON(w, http.StatusOK, variantsAnswer)
	case last == "keys":
		writeJSON(w, http.StatusOK, keysAnswer)
	default:
		s.serveImage(w, r, last)
	}
}

func (s *Server) nextFault(imageID string) http.HandlerFunc {
	s.mu.Lock()
	defer s.mu.Unlock()
	queue := s.faults[imageID]
	if len(queue) == 0 {
		return nil
	}
	handler := queue[0].handler
	queue[0].left--
	if queue[0].left == 0 {
		s.faults[imageID] = queue[1:]
	}
	return handler
}

// authenticate accepts exactly one scheme. What the real API does with two is
// not documented; here it is an error, so that no test can miss it.
func authenticate(w http.ResponseWriter, r *http.Request) bool {
	bearer, hasToken := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	email, key := r.Header.Get("X-Auth-Email"), r.Header.Get("X-Auth-Key")
	switch {
	case hasToken && (email != "" || key != ""):
		refuse(w, r, http.StatusBadRequest, `{"code":6003,"message":"Invalid request headers","error_chain":[`+
			`{"code":6111,"message":"Invalid format for Authorization header"},`+
			`{"code":6103,"message":"Invalid format for X-Auth-Key header"}]}`)
	case hasToken && (bearer == "" || strings.ContainsAny(bearer, `"' `)):
		refuse(w, r, http.StatusBadRequest, `{"code":6003,"message":"Invalid request headers","error_chain":[`+
			`{"code":6111,"message":"Invalid format for Authorization header"}]}`)
	case !hasToken && (email == "" || key == ""):
		refuse(w, r, http.StatusBadRequest, `{"code":9106,"message":"Missing X-Auth-Key, X-Auth-Email or Authorization headers"}`)
	case hasToken && bearer != Token, !hasToken && (email != Email || key != Key):
		refuse(w, r, http.StatusForbidden, `{"code":10000,"message":"Authentication error"}`)
	default:
		return true
	}
	return false
}

func authorize(w http.ResponseWriter, r *http.Request, accountID string) bool {
	switch {
	case accountID == AccountID:
		return true
	case len(accountID) != len(AccountID):
		refuse(w, r, http.StatusNotFound, `{"code":7003,"message":"Could not route to `+r.URL.EscapedPath()+
			`, perhaps your object identifier is invalid?"}`)
	case accountID == AccountWithoutImages:
		refuse(w, r, http.StatusForbidden, `{"code":5403,"message":"The given account is not valid or is not authorized to access this service"}`)
	default:
		refuse(w, r, http.StatusForbidden, `{"code":10000,"message":"Authentication error"}`)
	}
	return false
}

func (s *Server) serveImage(w http.ResponseWriter, r *http.Request, imageID string) {
	s.mu.Lock()
	image, found := s.images[imageID]
	delivery := s.delivery
	s.mu.Unlock()
	if !found {
		refuse(w, r, http.StatusNotFound, `{"code":5404,"message":"Image not found"}`)
		return
	}
	writeJSON(w, http.StatusOK, strings.ReplaceAll(image.answer, deliveryOrigin, delivery))
}

func (s *Server) serveStats(w http.ResponseWriter) {
	s.mu.Lock()
	stored := len(s.images)
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, fmt.Sprintf(`{"result":{"count":{"current":%d,"allowed":100000}},`+
		`"success":true,"errors":[],"messages":[]}`, stored))
}

// refuse answers with an error: in the envelope for those who ask for JSON, as
// plain text for the rest.
func refuse(w http.ResponseWriter, r *http.Request, status int, errorObject string) {
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		writeJSON(w, status, `{"result":null,"success":false,"errors":[`+errorObject+`],"messages":[]}`)
		return
	}
	var plain struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal([]byte(errorObject), &plain); err != nil {
		panic(err)
	}
	Answer(status, "text/plain", fmt.Sprintf("ERROR %d: %s", plain.Code, plain.Message))(w, r)
}

func writeJSON(w http.ResponseWriter, status int, body string) {
	Answer(status, "application/json", body)(w, nil)
}

// unescape decodes one path segment; what cannot be decoded names nothing.
func unescape(segment string) string {
	decoded, err := url.PathUnescape(segment)
	if err != nil {
		return ""
	}
	return decoded
}

// statusWriter notes the status of an answer.
type statusWriter struct {
	http.ResponseWriter

	note func(status int)
}

func (w *statusWriter) WriteHeader(status int) {
	w.note(status)
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController through.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
