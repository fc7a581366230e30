package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/accsweep"
)

// question is an assumption about the API, and how to settle it.
type question struct {
	name string
	// assumed are the results that the code is written for.
	assumed []string
	// run returns the result. Details may follow it after a colon.
	run func(ctx context.Context, p *probe) (seen string, err error)
}

// row is a line of the table.
type row struct{ name, assumed, seen, match string }

// The values of match.
const (
	matches  = "yes"
	differs  = "**no**"
	unknown  = "not settled"
	excluded = "skipped"
)

// errSkipped is the error of a question that can't be settled in this account.
var errSkipped = errors.New("skipped")

// options are the options of a report.
type options struct {
	account      accsweep.Account
	token        string
	wait         time.Duration
	url, rootURL string
	sizes        [4]int // fileSizes, or smaller ones in tests
}

// selectQuestions returns the questions whose names match.
func selectQuestions(pattern *regexp.Regexp) []question {
	return slices.DeleteFunc(questions(), func(q question) bool { return !pattern.MatchString(q.name) })
}

// report settles questions, deletes all that it has created, and prints the
// table. The error says what needs attention.
func (o options) report(ctx context.Context, all []question, out, progress io.Writer) error {
	p, err := newProbe(o)
	if err != nil {
		return err
	}
	fmt.Fprintf(progress, "Run %s; all of its objects contain this ID in their name, creator or file name.\n", p.run)
	rows := make([]row, 0, len(all))
	var left []error
	for i, q := range all {
		fmt.Fprintf(progress, "%d/%d %s\n", i+1, len(all), q.name)
		r := p.settle(ctx, q)
		rows = append(rows, r)
		fmt.Fprintf(progress, "  %s (%s)\n", r.seen, r.match)
		left = append(left, p.cleanUp(ctx))
	}
	left = append(left, p.cleanUpRun(ctx, progress))
	printTable(out, rows)
	return p.attention(ctx, rows, errors.Join(left...))
}

// settle runs a question and returns its row.
func (p *probe) settle(ctx context.Context, q question) row {
	r := row{name: q.name, assumed: strings.Join(q.assumed, " or ")}
	if ctx.Err() != nil {
		r.seen, r.match = "not run: "+context.Cause(ctx).Error(), unknown
		return r
	}
	seen, err := q.run(ctx, p)
	result, _, _ := strings.Cut(seen, ":")
	switch {
	case errors.Is(err, errSkipped):
		seen, r.match = err.Error(), excluded
	case err != nil:
		seen, r.match = err.Error(), unknown
	case slices.Contains(q.assumed, result):
		r.match = matches
	default:
		r.match = differs
	}
	r.seen = p.redact(seen)
	if len(r.seen) > maxSeen {
		r.seen = strings.ToValidUTF8(r.seen[:maxSeen], "") + " …"
	}
	return r
}

// maxSeen is the longest result in the table, in bytes.
const maxSeen = 400

// printTable prints the rows as a Markdown table.
func printTable(out io.Writer, rows []row) {
	cell := strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ").Replace
	fmt.Fprint(out, "| Question | Assumed | Seen | Match |\n|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", cell(r.name), cell(r.assumed), cell(r.seen), r.match)
	}
}

// attention returns an error that counts the rows that aren't as assumed, and
// names the objects that may be left over.
func (p *probe) attention(ctx context.Context, rows []row, left error) error {
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.match]++
	}
	var failed []error
	if counts[differs] > 0 {
		failed = append(failed, fmt.Errorf("%d of %d results differ from the assumption", counts[differs], len(rows)))
	}
	if counts[unknown] > 0 {
		failed = append(failed, fmt.Errorf("%d of %d questions aren't settled", counts[unknown], len(rows)))
	}
	if ctx.Err() != nil {
		failed = append(failed, fmt.Errorf("the run was interrupted: %w", context.Cause(ctx)))
	}
	if left != nil {
		failed = append(failed, errors.New("left over: "+p.redact(left.Error())))
	}
	return errors.Join(failed...)
}
