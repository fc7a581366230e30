package delivery

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBuildTransformationSources(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ source, want string }{
		"path":                     {source: "/img/a.png", want: "img/a.png"},
		"https URL":                {source: "https://s3.example.com/bucket/a.png", want: "https://s3.example.com/bucket/a.png"},
		"http URL":                 {source: "http://s3.example.com:8080/a.png", want: "http://s3.example.com:8080/a.png"},
		"host with an underscore":  {source: "https://my_bucket.example.com/a.png", want: "https://my_bucket.example.com/a.png"},
		"host only":                {source: "https://www.example.com", want: "https://www.example.com"},
		"IPv6":                     {source: "https://[2001:db8::1]/a.png", want: "https://[2001:db8::1]/a.png"},
		"query":                    {source: "/a.png?v=2&w=1", want: "a.png?v=2&w=1"},
		"query of a URL":           {source: "https://e.com/a?key=x%2Fy/../z", want: "https://e.com/a?key=x%2Fy/../z"},
		"empty query":              {source: "/a.png?", want: "a.png?"},
		"two question marks":       {source: "/a.png?b?c", want: "a.png?b?c"},
		"escaped question mark":    {source: "/a%3Fb.png", want: "a%3Fb.png"},
		"escaped number sign":      {source: "/a%23b.png", want: "a%23b.png"},
		"escaped percent sign":     {source: "/100%25.png", want: "100%25.png"},
		"escaped slash":            {source: "/a%2fb.png", want: "a%2fb.png"},
		"space":                    {source: "/my image.png", want: "my%20image.png"},
		"space in a query":         {source: "/a.png?b=c d", want: "a.png?b=c%20d"},
		"escaped space":            {source: "/my%20image.png", want: "my%20image.png"},
		"plus sign":                {source: "/a+b.png", want: "a+b.png"},
		"umlauts":                  {source: "/Größe/ä.png", want: "Gr%C3%B6%C3%9Fe/%C3%A4.png"},
		"umlauts of a URL":         {source: "https://e.com/ä.png?ö", want: "https://e.com/%C3%A4.png?%C3%B6"},
		"commas":                   {source: "/a,b/c,w=1.png", want: "a,b/c,w=1.png"},
		"two slashes within":       {source: "/a//b.png", want: "a//b.png"},
		"a slash at the end":       {source: "/a/", want: "a/"},
		"dots in names":            {source: "/.a/..b/c../...", want: ".a/..b/c../..."},
		"dots in a query":          {source: "/a?b/../c", want: "a?b/../c"},
		"backslash":                {source: `/a\b.png`, want: "a%5Cb.png"},
		"quotes and brackets":      {source: "/\"a\"<b>`c`{d}^[e]|'f'.png", want: "%22a%22%3Cb%3E%60c%60%7Bd%7D%5E[e]|'f'.png"},
		"a hosted image":           {source: "https://imagedelivery.net/hash/a/public", want: "https://imagedelivery.net/hash/a/public"},
		"a name like the prefix":   {source: "/a/cdn-cgi/image/w=1/b.png", want: "a/cdn-cgi/image/w=1/b.png"},
		"a URL within a path":      {source: "/proxy/https://e.com/a.png", want: "proxy/https://e.com/a.png"},
		"a host like another form": {source: "/https/a.png", want: "https/a.png"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := BuildTransformation("www.example.com", test.source, map[string]any{"width": num("80")})
			if want := "https://www.example.com/cdn-cgi/image/w=80/" + test.want; err != nil || got != want {
				t.Fatalf("got %s, %v, want %s", got, err, want)
			}
			want := test.want
			if !isWebURL(want) {
				want = "/" + want
			}
			parsed, err := ParseTransformation(got)
			if err != nil || parsed.Source != want || !IsTransformation(got) {
				t.Errorf("parsed: %+v, %v, want the source %s", parsed, err, want)
			}
		})
	}
}

func TestBuildTransformationOptions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		options map[string]any
		want    string
	}{
		"documented":          {options: map[string]any{"width": num("80"), "quality": num("75")}, want: "w=80,q=75"},
		"transformation only": {options: map[string]any{"onerror": "redirect", "w": "auto"}, want: "w=auto,onerror=redirect"},
		"origin-auth":         {options: map[string]any{"origin-auth": "share-publicly", "f": "auto"}, want: "f=auto,origin-auth=share-publicly"},
		"color":               {options: map[string]any{"background": "#ffcc00"}, want: "background=%23ffcc00"},
		"extra comes last":    {options: map[string]any{"onerror": "redirect", "extra": []string{"new=1"}}, want: "onerror=redirect,new=1"},
	}
	for name, test := range tests {
		got, err := BuildTransformation("www.example.com:8443", "/a.png", test.options)
		if want := "https://www.example.com:8443/cdn-cgi/image/" + test.want + "/a.png"; err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", name, got, err, want)
		}
	}
}

func TestBuildTransformationErrors(t *testing.T) {
	t.Parallel()
	const (
		zone = "www.example.com"
		step = `the source must not have "." or ".."`
		form = "the source must be an absolute path, which begins with a slash, or a URL"
		host = "the source must be a URL with a host name in ASCII"
	)
	width := map[string]any{"w": num("80")}
	tests := map[string]struct {
		zone, source string
		options      map[string]any
		part         Part
		want         string
	}{
		"no zone":            {source: "/a", options: width, part: PartZone, want: "the zone must be a host name in ASCII"},
		"zone with a scheme": {zone: "https://e.com", source: "/a", options: width, part: PartZone, want: "the zone must be a host name"},
		"zone with a path":   {zone: "e.com/", source: "/a", options: width, part: PartZone, want: "the zone must be a host name"},
		"zone with a port":   {zone: "e.com:0", source: "/a", options: width, part: PartZone, want: "the zone must be a host name"},
		"zone in Unicode":    {zone: "bücher.example", source: "/a", options: width, part: PartZone, want: "the zone must be a host name in ASCII"},
		"zone of all": {
			zone: "ImageDelivery.net", source: "/a", options: width, part: PartZone, want: "the zone must not be imagedelivery.net",
		},
		"empty source":      {zone: zone, options: width, part: PartSource, want: form},
		"relative source":   {zone: zone, source: "img/a.png", options: width, part: PartSource, want: form},
		"another scheme":    {zone: zone, source: "ftp://e.com/a", options: width, part: PartSource, want: form},
		"scheme in capital": {zone: zone, source: "HTTPS://e.com/a", options: width, part: PartSource, want: form},
		"data URL":          {zone: zone, source: "data:image/png;base64,AAAA", options: width, part: PartSource, want: form},
		"root":              {zone: zone, source: "/", options: width, part: PartSource, want: "the source must name an image"},
		"root with a query": {zone: zone, source: "/?a", options: width, part: PartSource, want: "the source must name an image"},
		"two slashes first": {zone: zone, source: "//e.com/a", options: width, part: PartSource, want: "the source must not begin with two slashes"},
		"slash before a URL": {
			zone: zone, source: "/HTTP://e.com/a", options: width, part: PartSource, want: "the source must not be a URL with a slash before it",
		},
		"slash before an escaped URL": {
			zone: zone, source: "/https%3a%2F%2fe.com/a", options: width, part: PartSource, want: "the source must not be a URL with a slash",
		},
		"fragment":                {zone: zone, source: "/a#b", options: width, part: PartSource, want: "the source must not have a fragment"},
		"fragment after query":    {zone: zone, source: "/a?b#c", options: width, part: PartSource, want: "the source must not have a fragment"},
		"raw percent sign":        {zone: zone, source: "/100%.png", options: width, part: PartSource, want: "the source must be percent-encoded"},
		"half an escape":          {zone: zone, source: "/a%2", options: width, part: PartSource, want: "the source must be percent-encoded"},
		"percent sign last":       {zone: zone, source: "/a%", options: width, part: PartSource, want: "the source must be percent-encoded"},
		"malformed, then valid":   {zone: zone, source: "/a%2x%20", options: width, part: PartSource, want: "the source must be percent-encoded"},
		"malformed in a query":    {zone: zone, source: "/a?b=5%", options: width, part: PartSource, want: "the source must be percent-encoded"},
		"dots":                    {zone: zone, source: "/a/../b", options: width, part: PartSource, want: step},
		"one dot":                 {zone: zone, source: "/./b", options: width, part: PartSource, want: step},
		"escaped dots":            {zone: zone, source: "/a/%2e%2E/b", options: width, part: PartSource, want: step},
		"one escaped dot":         {zone: zone, source: "/a/.%2e", options: width, part: PartSource, want: step},
		"dots of a URL":           {zone: zone, source: "https://e.com/..", options: width, part: PartSource, want: step},
		"line break":              {zone: zone, source: "/a\n", options: width, part: PartSource, want: "the source must be valid UTF-8 without control"},
		"invalid UTF-8":           {zone: zone, source: "/a\xff", options: width, part: PartSource, want: "the source must be valid UTF-8"},
		"no host":                 {zone: zone, source: "https:///a", options: width, part: PartSource, want: host},
		"port only":               {zone: zone, source: "https://:80/a", options: width, part: PartSource, want: host},
		"port 0":                  {zone: zone, source: "https://e.com:0/a", options: width, part: PartSource, want: host},
		"host in Unicode":         {zone: zone, source: "https://bücher.example/a", options: width, part: PartSource, want: host},
		"host with a space":       {zone: zone, source: "https://e .com/a", options: width, part: PartSource, want: host},
		"user name":               {zone: zone, source: "https://u:p@e.com/a", options: width, part: PartSource, want: "the source must not contain a user name"},
		"transformed already":     {zone: zone, source: "/cdn-cgi/image/w=1/a", options: width, part: PartSource, want: "the source must be the original image"},
		"transformed elsewhere":   {zone: zone, source: "https://e.com/cdn-cgi/image/w=1/a", options: width, part: PartSource, want: "the source must be the original"},
		"too long":                {zone: zone, source: "/" + strings.Repeat("a", 32726), options: width, part: PartSource, want: "the source is too long: the URL has 32"},
		"no options":              {zone: zone, source: "/a", want: "a transformation URL needs at least one option; the options are width (w)"},
		"unknown option":          {zone: zone, source: "/a", options: map[string]any{"widht": 1}, want: `"widht" is not an option of a transformation URL; the options`},
		"value out of range":      {zone: zone, source: "/a", options: map[string]any{"onerror": "ignore"}, want: `onerror: expected the word redirect, got the string "ignore"`},
		"options that contradict": {zone: zone, source: "/a", options: map[string]any{"trim": "1;2;3;4", "trim.left": num("1")}, want: "trim conflicts with trim.left"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := BuildTransformation(test.zone, test.source, test.options)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Fatalf("got %.100q, %v, want an error with the prefix %q", got, err, test.want)
			}
			var about *Error
			if errors.As(err, &about); (about == nil) != (test.part == "") || about != nil && about.Part != test.part {
				t.Errorf("got an error about %+v, want %q", about, test.part)
			}
		})
	}
	longest := "/" + strings.Repeat("a", MaxURLLength-len("https://www.example.com/cdn-cgi/image/w=80/"))
	if _, err := BuildTransformation(zone, longest, width); err != nil {
		t.Errorf("the longest URL: got %v", err)
	}
}

func TestParseTransformation(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		url  string
		want Transformation
	}{
		"documented": {
			url: "https://example.com/cdn-cgi/image/fit=scale-down,width=80,quality=75/uploads/avatar1.jpg",
			want: Transformation{
				Zone: "example.com", Source: "/uploads/avatar1.jpg",
				Options: map[string]string{"fit": "scale-down", "width": "80", "quality": "75"},
			},
		},
		"of another host": {
			url: "https://example.com/cdn-cgi/image/w=100/https://s3.example.com/bucket/image.png?a=b/c#d?e",
			want: Transformation{
				Zone: "example.com", Options: map[string]string{"w": "100"}, Source: "https://s3.example.com/bucket/image.png?a=b/c",
			},
		},
		"encoded as a whole": {
			url: "https://example.com/cdn-cgi/image/w=100/https%3A%2F%2Fs3.example.com%2Fa%2520b.png%3Fc%3Dd",
			want: Transformation{
				Zone: "example.com", Options: map[string]string{"w": "100"}, Source: "https://s3.example.com/a%20b.png?c=d",
			},
		},
		"unknown and escaped options": {
			url: "https://example.com/cdn-cgi/image/new.option=a;b,background=%23ffcc00,g=0.5x0.3/a",
			want: Transformation{
				Zone: "example.com", Source: "/a", Options: map[string]string{"new.option": "a;b", "background": "#ffcc00", "g": "0.5x0.3"},
			},
		},
		"loopback, with a port": {
			url:  "http://127.0.0.1:8080/cdn-cgi/image/w=1/ä b",
			want: Transformation{Zone: "127.0.0.1:8080", Options: map[string]string{"w": "1"}, Source: "/ä b"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseTransformation(test.url)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("transformation (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseTransformationErrors(t *testing.T) {
	t.Parallel()
	const prefix = "https://e.com/cdn-cgi/image/"
	tests := map[string]struct{ url, want string }{
		"bare name":              {url: "a", want: "not an absolute https URL"},
		"another scheme":         {url: "ftp://e.com/cdn-cgi/image/w=1/a", want: "not an absolute https URL"},
		"raw percent sign":       {url: prefix + "w=1/100%", want: "not an absolute https URL"},
		"user name":              {url: "https://u@e.com/cdn-cgi/image/w=1/a", want: "it must not contain a user name"},
		"http":                   {url: "http://e.com/cdn-cgi/image/w=1/a", want: "it must begin with https://"},
		"no host":                {url: "https:///cdn-cgi/image/w=1/a", want: "the zone must be a host name"},
		"host of hosted images":  {url: "https://imagedelivery.net/cdn-cgi/image/w=1/a", want: "the zone must not be imagedelivery.net"},
		"another path":           {url: "https://e.com/a/b", want: "the path is not /cdn-cgi/image/<options>/<source>"},
		"delivery URL":           {url: "https://e.com/cdn-cgi/imagedelivery/hash/a/b", want: "the path is not"},
		"no source":              {url: prefix + "w=1", want: "the path is not"},
		"empty source":           {url: prefix + "w=1/", want: "the source must name an image"},
		"no options":             {url: prefix + "a.png/b", want: `"a.png" is not an option such as width=400`},
		"empty options":          {url: prefix + "/a.png", want: `"" is not an option`},
		"a comma too many":       {url: prefix + "w=1,/a.png", want: `"" is not an option`},
		"option twice":           {url: prefix + "w=1,w=2/a.png", want: "w is set twice"},
		"option without a value": {url: prefix + "w=/a.png", want: `"w=" is not an option`},
		"two slashes":            {url: prefix + "w=1//a.png", want: "the source must not begin with two slashes"},
		"dots":                   {url: prefix + "w=1/a/../b", want: `the source must not have "."`},
		"transformed twice":      {url: prefix + "w=1/cdn-cgi/image/w=2/a", want: "the source must be the original image"},
		"source with a user":     {url: prefix + "w=1/https://u:p@e.com/a", want: "the source must not contain a user name"},
		"encoded line break":     {url: prefix + "w=1/https%3A%2F%2Fe.com%2Fa%0A", want: "the source must be valid UTF-8 without control"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseTransformation(test.url)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %+v, %v, want an error with the prefix %q", got, err, test.want)
			}
		})
	}
}

func TestIsTransformation(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"https://e.com/cdn-cgi/image/w=1/a":                true,
		"https://e.com/cdn-cgi/image/":                     true,
		"ftp://e.com/cdn-cgi/image/x":                      true,
		"https://e.com/cdn-cgi/imagedelivery/hash/a/b":     false,
		"https://imagedelivery.net/cdn-cgi/image/a/public": false,
		"https://e.com/a/cdn-cgi/image/w=1/a":              false,
		"https://e.com/?/cdn-cgi/image/w=1/a":              false,
		"/cdn-cgi/image/w=1/a":                             false,
		"cdn-cgi/image/w=1/a":                              false,
		"":                                                 false,
	} {
		if got := IsTransformation(s); got != want {
			t.Errorf("%q: got %t, want %t", s, got, want)
		}
	}
}

// FuzzTransformation checks that ParseTransformation and browsers parse a URL
// into the arguments of BuildTransformation.
func FuzzTransformation(f *testing.F) {
	for _, source := range []string{
		"/img/a.png", "https://e.com/a?b=c", "/Größe/a b.png", "/a%20b", "/a//b", "/a,b", "//a", "/..", "/%2e%2e", "/a#b", "/100%", `/a\b`,
		"https://u@e.com/", "/https://e.com", "/https%3A%2F%2Fe.com", "/cdn-cgi/image/w=1/a", "/?",
	} {
		f.Add("www.example.com", source)
	}
	f.Fuzz(func(t *testing.T, zone, source string) {
		built, err := BuildTransformation(zone, source, map[string]any{"w": num("1")})
		if err != nil {
			return
		}
		browser, err := url.Parse(built)
		if err != nil || browser.Host != zone || browser.Fragment != "" || !strings.HasPrefix(browser.Path, "/cdn-cgi/image/w=1/") {
			t.Fatalf("%q, %q: a browser parses %q as %+v, %v", zone, source, built, browser, err)
		}
		parsed, err := ParseTransformation(built)
		if err != nil || parsed.Zone != zone || !IsTransformation(built) {
			t.Fatalf("%q, %q: parsed as %+v, %v", zone, source, parsed, err)
		}
		again, err := BuildTransformation(parsed.Zone, parsed.Source, map[string]any{"w": num("1")})
		if err != nil || again != built {
			t.Errorf("%q, %q: got %q and then %q, %v", zone, source, built, again, err)
		}
	})
}
