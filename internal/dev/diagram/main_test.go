package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The committed diagram is up to date, well-formed, and contains every step.
func TestDiagram(t *testing.T) {
	t.Parallel()
	drawn := draw(steps)
	committed, err := os.ReadFile("reupload.svg")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(committed), drawn); diff != "" {
		t.Errorf("reupload.svg is out of date: run make generate (-committed +drawn):\n%s", diff)
	}
	var content strings.Builder
	for decoder := xml.NewDecoder(strings.NewReader(drawn)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok {
			content.Write(text)
		}
	}
	for _, s := range steps {
		for _, want := range []string{s.phase, s.does, s.failure, s.outcome} {
			if !strings.Contains(content.String(), want) {
				t.Errorf("the diagram lacks %q", want)
			}
		}
	}
}
