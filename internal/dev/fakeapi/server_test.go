package fakeapi

import (
	"encoding/json"
	"fmt"
	"image"
	_ "image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// get sends a request over a real socket and returns status and body.
func get(t *testing.T, server *httptest.Server, path string, header ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.Header.Get("Cf-Ray") == "" && strings.HasPrefix(path, BasePath+"/") {
		t.Error("the response has no ray ID")
	}
	return response.StatusCode, string(body)
}

// signedPath was signed with openssl, and expires in 2096.
const signedPath = "/ZWd9g1K7eljCn_KDTu_MWA/083eb7b2-5392-4565-b69e-aff66acddd00/public?exp=4000000000&sig=" +
	"a8139e189ee7b39a0dffd978f7130f1374d47de2b622529fc9b8e529b96a874d"

func TestServer(t *testing.T) {
	t.Parallel()
	const account = BasePath + "/accounts/" + AccountID
	token := []string{"Authorization", "Bearer " + Token, "Accept", "application/json"}
	tests := map[string]struct {
		path   string
		header []string
		status int
		want   string
	}{
		"image": {path: account + "/images/v1/brand%2Flogo", header: token, status: 200, want: `"id": "brand/logo"`},
		"image, by key": {
			path:   account + "/images/v1/brand%2Flogo",
			header: []string{"X-Auth-Email", Email, "X-Auth-Key", Key},
			status: 200, want: `"id": "brand/logo"`,
		},
		"escaped percent sign": {path: account + "/images/v1/a%252Fb", header: token, status: 200, want: `"id":"a%2Fb"`},
		"no such image": {
			path:   account + "/images/v1/nope",
			header: token, status: 404, want: `{"result":null,"success":false,"errors":[{"code":5404,"message":"Image not found"}],"messages":[]}`,
		},
		"no such image, as text": {
			path:   account + "/images/v1/nope",
			header: token[:2],
			status: 404,
			want:   "ERROR 5404: Image not found",
		},
		"raw slash": {path: account + "/images/v1/brand/logo", header: token, status: 404, want: `"code":7000`},
		"another endpoint": {
			path:   account + "/images/v1/stats",
			header: token,
			status: 200,
			want:   `{"result":{"count":{"current":16,"allowed":100000}}`,
		},
		"variants": {path: account + "/images/v1/variants", header: token, status: 200, want: `"thumbnail": {`},
		"keys": {
			path:   account + "/images/v1/keys",
			header: token,
			status: 200,
			want:   `"value": "fake-api-signing-key"`,
		},
		"list": {
			path:   account + "/images/v2?creator=web-team&sort_order=asc",
			header: token,
			status: 200,
			want:   `"continuation_token":null}`,
		},
		"list, by metadata": {
			path:   account + "/images/v2?meta.page.name%5Beq:string%5D=nope",
			header: token,
			status: 200,
			want:   `{"images":[],`,
		},
		"page too small": {
			path:   account + "/images/v2?per_page=9",
			header: token,
			status: 400,
			want:   "between 10 and 1000",
		},
		"page too large": {
			path:   account + "/images/v2?per_page=1001",
			header: token,
			status: 400,
			want:   "between 10 and 1000",
		},
		"malformed token": {
			path:   account + "/images/v2?continuation_token=x",
			header: token,
			status: 400,
			want:   "invalid continuation_token",
		},
		"negative token": {
			path:   account + "/images/v2?continuation_token=fake-api-page--5",
			header: token,
			status: 400,
			want:   "invalid continuation_token",
		},
		"unknown sort order": {
			path:   account + "/images/v2?sort_order=up",
			header: token,
			status: 400,
			want:   "invalid sort_order",
		},
		"list, by a number": {
			path:   account + "/images/v2?meta.year%5Beq:number%5D=2026.0",
			header: token,
			status: 200,
			want:   `"id": "brand/logo",`,
		},
		"list, by numbers": {
			path:   account + "/images/v2?meta.year%5Bin:number%5D=7%7C2026",
			header: token,
			status: 200,
			want:   `"id": "brand/logo",`,
		},
		"list, by a boolean": {
			path:   account + "/images/v2?meta.on%5Beq:boolean%5D=true",
			header: token,
			status: 200,
			want:   `{"images":[{"id":"083eb7b2`,
		},
		"list, by strings": {
			path:   account + "/images/v2?meta.key%5Bin:string%5D=a%7Cvalue",
			header: token,
			status: 200,
			want:   `{"images":[{"id":"083eb7b2`,
		},
		"list, by another type": {
			path:   account + "/images/v2?meta.year%5Beq:string%5D=2026",
			header: token,
			status: 200,
			want:   `{"images":[],`,
		},
		"list, by a string with |": {
			path:   account + "/images/v2?meta.key%5Beq:string%5D=a%7Cvalue",
			header: token,
			status: 200,
			want:   `{"images":[],`,
		},
		"in booleans": {
			path:   account + "/images/v2?meta.on%5Bin:boolean%5D=true",
			header: token,
			status: 400,
			want:   "invalid meta filter",
		},
		"string for a number": {
			path:   account + "/images/v2?meta.year%5Beq:number%5D=x",
			header: token,
			status: 400,
			want:   "invalid value",
		},
		"fraction for a number": {
			path:   account + "/images/v2?meta.year%5Bin:number%5D=1%7C1/2",
			header: token,
			status: 400,
			want:   "invalid value",
		},
		"number for a boolean": {
			path:   account + "/images/v2?meta.on%5Beq:boolean%5D=1",
			header: token,
			status: 400,
			want:   "invalid value",
		},
		"eleven values": {
			path:   account + "/images/v2?meta.a%5Bin:string%5D=1" + strings.Repeat("%7C1", 10),
			header: token,
			status: 400,
			want:   "too many values",
		},
		"another operator": {
			path:   account + "/images/v2?meta.a%5Bgt%5D=1",
			header: token,
			status: 400,
			want:   "invalid meta filter",
		},
		"six levels": {
			path:   account + "/images/v2?meta.a.b.c.d.e.f%5Beq:string%5D=1",
			header: token,
			status: 400,
			want:   "invalid meta filter",
		},
		"six filters": {
			path: account + "/images/v2?meta.a%5Beq:string%5D=1&meta.b%5Beq:string%5D=1&meta.c%5Beq:string%5D=1" +
				"&meta.d%5Beq:string%5D=1&meta.e%5Beq:string%5D=1&meta.f%5Beq:string%5D=1",
			header: token, status: 400, want: "too many",
		},
		"unknown parameter":     {path: account + "/images/v2?page=2", header: token, status: 400, want: "unknown parameter"},
		"list of nothing known": {path: account + "/images/v3", header: token, status: 404, want: `"code":7000`},
		"flexible variant": {
			path:   "/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/w=320,fit=cover",
			status: 200,
			want:   "PNG",
		},
		"flexible, but private": {
			path:   "/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/083eb7b2-5392-4565-b69e-aff66acddd00/w=320",
			status: 404, want: "ERROR 9404",
		},
		"signed":             {path: signedPath, status: 200, want: "PNG"},
		"signed, long ago":   {path: strings.Replace(signedPath, "=4", "=3", 1), status: 403, want: "signed"},
		"signed for another": {path: strings.Replace(signedPath, "=4", "=5", 1), status: 403, want: "signed"},
		"private image, in a public variant": {
			path: "/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/083eb7b2-5392-4565-b69e-aff66acddd00/thumbnail", status: 200, want: "PNG",
		},
		"no credentials": {path: account + "/images/v1/brand%2Flogo", status: 400, want: "ERROR 9106"},
		"half a key": {
			path:   account + "/images/v1/brand%2Flogo",
			header: []string{"X-Auth-Key", Key},
			status: 400,
			want:   "ERROR 9106",
		},
		"both schemes": {
			path:   account + "/images/v1/brand%2Flogo",
			header: append([]string{"X-Auth-Email", Email, "X-Auth-Key", Key}, token...), status: 400, want: `"code":6103`,
		},
		"empty token": {
			path:   account + "/images/v1/brand%2Flogo",
			header: []string{"Authorization", "Bearer "},
			status: 400,
			want:   "ERROR 9106",
		},
		"quoted token": {
			path:   account + "/images/v1/brand%2Flogo",
			header: []string{"Authorization", `Bearer "x"`, "Accept", "application/json"},
			status: 400, want: `"code":6111`,
		},
		"wrong token": {
			path:   account + "/images/v1/brand%2Flogo",
			header: []string{"Authorization", "Bearer nope"},
			status: 403,
			want:   "ERROR 10000",
		},
		"wrong key": {
			path:   account + "/images/v1/brand%2Flogo",
			header: []string{"X-Auth-Email", Email, "X-Auth-Key", "nope"},
			status: 403, want: "ERROR 10000",
		},
		"short account ID": {
			path:   BasePath + "/accounts/abc/images/v1/x",
			header: token,
			status: 404,
			want:   `"code":7003`,
		},
		"another account": {
			path:   BasePath + "/accounts/99999999999999999999999999999999/images/v1/x",
			header: token,
			status: 403,
			want:   `"code":10000`,
		},
		"account without Images": {
			path:   BasePath + "/accounts/" + AccountWithoutImages + "/images/v1/x",
			header: token,
			status: 403,
			want:   `"code":5403`,
		},
		"no such route": {path: BasePath + "/zones", header: token, status: 404, want: `"code":7000`},
		"private image": {
			path:   "/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/083eb7b2-5392-4565-b69e-aff66acddd00/public",
			status: 403, want: "signed",
		},
		"unknown image": {
			path:   "/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/nope",
			status: 404,
			want:   "ERROR 9404",
		},
		"only slashes": {path: account + "/images/v1/%2F%2F", header: token, status: 404, want: `"code":5404`},
	}
	server := httptest.NewServer(New())
	t.Cleanup(server.Close)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := get(t, server, test.path, test.header...)
			if status != test.status || !strings.Contains(body, test.want) {
				t.Errorf("got %d %s, want %d %s", status, body, test.status, test.want)
			}
		})
	}
}

func TestOtherMethods(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPut, BasePath+"/accounts/"+AccountID+"/images/v1/brand%2Flogo", nil)
	request.Header.Set("Authorization", "Bearer "+Token)
	New().ServeHTTP(recorder, request)
	if recorder.Code != http.StatusMethodNotAllowed {
		t.Errorf("got %d, want 405", recorder.Code)
	}
}

// The listing is sorted by upload time, and paged.
func TestList(t *testing.T) {
	t.Parallel()
	fake := New()
	for i := range 25 {
		fake.AddImage(
			fmt.Sprintf(`{"result":{"id":"n%02d","creator":"n","uploaded":"2030-01-01T00:00:%02d.000Z"},"success":true}`, i, i),
		)
	}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	token, ids := "", []string{}
	for range 3 {
		path := BasePath + "/accounts/" + AccountID + "/images/v2?creator=n&per_page=10&continuation_token=" + token
		_, body := get(t, server, path, "Authorization", "Bearer "+Token)
		var page struct {
			Result struct {
				Images []struct{ ID string }
				Token  string `json:"continuation_token"`
			}
		}
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		for _, image := range page.Result.Images {
			ids = append(ids, image.ID)
		}
		token = page.Result.Token
	}
	if len(ids) != 25 || ids[0] != "n24" || ids[24] != "n00" || token != "" {
		t.Errorf("got %d images from %v, and the token %q", len(ids), ids, token)
	}
}

func TestDeliveredImages(t *testing.T) {
	t.Parallel()
	fake := New()
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	fake.DeliverFrom(server.URL)

	_, body := get(t, server, BasePath+"/accounts/"+AccountID+"/images/v1/brand%2Flogo", "Authorization", "Bearer "+Token)
	hero := "/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/hero"
	if !strings.Contains(body, `"`+server.URL+hero+`"`) || strings.Contains(body, deliveryOrigin) {
		t.Fatalf("the URLs do not lead here: %s", body)
	}
	status, encoded := get(t, server, hero)
	config, format, err := image.DecodeConfig(strings.NewReader(encoded))
	if status != 200 || err != nil || format != "png" || config.Width != 1200 || config.Height != 400 {
		t.Errorf("got %d, %s of %d × %d, %v; want a PNG of 1200 × 400", status, format, config.Width, config.Height, err)
	}
	if _, again := get(t, server, hero); again != encoded {
		t.Error("the same image differs")
	}
	fake.PutVariant("tall", `{"height":30}`, false)
	fake.PutVariant("free", `{"fit":"pad"}`, false)
	for variant, want := range map[string]image.Point{"tall": {X: 40, Y: 30}, "free": {X: 320, Y: 240}, "thumbnail": {X: 160, Y: 120}} {
		_, one := get(t, server, strings.TrimSuffix(hero, "hero")+variant)
		status, other := get(t, server, "/ZWd9g1K7eljCn_KDTu_MWA/logos/main.png/"+variant)
		config, _, err := image.DecodeConfig(strings.NewReader(one))
		if size := (image.Point{X: config.Width, Y: config.Height}); err != nil || size != want || status != 200 ||
			one == other {
			t.Errorf("%s: got %v, %v; want %v, and an image that differs: %t", variant, size, err, want, one != other)
		}
	}
}

func TestFail(t *testing.T) {
	t.Parallel()
	fake := New()
	fake.Fail("brand/logo", 2, Respond(503, "text/plain", "busy", "Retry-After", "7"))
	fake.Fail("brand/logo", 1, Respond(429, "text/plain", "slow"))
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	path := BasePath + "/accounts/" + AccountID + "/images/v1/brand%2Flogo"
	for i, want := range []int{503, 503, 429, 200} {
		if status, _ := get(t, server, path, "Authorization", "Bearer "+Token); status != want {
			t.Errorf("request %d: got %d, want %d", i, status, want)
		}
	}
	requests := fake.Requests()
	if len(requests) != 4 || requests[0].URI != path || requests[0].Header.Get("Authorization") != "Bearer "+Token {
		t.Errorf("requests: %+v", requests)
	}
}
