package client

import (
	"encoding/json"
	"testing"
)

// The metadata of an image is held to what was asked for.
func TestMetaMatchCheck(t *testing.T) {
	t.Parallel()
	yes := MetaMatch{MetaBoolean, []string{"true"}}
	tests := map[string]struct {
		match MetaMatch
		meta  string
		want  string // empty where it fits
	}{
		"text":                    {textMatch("x"), `{"a":{"b":"x"}}`, ""},
		"escaped text":            {textMatch("x|y"), `{"a":{"b":"\u0078|y"}}`, ""},
		"no text":                 {textMatch(""), `{"a":{"b":""}}`, ""},
		"one of the texts":        {textMatch("x", "y"), `{"a":{"b":"y"}}`, ""},
		"none of the texts":       {textMatch("x", "y"), `{"a":{"b":"z"}}`, `has "z" at "a.b" in its metadata, but "x" or "y" was asked for`},
		"the texts, joined":       {textMatch("x", "y"), `{"a":{"b":"x|y"}}`, `has "x|y" at "a.b" in its metadata, but "x" or "y" was asked for`},
		"number for text":         {textMatch("5"), `{"a":{"b":5}}`, `has no text at "a.b" in its metadata, but "5" was asked for`},
		"number":                  {numberMatch("5"), `{"a":{"b": 5.0 }}`, ""},
		"one of the numbers":      {numberMatch("1", "5"), `{"a":{"b":5}}`, ""},
		"none of the numbers":     {numberMatch("1", "5"), `{"a":{"b":5.1}}`, `has 5.1 at "a.b" in its metadata, but 1 or 5 was asked for`},
		"text for number":         {numberMatch("5"), `{"a":{"b":"5"}}`, `has no number at "a.b" in its metadata, but 5 was asked for`},
		"null for number":         {numberMatch("0"), `{"a":{"b":null}}`, `has no number at "a.b" in its metadata, but 0 was asked for`},
		"boolean":                 {yes, `{"a":{"b":true}}`, ""},
		"the other boolean":       {yes, `{"a":{"b":false}}`, `has false at "a.b" in its metadata, but true was asked for`},
		"text for boolean":        {yes, `{"a":{"b":"true"}}`, `has no boolean at "a.b" in its metadata, but true was asked for`},
		"number for boolean":      {yes, `{"a":{"b":1}}`, `has no boolean at "a.b" in its metadata, but true was asked for`},
		"array of what was asked": {textMatch("x"), `{"a":{"b":["x"]}}`, `has no text at "a.b" in its metadata, but "x" was asked for`},
		"no metadata":             {yes, ``, `has no boolean at "a.b" in its metadata, but true was asked for`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := test.match.check(json.RawMessage(test.meta), "a.b"); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// Numbers are the same where their values are, to the last digit.
func TestSameNumber(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		a, b string
		want bool
	}{
		"fraction of nothing":       {"1.0", "1", true},
		"power of ten":              {"1e2", "100", true},
		"capital, with a sign":      {"1.50E+1", "15", true},
		"negative power":            {"25e-2", "0.25", true},
		"zeros between":             {"1002.0030", "1002.003", true},
		"negative":                  {"-7", "-7.0", true},
		"another sign":              {"-7", "7", false},
		"negative nothing":          {"-0.0", "0", true},
		"nothing, times a lot":      {"0e99999999999999999999", "0", true},
		"ten times as much":         {"10", "1", false},
		"zeros count":               {"101", "11", false},
		"beyond a float":            {"9007199254740993", "9007199254740992", false},
		"beyond an integer":         {"12345678901234567890123", "12345678901234567890123.0", true},
		"small difference":          {"0.1", "0.1000000000000000055511151231257827", false},
		"enormous power":            {"1e999999999", "10e999999998", true},
		"power that no int can be":  {"1e99999999999999999999", "1e99999999999999999999", false},
		"power of the other is odd": {"1", "1e99999999999999999999", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, reverse := sameNumber(test.a, test.b), sameNumber(test.b, test.a); got != test.want || reverse != test.want {
				t.Errorf("%s and %s: got %t, and %t the other way round, want %t", test.a, test.b, got, reverse, test.want)
			}
		})
	}
}
