package client

import (
	"fmt"
	"net/http"
	"testing"
)

func TestReadQuota(t *testing.T) {
	t.Parallel()
	none := "none"
	tests := map[string]struct {
		limits, policy []string
		want           string
	}{
		"documented":       {[]string{`"default";r=50;t=30`}, []string{`"default";q=1200;w=300`}, "50 of 1200 for 30s"},
		"without a policy": {[]string{`"default";r=50;t=30`}, nil, "50 of 0 for 30s"},
		"another's policy": {[]string{`"default";r=50;t=30`}, []string{`"burst";q=100;w=60`}, "50 of 0 for 30s"},
		"the tightest counts": {
			[]string{`"default";r=50;t=30, "burst";r=3;t=5`},
			[]string{`"burst";q=100;w=60, "default";q=1200;w=300`},
			"3 of 100 for 5s",
		},
		"in several headers": {[]string{`"burst";r=3;t=5`, `"default";r=2;t=30`}, nil, "2 of 0 for 30s"},
		"used up":            {[]string{`"default";r=0;t=0`}, nil, "0 of 0 for 0s"},
		"a very long window": {[]string{`"default";r=0;t=1000000000`}, nil, "0 of 0 for 5m10s"},
		"further parameters": {[]string{`"default";x="y";r=5;pk=:cHsdsRa894==:;t=6`}, nil, "5 of 0 for 6s"},
		"equally tight":      {[]string{`"a";r=5;t=6, "b";r=5;t=7`}, nil, "5 of 0 for 6s"},
		"a quota that is not said, beside one that is": {
			[]string{`"a";r=50;t=6, "b";r=399;t=7`}, []string{`"b";q=2000`}, "399 of 2000 for 7s", // less than 50 of 250
		},
		"the most that can be": {
			[]string{`"a";r=1000000000;t=6`}, []string{`"a";q=1000000000`}, "1000000000 of 1000000000 for 6s",
		},
		"one more than that":  {[]string{`"a";r=1000000001;t=6`}, nil, none},
		"absent":              {nil, nil, none},
		"empty":               {[]string{""}, nil, none},
		"garbage":             {[]string{"\x00;;=r=,"}, nil, none},
		"a name that is none": {[]string{`default;r=5;t=6`}, nil, none},
		"no number left":      {[]string{`"default";t=6`}, nil, none},
		"no window":           {[]string{`"default";r=5`}, nil, none},
		"negative":            {[]string{`"default";r=-5;t=6`}, nil, none},
		"a fraction":          {[]string{`"default";r=5.5;t=6`}, nil, none},
		"text for a number":   {[]string{`"default";r="5";t=6`}, nil, none},
		"far too many":        {[]string{`"default";r=999999999999999;t=6`}, nil, none},
		"an inner list":       {[]string{`("default");r=5;t=6`}, nil, none},
		"one good item":       {[]string{`"a";r=x;t=6, "default";r=5;t=6`}, nil, "5 of 0 for 6s"},
		"one broken item":     {[]string{`"a";;, "default";r=5;t=6`}, nil, none},
		"the older names":     {nil, nil, none},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Ratelimit": test.limits, "Ratelimit-Policy": test.policy, "X-Ratelimit-Remaining": {"0"}}
			got := none
			if allowed, ok := readQuota(header); ok {
				got = fmt.Sprintf("%d of %d for %s", allowed.remaining, allowed.quota, allowed.untilReset)
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// A fifth is low; a quota that is not said is taken to be small.
func TestQuotaIsLow(t *testing.T) {
	t.Parallel()
	for allowed, want := range map[quota]bool{
		{remaining: 240, quota: 1200}: true, {remaining: 241, quota: 1200}: false, {remaining: 1, quota: 5}: true, {remaining: 0, quota: 1200}: true,
		{remaining: 50}: true, {remaining: 51}: false, {}: true,
	} {
		if got := allowed.isLow(); got != want {
			t.Errorf("%+v: got %t, want %t", allowed, got, want)
		}
	}
}
