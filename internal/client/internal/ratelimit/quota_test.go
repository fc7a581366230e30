package ratelimit

import (
	"fmt"
	"net/http"
	"testing"
)

func TestParseQuota(t *testing.T) {
	t.Parallel()
	none := "none"
	tests := map[string]struct {
		limits, policy []string
		want           string
	}{
		"documented": {
			limits: []string{`"default";r=50;t=30`},
			policy: []string{`"default";q=1200;w=300`},
			want:   "50 of 1200 for 30s",
		},
		"without a policy": {limits: []string{`"default";r=50;t=30`}, want: "50 of 0 for 30s"},
		"another's policy": {
			limits: []string{`"default";r=50;t=30`},
			policy: []string{`"burst";q=100;w=60`},
			want:   "50 of 0 for 30s",
		},
		"the tightest counts": {
			limits: []string{`"default";r=50;t=30, "burst";r=3;t=5`},
			policy: []string{`"burst";q=100;w=60, "default";q=1200;w=300`},
			want:   "3 of 100 for 5s",
		},
		"in several headers": {limits: []string{`"burst";r=3;t=5`, `"default";r=2;t=30`}, want: "2 of 0 for 30s"},
		"used up":            {limits: []string{`"default";r=0;t=0`}, want: "0 of 0 for 0s"},
		"a very long window": {limits: []string{`"default";r=0;t=1000000000`}, want: "0 of 0 for 5m10s"},
		"further parameters": {limits: []string{`"default";x="y";r=5;pk=:cHsdsRa894==:;t=6`}, want: "5 of 0 for 6s"},
		"equally tight":      {limits: []string{`"a";r=5;t=6, "b";r=5;t=7`}, want: "5 of 0 for 6s"},
		"an unknown quota and a known one": {
			limits: []string{
				`"a";r=50;t=6, "b";r=399;t=7`,
			}, policy: []string{`"b";q=2000`}, want: "399 of 2000 for 7s", // less than 50 of 250
		},
		"the most that can be": {
			limits: []string{
				`"a";r=1000000000;t=6`,
			}, policy: []string{`"a";q=1000000000`}, want: "1000000000 of 1000000000 for 6s",
		},
		"one more than that":  {limits: []string{`"a";r=1000000001;t=6`}, want: none},
		"absent":              {want: none},
		"empty":               {limits: []string{""}, want: none},
		"garbage":             {limits: []string{"\x00;;=r=,"}, want: none},
		"an invalid name":     {limits: []string{`default;r=5;t=6`}, want: none},
		"no number left":      {limits: []string{`"default";t=6`}, want: none},
		"no window":           {limits: []string{`"default";r=5`}, want: none},
		"negative":            {limits: []string{`"default";r=-5;t=6`}, want: none},
		"a fraction":          {limits: []string{`"default";r=5.5;t=6`}, want: none},
		"string for a number": {limits: []string{`"default";r="5";t=6`}, want: none},
		"far too many":        {limits: []string{`"default";r=999999999999999;t=6`}, want: none},
		"an inner list":       {limits: []string{`("default");r=5;t=6`}, want: none},
		"one good item":       {limits: []string{`"a";r=x;t=6, "default";r=5;t=6`}, want: "5 of 0 for 6s"},
		"one broken item":     {limits: []string{`"a";;, "default";r=5;t=6`}, want: none},
		"the older names":     {want: none},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Ratelimit": test.limits, "Ratelimit-Policy": test.policy, "X-Ratelimit-Remaining": {"0"}}
			got := none
			if allowed, ok := parseQuota(header); ok {
				got = fmt.Sprintf("%d of %d for %s", allowed.remaining, allowed.total, allowed.untilReset)
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// A fifth is low. An unknown total is assumed to be small.
func TestQuotaIsLow(t *testing.T) {
	t.Parallel()
	for allowed, want := range map[quota]bool{
		{remaining: 240, total: 1200}: true, {remaining: 241, total: 1200}: false, {remaining: 0, total: 1200}: true,
		{remaining: 1, total: 5}: true,
		{remaining: 50}:          true, {remaining: 51}: false, {}: true,
	} {
		if got := allowed.isLow(); got != want {
			t.Errorf("%+v: got %t, want %t", allowed, got, want)
		}
	}
}
