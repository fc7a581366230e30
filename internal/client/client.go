// Package client reads the Cloudflare Images API over HTTP. It knows nothing
// about Terraform.
//
// An answer is either exactly what the API documents or an error that says
// what was wrong with it: callers never see a half-filled value.
package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// What a zero Config field means.
const (
	DefaultBaseURL        = "https://api.cloudflare.com/client/v4"
	DefaultMaxRetries     = 4
	DefaultRequestTimeout = 30 * time.Second
)

// MaxRetriesLimit is the largest number of retries a Config may ask for.
const MaxRetriesLimit = 20

// Config says how to reach the API. Only Credentials is required.
type Config struct {
	// Credentials is the one authentication scheme to send.
	Credentials Credentials
	// BaseURL is the API's root, with or without a trailing slash; see
	// ParseBaseURL for what is accepted. Empty means DefaultBaseURL.
	BaseURL string
	// UserAgent is sent with every request. Empty means Go's own.
	UserAgent string
	// MaxRetries is how often a failed request is sent again, 0 to
	// MaxRetriesLimit. Nil means DefaultMaxRetries.
	MaxRetries *int
	// RequestTimeout bounds one attempt, from dialling to the last byte of the
	// body. Zero means DefaultRequestTimeout.
	RequestTimeout time.Duration
	// RequestsPerSecond is a ceiling on the pace of requests, for credentials
	// that other tools use as well. Zero means none.
	RequestsPerSecond float64
	// PrefetchImages lists an account's images when the first one is read, and
	// answers later reads from the list.
	PrefetchImages bool
	// Transport carries the requests. Nil means NewTransport().
	Transport http.RoundTripper
	// OnWait, when set, is told of each wait before it begins; of those for a
	// limit, only where they take a second or more.
	OnWait func(context.Context, Wait)
	// OnPrefetchError, when set, is told why images are no longer prefetched.
	OnPrefetchError func(context.Context, error)
}

// Client reads the Images API. It is safe for concurrent use.
type Client struct {
	baseURL     *url.URL
	credentials Credentials
	userAgent   string
	maxRetries  int
	onWait      func(context.Context, Wait)
	http        *http.Client
	jitter      func() float64 // 0 to 1: how much of the spread a wait takes
	pacer       *pacer
	sharer      sharer
	prefetch    *prefetch // nil where it is off

	onPrefetchError func(context.Context, error)
}

// New returns a Client, or an error that names the Config field that cannot
// work. It makes no request.
func New(config Config) (*Client, error) {
	if config.Credentials.header == nil {
		return nil, errors.New("Credentials: required; use APIToken or APIKey")
	}
	for _, value := range config.Credentials.values {
		if err := CheckCredential(value); err != nil {
			return nil, fmt.Errorf("Credentials: %w", err)
		}
	}
	if config.BaseURL == "" {
		config.BaseURL = DefaultBaseURL
	}
	baseURL, err := ParseBaseURL(config.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("BaseURL: %w", err)
	}
	if config.MaxRetries == nil {
		config.MaxRetries = new(DefaultMaxRetries)
	}
	if *config.MaxRetries < 0 || *config.MaxRetries > MaxRetriesLimit {
		return nil, fmt.Errorf("MaxRetries: %d is not between 0 and %d", *config.MaxRetries, MaxRetriesLimit)
	}
	if config.RequestTimeout == 0 {
		config.RequestTimeout = DefaultRequestTimeout
	}
	if config.RequestTimeout < 0 {
		return nil, fmt.Errorf("RequestTimeout: %s is negative", config.RequestTimeout)
	}
	if config.RequestsPerSecond < 0 {
		return nil, fmt.Errorf("RequestsPerSecond: %v is negative", config.RequestsPerSecond)
	}
	if config.Transport == nil {
		config.Transport = NewTransport()
	}
	if config.OnWait == nil {
		config.OnWait = func(context.Context, Wait) {}
	}
	if config.OnPrefetchError == nil {
		config.OnPrefetchError = func(context.Context, error) {}
	}
	c := &Client{
		baseURL:     baseURL,
		credentials: config.Credentials,
		userAgent:   config.UserAgent,
		maxRetries:  *config.MaxRetries,
		onWait:      config.OnWait,
		http: &http.Client{
			Transport: unfollowed{config.Transport},
			Timeout:   config.RequestTimeout,
		},
		jitter: randomJitter,
		pacer:  newPacer(config.RequestsPerSecond),

		onPrefetchError: config.OnPrefetchError,
	}
	if config.PrefetchImages {
		c.prefetch = newPrefetch()
	}
	return c, nil
}

// question is what one get asks for.
type question struct {
	segments []string   // of the path below the base URL
	query    url.Values // may be nil
	limit    int64      // bytes of body that are read
	secret   bool       // the answer holds secrets, and is never quoted
	optional bool       // there is another way: one retry is enough
}

// retries is how often the question is worth asking again.
func (q question) retries() int {
	if q.optional {
		return 1
	}
	return MaxRetriesLimit
}

// get reads the JSON object that answers the question into result. It returns
// the messages that came with the answer. Every error is an *Error.
func (c *Client) get(ctx context.Context, q question, result json.Unmarshaler) ([]Message, error) {
	target, err := endpoint(c.baseURL, q.segments...)
	if err != nil {
		return nil, rejected(err, q.segments...)
	}
	target.RawQuery = q.query.Encode()
	call := &call{client: c, path: target.EscapedPath(), question: q}
	ctx = context.WithValue(ctx, callKey{}, call)

	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, call.failure(Rejected, err)
	}
	c.credentials.apply(request.Header)
	request.Header.Set("Accept", "application/json")
	if c.userAgent != "" {
		request.Header.Set("User-Agent", c.userAgent)
	}

	if err := call.do(request); err != nil { //nolint:contextcheck // what went wrong is judged without regard to a context that has ended
		return nil, err
	}
	messages, err := decodeEnvelope(call.last.body, result)
	if err != nil {
		return nil, call.wrongAnswer(err)
	}
	return tidy(messages, c.tidy), nil
}
