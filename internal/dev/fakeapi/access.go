package fakeapi

import (
	"net/http"
	"strings"
)

// authorize returns the error response for a request that may not reach the
// account, or nil. It accepts exactly one authentication scheme: how the real
// API treats two isn't documented, so here it is an error that no test can
// miss.
func (s *Server) authorize(r *http.Request, accountID string) *response {
	failure := func(status int, errorObject string) *response {
		rejection := errorResponse(r, status, errorObject)
		return &rejection
	}
	bearer, hasToken := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	email, key := r.Header.Get("X-Auth-Email"), r.Header.Get("X-Auth-Key")
	switch {
	case hasToken && (email != "" || key != ""):
		return failure(http.StatusBadRequest, `{"code":6003,"message":"Invalid request headers","error_chain":[`+
			`{"code":6111,"message":"Invalid format for Authorization header"},`+
			`{"code":6103,"message":"Invalid format for X-Auth-Key header"}]}`)
	case hasToken && (bearer == "" || strings.ContainsAny(bearer, `"' `)):
		return failure(http.StatusBadRequest, `{"code":6003,"message":"Invalid request headers","error_chain":[`+
			`{"code":6111,"message":"Invalid format for Authorization header"}]}`)
	case !hasToken && (email == "" || key == ""):
		return failure(http.StatusBadRequest, `{"code":9106,"message":"Missing X-Auth-Key, X-Auth-Email or Authorization headers"}`)
	case hasToken && bearer != Token, !hasToken && (email != Email || key != Key):
		return failure(http.StatusForbidden, `{"code":10000,"message":"Authentication error"}`)
	case accountID == AccountID:
		return nil
	case len(accountID) != len(AccountID):
		return failure(http.StatusNotFound, `{"code":7003,"message":"Could not route to `+r.URL.EscapedPath()+
			`, perhaps your object identifier is invalid?"}`)
	case accountID == AccountWithoutImages:
		rejection := s.reject(r, noImages)
		return &rejection
	default:
		return failure(http.StatusForbidden, `{"code":10000,"message":"Authentication error"}`)
	}
}
