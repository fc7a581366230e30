package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The output of go test for three rounds becomes bars of the medians.
func TestChart(t *testing.T) {
	t.Parallel()
	groups, err := parse(strings.NewReader(`goos: linux
BenchmarkPlan/1_block-2                	       1	 300000000 ns/op	 0.06 cpu-s
BenchmarkPlan/1_block/do-nothing_provider-2	       1	 200000000 ns/op	 0.04 cpu-s
BenchmarkPlan/100000_images_by_cloudflare_images-2	 1	 40000000000 ns/op
BenchmarkPlan/1_block-2                	       1	 900000000 ns/op	 0.06 cpu-s
BenchmarkPlan/1_block/do-nothing_provider-2	       1	 200000000 ns/op	 0.04 cpu-s
BenchmarkPlan/1_block-2                	       1	 400000000 ns/op	 0.06 cpu-s
BenchmarkPlan/1_block/do-nothing_provider-2	       1	 100000000 ns/op	 0.04 cpu-s
PASS
`))
	if err != nil {
		t.Fatal(err)
	}
	want := `<svg xmlns="http://www.w3.org/2000/svg" width="650" height="90" font-family="sans-serif" font-size="13" fill="#768390">
<text x="0" y="20" font-weight="bold">1 block</text>
<text x="10" y="40">this provider</text>
<rect x="170" y="28" width="400" height="14" fill="#2f81f7"/>
<text x="578" y="40">0.40 s</text>
<text x="10" y="60">do-nothing provider</text>
<rect x="170" y="48" width="200" height="14" fill="#8b949e"/>
<text x="378" y="60">0.20 s</text>
</svg>
`
	if diff := cmp.Diff(want, draw(groups)); diff != "" {
		t.Errorf("chart (-want +got):\n%s", diff)
	}
}
