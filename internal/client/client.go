// Package client talks to the Cloudflare Images API over HTTP. It knows
// nothing about Terraform.
//
// A response is either exactly as the API documents it, or an error that describes
// the difference: callers never get an incomplete value.
package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
)

// MaxRateLimitWait is the total time a Client waits for the rate limit.
const MaxRateLimitWait = ratelimit.MaxWait

// The defaults of Config fields.
const (
	DefaultBaseURL        = "https://api.cloudflare.com/client/v4"
	DefaultMaxRetries     = 4
	DefaultRequestTimeout = 30 * time.Second
)

// MaxRetriesLimit is the largest MaxRetries of a Config.
const MaxRetriesLimit = 20

// Config configures a Client. Only Credentials is required.
type Config struct {
	// Credentials is the authentication scheme.
	Credentials Credentials
	// BaseURL is the root URL of the API, with or without a trailing slash; see
	// ParseBaseURL. Empty means DefaultBaseURL.
	BaseURL string
	// UserAgent is sent with every request. Empty means that of Go.
	UserAgent string
	// MaxRetries is the maximum number of retries of a request, 0 to
	// MaxRetriesLimit. Nil means DefaultMaxRetries.
	MaxRetries *int
	// RequestTimeout bounds one attempt, including the connection and the body of the
	// response; uploads get an extra second per 64 KiB. Zero means
	// DefaultRequestTimeout.
	RequestTimeout time.Duration
	// RequestsPerSecond limits the rate of requests, for credentials that other
	// tools use as well. Zero means only the limit of the API.
	RequestsPerSecond float64
	// PrefetchImages lists the images of an account when the first one is read,
	// and serves later reads from the list.
	PrefetchImages bool
	// Transport carries the requests. Nil means NewTransport().
	Transport http.RoundTripper
	// Observer is notified of attempts, waits, progress and fallbacks.
	Observer Observer
}

// Observer is notified of attempts and waits. Its functions may be nil, and are
// called concurrently, with the context of the caller that sends the request.
type Observer struct {
	// OnAttempt is called after each attempt.
	OnAttempt func(context.Context, Attempt)
	// OnWait is called before each wait for a retry, and before each wait of a
	// second or more for a rate limit.
	OnWait func(context.Context, Wait)
	// OnProgress is called every few seconds while a body is sent.
	OnProgress func(context.Context, Progress)
	// OnFallback is called with the error that ended the prefetching of images;
	// from then on, they are read individually.
	OnFallback func(context.Context, error)
}

// withDefaults returns the Config with defaults for its zero fields.
func (c Config) withDefaults() Config {
	c.BaseURL = cmp.Or(c.BaseURL, DefaultBaseURL)
	c.MaxRetries = cmp.Or(c.MaxRetries, new(DefaultMaxRetries))
	c.RequestTimeout = cmp.Or(c.RequestTimeout, DefaultRequestTimeout)
	c.Transport = cmp.Or(c.Transport, NewTransport())
	return c
}

// notify calls a function of an Observer, unless it is nil.
func notify[T any](ctx context.Context, function func(context.Context, T), value T) {
	if function != nil {
		function(ctx, value)
	}
}

// check returns an error if a field is invalid.
func (c Config) check() error {
	switch {
	case c.Credentials.header == nil:
		return errors.New("Credentials: required; use APIToken or APIKey")
	case *c.MaxRetries < 0 || *c.MaxRetries > MaxRetriesLimit:
		return fmt.Errorf("MaxRetries: %d is not between 0 and %d", *c.MaxRetries, MaxRetriesLimit)
	case strings.ContainsFunc(c.UserAgent, func(r rune) bool { return r < ' ' || r > '~' }):
		return errors.New("UserAgent: control and non-ASCII characters cannot be sent in a header")
	case c.RequestTimeout < 0:
		return fmt.Errorf("RequestTimeout: %s is negative", c.RequestTimeout)
	case c.RequestsPerSecond < 0:
		return fmt.Errorf("RequestsPerSecond: %v is negative", c.RequestsPerSecond)
	}
	for _, value := range c.Credentials.values {
		if err := CheckCredential(value); err != nil {
			return fmt.Errorf("Credentials: %w", err)
		}
	}
	return nil
}

// Client talks to the Images API. It is safe for concurrent use.
type Client struct {
	config     Config // with its defaults
	baseURL    *url.URL
	jitter     func() float64 // 0 to 1; spreads the retries of clients that failed together
	http       *http.Client
	header     http.Header // of every request
	limiter    *ratelimit.Limiter
	breaker    circuitBreaker
	inFlight   inFlight
	clock      clock
	objects    objects
	deleteWait time.Duration // how long a create waits, after a conflict, for this client's delete to begin
	snapshots  snapshots
}

// New returns a Client, or an error that names an invalid field of the Config. It
// sends no request.
func New(config Config) (*Client, error) {
	config = config.withDefaults()
	if err := config.check(); err != nil {
		return nil, err
	}
	baseURL, err := ParseBaseURL(config.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("BaseURL: %w", err)
	}
	c := &Client{
		config:     config,
		baseURL:    baseURL,
		jitter:     rand.Float64,
		http:       &http.Client{Transport: noRedirects{config.Transport}, Timeout: config.RequestTimeout},
		header:     config.Credentials.header.Clone(),
		breaker:    circuitBreaker{failed: map[string]bool{}},
		limiter:    ratelimit.New(config.RequestsPerSecond),
		inFlight:   inFlight{writes: map[string]int{}},
		objects:    objects{byKey: map[objectKey]*trackedObject{}},
		deleteWait: deleteConflictWait,
		snapshots:  snapshots{accounts: map[string]*snapshot{}},
	}
	c.header.Set("Accept", "application/json")
	if config.UserAgent != "" {
		c.header.Set("User-Agent", config.UserAgent)
	}
	return c, nil
}

// Sanitize returns untrusted text, such as a name, for a message: on one line,
// without credentials, and truncated to limit characters.
func (c *Client) Sanitize(text string, limit int) string {
	return c.config.Credentials.redactor.Sanitize(text, limit)
}
