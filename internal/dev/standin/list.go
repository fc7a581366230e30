package standin

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// SigningKey is the value of the account's key "default". It is no one's.
const SigningKey = "stand-in-signing-key"

// The answers that list the account's variants and signing keys.
var (
	//go:embed variants.json
	variantsAnswer string
	//go:embed keys.json
	keysAnswer string
)

// stored is an image, with what the listing goes by.
type stored struct {
	answer   string
	id       string
	uploaded string
	number   int // in the order in which they were stored
	private  bool
	draft    bool
	variants []string
	creator  string
	meta     map[string]any
	result   json.RawMessage
}

// parse reads an answer that is written by hand.
func parse(answer string) stored {
	var envelope struct {
		Result json.RawMessage `json:"result"`
	}
	var image struct {
		ID                string   `json:"id"`
		Uploaded          string   `json:"uploaded"`
		RequireSignedURLs bool     `json:"requireSignedURLs"`
		Draft             bool     `json:"draft"`
		Variants          []string `json:"variants"`
		Creator           string   `json:"creator"`
	}
	if err := json.Unmarshal([]byte(answer), &envelope); err != nil {
		panic(err)
	}
	if err := json.Unmarshal(envelope.Result, &image); err != nil {
		panic(err)
	}
	var meta struct {
		Meta any `json:"meta"`
	}
	if err := json.Unmarshal(envelope.Result, &meta); err != nil {
		panic(err)
	}
	object, _ := meta.Meta.(map[string]any)
	return stored{
		answer: answer, id: image.ID, uploaded: image.Uploaded, private: image.RequireSignedURLs, draft: image.Draft,
		variants: image.Variants, creator: image.Creator, meta: object, result: envelope.Result,
	}
}

// serveList serves a page of the images: by time of upload, newest first
// unless asked otherwise, without drafts. A continuation token is the number
// of images that came before.
func (s *Server) serveList(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	perPage, err := strconv.Atoi(cmp.Or(query.Get("per_page"), "1000"))
	if err != nil || perPage < 10 || perPage > 1000 {
		refuse(w, r, http.StatusBadRequest, `{"code":5400,"message":"per_page must be between 10 and 1000"}`)
		return
	}
	offset := 0
	if token := query.Get("continuation_token"); token != "" {
		if _, err := fmt.Sscanf(token, "stand-in-page-%d", &offset); err != nil || offset < 0 {
			refuse(w, r, http.StatusBadRequest, `{"code":5400,"message":"invalid continuation_token"}`)
			return
		}
	}
	if problem := checkFilters(query); problem != "" {
		refuse(w, r, http.StatusBadRequest, `{"code":5400,"message":"`+problem+`"}`)
		return
	}
	s.mu.Lock()
	var found []stored
	for _, image := range s.images {
		if !image.draft && image.matches(query) {
			found = append(found, image)
		}
	}
	delivery := s.delivery
	s.mu.Unlock()

	slices.SortFunc(found, func(a, b stored) int {
		order := cmp.Or(cmp.Compare(a.uploaded, b.uploaded), cmp.Compare(a.number, b.number))
		if query.Get("sort_order") == "asc" {
			return order
		}
		return -order
	})
	page := found[min(offset, len(found)):min(offset+perPage, len(found))]
	results := make([]string, len(page))
	for i, image := range page {
		results[i] = strings.ReplaceAll(string(image.result), deliveryOrigin, delivery)
	}
	token := "null"
	if offset+perPage < len(found) {
		token = fmt.Sprintf(`"stand-in-page-%d"`, offset+perPage)
	}
	writeJSON(w, http.StatusOK, `{"result":{"images":[`+strings.Join(results, ",")+`],"continuation_token":`+token+`},`+
		`"success":true,"errors":[],"messages":[]}`)
}

// checkFilters holds a query to the documented limits. Of the operators, the
// stand-in knows the one that the provider sends.
func checkFilters(query map[string][]string) string {
	filters := 0
	for name, values := range query {
		path, isMeta := strings.CutPrefix(name, "meta.")
		switch {
		case isMeta:
			filters++
			path, isEqual := strings.CutSuffix(path, "[eq:string]")
			if !isEqual || path == "" || strings.Count(path, ".") > 4 {
				return "invalid meta filter"
			}
		case name == "sort_order" && values[0] != "asc" && values[0] != "desc":
			return "invalid sort_order"
		case !slices.Contains([]string{"per_page", "continuation_token", "sort_order", "creator"}, name):
			return "unknown parameter"
		}
	}
	if filters > 5 {
		return "too many meta filters"
	}
	return ""
}

// matches applies the filters of a query.
func (i stored) matches(query map[string][]string) bool {
	if creator, given := query["creator"]; given && i.creator != creator[0] {
		return false
	}
	for name, values := range query {
		path, isMeta := strings.CutPrefix(name, "meta.")
		if !isMeta {
			continue
		}
		path = strings.TrimSuffix(path, "[eq:string]")
		var at any = i.meta
		for step := range strings.SplitSeq(path, ".") {
			object, _ := at.(map[string]any)
			at = object[step]
		}
		if text, isText := at.(string); !isText || text != values[0] {
			return false
		}
	}
	return true
}
