package delivery

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"
)

// The sample key of the API reference, and the sample URL of the guide to private
// images.
const (
	sampleKey = "Oix0bbNaT8Rge9PuyxUBrjI6zrgnsyJ5="
	sampleURL = "https://imagedelivery.net/cheeW4oKsx5ljh8e8BoL2A/bc27a117-9509-446b-8c69-c81bfeac0a01/mobile"
)

func TestSign(t *testing.T) {
	t.Parallel()
	got, err := Sign(sampleURL, sampleKey, time.Unix(1631289275, 999_999_999))
	if err != nil {
		t.Fatal(err)
	}
	const want = sampleURL + "?exp=1631289275&sig=72411885ee02134d38662f3e70ac8ff694f408e9d14b05125f6b022c3f403efa"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	// The signature of the string in the documentation.
	mac := hmac.New(sha256.New, []byte("Oix0bbNaT8Rge9PuyxUBrjI6zrgnsyJ5="))
	mac.Write([]byte("/cheeW4oKsx5ljh8e8BoL2A/bc27a117-9509-446b-8c69-c81bfeac0a01/mobile?exp=1631289275"))
	if byHand := hex.EncodeToString(mac.Sum(nil)); !strings.HasSuffix(got, "&sig="+byHand) {
		t.Errorf("got %s, want the signature %s", got, byHand)
	}

	parsed, err := Parse(got)
	if err != nil || parsed.Variant != "mobile" || parsed.ImageID != "bc27a117-9509-446b-8c69-c81bfeac0a01" {
		t.Errorf("Parse of a signed URL: got %+v, %v", parsed, err)
	}
}

// On a custom domain, the signed string is that for imagedelivery.net, without
// the prefix. The signatures are from openssl.
func TestSignCustomDomains(t *testing.T) {
	t.Parallel()
	const path = "cheeW4oKsx5ljh8e8BoL2A/bc27a117-9509-446b-8c69-c81bfeac0a01/mobile"
	const query = "?exp=1631289275&sig=72411885ee02134d38662f3e70ac8ff694f408e9d14b05125f6b022c3f403efa"
	for name, origin := range map[string]string{
		"custom domain":  "https://img.example.com/cdn-cgi/imagedelivery/",
		"with a port":    "https://img.example.com:8443/cdn-cgi/imagedelivery/",
		"loopback":       "http://127.0.0.1:8787/cdn-cgi/imagedelivery/",
		"loopback, IPv6": "http://[::1]:8787/cdn-cgi/imagedelivery/",
		"localhost":      "http://localhost/cdn-cgi/imagedelivery/",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Sign(origin+path, sampleKey, time.Unix(1631289275, 0))
			if err != nil || got != origin+path+query {
				t.Errorf("got  %s, %v\nwant %s", got, err, origin+path+query)
			}
		})
	}

	// openssl over /h/cdn-cgi/imagedelivery/x/v?exp=1631289275
	const url = "https://imagedelivery.net/h/cdn-cgi/imagedelivery/x/v"
	got, err := Sign(url, sampleKey, time.Unix(1631289275, 0))
	if want := url + "?exp=1631289275&sig=e707723647b3d0da2f17e4cdd4663cec87a16222e675736dfc10d577eb3c39e6"; err != nil ||
		got != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}

func TestSignErrors(t *testing.T) {
	t.Parallel()
	later := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		url, key string
		expires  time.Time
		want     string
	}{
		"key with a line break": {
			url:     sampleURL,
			key:     sampleKey + "\n",
			expires: later,
			want:    "the key must not have leading or trailing white space",
		},
		"key with a space": {
			url:     sampleURL,
			key:     " " + sampleKey,
			expires: later,
			want:    "the key must not have leading or trailing white space",
		},
		"key with a wide space": {
			url:     sampleURL,
			key:     sampleKey + "\u00a0",
			expires: later,
			want:    "the key must not have leading or trailing white space",
		},
		"key of spaces": {
			url:     sampleURL,
			key:     "  ",
			expires: later,
			want:    "the key must not have leading or trailing white space",
		},
		"signed already": {
			url:     sampleURL + "?exp=1&sig=2",
			key:     sampleKey,
			expires: later,
			want:    "already signed",
		},
		"empty query": {url: sampleURL + "?", key: sampleKey, expires: later, want: "must not have a query"},
		"fragment": {
			url:     sampleURL + "#x",
			key:     sampleKey,
			expires: later,
			want:    "must not have a query or a fragment",
		},
		"flexible variant": {
			url:     "https://imagedelivery.net/h/i/w=400",
			key:     sampleKey,
			expires: later,
			want:    "flexible variant",
		},
		"look-alike": {
			url: "https://imagedelivery.net.example.com/h/i/v", key: sampleKey, expires: later,
			want: "is not a delivery URL: it must be https://imagedelivery.net/",
		},
		"no TLS": {
			url:     "http://imagedelivery.net/h/i/v",
			key:     sampleKey,
			expires: later,
			want:    "must begin with https://; http is accepted for a loopback address only",
		},
		"own, no TLS": {
			url:     "http://img.example.com/cdn-cgi/imagedelivery/h/i/v",
			key:     sampleKey,
			expires: later,
			want:    "must begin with https://",
		},
		"like loopback": {
			url:     "http://127.0.0.1.example.com/cdn-cgi/imagedelivery/h/i/v",
			key:     sampleKey,
			expires: later,
			want:    "must begin with https://",
		},
		"user info": {
			url: "https://user@img.example.com/cdn-cgi/imagedelivery/h/i/v", key: sampleKey, expires: later,
			want: "must not contain a user name or password",
		},
		"capital scheme": {
			url:     "HTTPS://imagedelivery.net/h/i/v",
			key:     sampleKey,
			expires: later,
			want:    "in the form that browsers send",
		},
		"another URL": {url: "https://imagedelivery.net/h", key: sampleKey, expires: later, want: "the path is not"},
		"raw space": {
			url:     "https://imagedelivery.net/h/a b/v",
			key:     sampleKey,
			expires: later,
			want:    "in the form that browsers send",
		},
		"dot segment": {
			url:     "https://imagedelivery.net/h/a/../b/v",
			key:     sampleKey,
			expires: later,
			want:    "in the form that browsers send",
		},
		"backslash": {
			url:     `https://imagedelivery.net/h/a\b/v`,
			key:     sampleKey,
			expires: later,
			want:    "in the form that browsers send",
		},
		"own path": {
			url:     "https://imagedelivery.net/cdn-cgi/imagedelivery/h/i/v",
			key:     sampleKey,
			expires: later,
			want:    "is not a delivery URL",
		},
		"hidden options": {
			url:     "https://imagedelivery.net/h/i/w%3D400",
			key:     sampleKey,
			expires: later,
			want:    "flexible variant",
		},
		"not a URL": {
			url:     "https://imagedelivery.net/%zz" + sampleKey,
			key:     sampleKey,
			expires: later,
			want:    "not a valid URL",
		},
		"the year 1970": {url: sampleURL, key: sampleKey, expires: time.Unix(0, 0), want: "after 1970"},
		"empty key":     {url: sampleURL, expires: later, want: "the key must not be empty"},
		"before 1970":   {url: sampleURL, key: sampleKey, expires: time.Unix(-5, 0), want: "after 1970"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Sign(test.url, test.key, test.expires)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q, %v, want an error with %q", got, err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), sampleKey) {
				t.Errorf("the error contains the key: %v", err)
			}
		})
	}
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want time.Time
	}{
		"UTC":                 {"2030-01-02T03:04:05Z", time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)},
		"fraction":            {"2030-01-02T03:04:05.125Z", time.Date(2030, 1, 2, 3, 4, 5, 125_000_000, time.UTC)},
		"no offset, spelt":    {"2030-01-02T03:04:05-00:00", time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)},
		"the largest offset":  {"2030-01-02T03:04:05+23:59", time.Date(2030, 1, 1, 3, 5, 5, 0, time.UTC)},
		"the smallest offset": {"2030-01-02T03:04:05-23:59", time.Date(2030, 1, 3, 3, 3, 5, 0, time.UTC)},
		"an offset above 20":  {"2030-01-02T20:00:00+20:00", time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC)},
		"29 February":         {"2028-02-29T23:59:59Z", time.Date(2028, 2, 29, 23, 59, 59, 0, time.UTC)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := ParseTime(test.text); err != nil || !got.Equal(test.want) {
				t.Errorf("got %s, %v, want %s", got, err, test.want)
			}
		})
	}
}

func TestParseTimeErrors(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty":                   "",
		"a word":                  "tomorrow",
		"a date":                  "2030-01-01",
		"one digit for the hour":  "2030-01-01T0:00:00Z",
		"comma":                   "2030-01-01T00:00:00,5Z",
		"an offset of a day":      "2030-01-01T00:00:00+24:00",
		"60 minutes of offset":    "2030-01-01T00:00:00-23:60",
		"offset without a colon":  "2030-01-01T00:00:00+0100",
		"no offset":               "2030-01-01T00:00:00",
		"a point and no fraction": "2030-01-01T00:00:00.Z",
		"30 February":             "2030-02-30T00:00:00Z",
		"the 24th hour":           "2030-01-01T24:00:00Z",
		"space for the T":         "2030-01-01 00:00:00Z",
		"something before":        " 2030-01-01T00:00:00Z",
		"something after":         "2030-01-01T00:00:00Z\n",
		"a key":                   sampleKey,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseTime(text)
			if err == nil || !got.IsZero() || err.Error() != "must be an RFC 3339 time" {
				t.Errorf("got %s, %v, want no time, and an error without the value", got, err)
			}
		})
	}
}

// The limits are the first second after the start of 1970, and an ID like the
// beginning of a URL.
func TestSignLimits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		url     string
		expires int64
	}{
		"the first second":    {sampleURL, 1},
		"an ID like a scheme": {"https://imagedelivery.net/h/https:/v", 1631289275},
		"the same, fake-api":  {"http://127.0.0.1:8787/cdn-cgi/imagedelivery/h/https:/v", 1631289275},
	} {
		if _, err := Sign(test.url, sampleKey, time.Unix(test.expires, 0)); err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
