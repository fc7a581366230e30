package client

import (
	"context"
	"errors"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// Stats is the current and the maximum number of images of an account. Neither is
// negative.
//
// https://developers.cloudflare.com/api/resources/images/subresources/v1/subresources/stats/
type Stats struct{ Current, Allowed int64 }

// UnmarshalJSON decodes the result object.
func (s *Stats) UnmarshalJSON(data []byte) error {
	*s = Stats{-1, -1}
	count := strictjson.Object{
		strictjson.Key("current", "an integer", &s.Current),
		strictjson.Key("allowed", "an integer", &s.Allowed),
	}
	err := strictjson.Decode(data, strictjson.Key("count", "an object", &count))
	if err == nil && (s.Current < 0 || s.Allowed < 0) {
		err = errors.New("count: current or allowed is missing or negative")
	}
	return err
}

// GetStats reads the number of images of an account. Every error is an *Error.
func (c *Client) GetStats(ctx context.Context, accountID string) (Stats, []Message, error) {
	return read(ctx, c, newGet(1<<20, "accounts", accountID, "images", "v1", "stats"), Stats{})
}
