// Command chart draws the results of the plan benchmark as bars: one for each
// plan, as long as its median time. Plans whose names share a prefix are
// grouped and share a scale. It reads standard input and writes SVG.
package main

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"log"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	groups, err := parse(os.Stdin)
	if err != nil {
		log.Fatal("chart: ", err)
	}
	fmt.Print(draw(groups))
}

// group contains plans that are compared to each other.
type group struct {
	name string
	bars []bar
}

// bar is a plan, with its time in each round.
type bar struct {
	name  string
	times []time.Duration
}

func (b bar) median() time.Duration {
	sorted := slices.Sorted(slices.Values(b.times))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// result matches a line of the benchmark's output: the plan, without the number
// of CPUs, and its time.
var result = regexp.MustCompile(`^BenchmarkPlan/(.+?)(?:-\d+)?\s+\d+\s+(\d+(?:\.\d+)?) ns/op`)

// parse reads the results of all rounds. The order is that of the first round.
func parse(from io.Reader) ([]group, error) {
	var groups []group
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		found := result.FindStringSubmatch(lines.Text())
		if found == nil {
			continue
		}
		nanoseconds, err := strconv.ParseFloat(found[2], 64)
		if err != nil {
			return nil, err
		}
		name, variant, _ := strings.Cut(strings.ReplaceAll(found[1], "_", " "), "/")
		at := slices.IndexFunc(groups, func(g group) bool { return g.name == name })
		if at < 0 {
			at = len(groups)
			groups = append(groups, group{name: name})
		}
		groups[at].add(variant, time.Duration(nanoseconds))
	}
	return groups, lines.Err()
}

func (g *group) add(name string, took time.Duration) {
	at := slices.IndexFunc(g.bars, func(b bar) bool { return b.name == name })
	if at < 0 {
		at = len(g.bars)
		g.bars = append(g.bars, bar{name: name})
	}
	g.bars[at].times = append(g.bars[at].times, took)
}

// Dimensions of the chart in pixels.
const (
	lineHeight = 20
	textWidth  = 170
	barWidth   = 400 // of the longest
	width      = textWidth + barWidth + 80
)

// draw returns the chart as SVG, without groups of a single plan. The colors
// are readable on light and dark pages.
func draw(groups []group) string {
	var lines strings.Builder
	y := lineHeight
	for _, g := range groups {
		if len(g.bars) < 2 {
			continue
		}
		fmt.Fprintf(&lines, "<text x=\"0\" y=\"%d\" font-weight=\"bold\">%s</text>\n", y, html.EscapeString(g.name))
		y += lineHeight
		longest := slices.MaxFunc(g.bars, func(a, b bar) int { return int(a.median() - b.median()) }).median()
		for _, b := range g.bars {
			name, colour := b.name, "#2f81f7"
			switch b.name {
			case "":
				name = "this provider"
			case "do-nothing provider":
				colour = "#8b949e"
			}
			length := int(barWidth * b.median() / longest)
			fmt.Fprintf(&lines, "<text x=\"10\" y=\"%d\">%s</text>\n", y, html.EscapeString(name))
			fmt.Fprintf(&lines, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"14\" fill=\"%s\"/>\n", textWidth, y-12, length, colour)
			fmt.Fprintf(&lines, "<text x=\"%d\" y=\"%d\">%.2f s</text>\n", textWidth+length+8, y, b.median().Seconds())
			y += lineHeight
		}
		y += lineHeight / 2
	}
	return fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "+
		"font-family=\"sans-serif\" font-size=\"13\" fill=\"#768390\">\n%s</svg>\n", width, y, lines.String())
}
