package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// member is one known member of a JSON object: its exact name, its documented
// type in words, and where its value goes. Absent and null leave the target as
// it is.
type member struct {
	name string
	want string
	into any
}

// decodeObject reads the members of a JSON object by their exact names; by
// itself, encoding/json would take "ID" for "id".
func decodeObject(data []byte, members ...member) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil || object == nil {
		return fmt.Errorf("want an object, got %s", jsonKind(data))
	}
	for _, m := range members {
		raw, present := object[m.name]
		if !present {
			continue
		}
		if err := json.Unmarshal(raw, m.into); err != nil {
			if wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
				err = fmt.Errorf("want %s, got %s", m.want, describe(raw, wrongType))
			}
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

// describe names the kind of a value that did not fit, never the value, which
// may be a secret.
func describe(raw json.RawMessage, wrongType *json.UnmarshalTypeError) string {
	kind := jsonKind(raw)
	inside, _, _ := strings.Cut(wrongType.Value, " ")
	if kind == "an array" && inside != "array" {
		return "an array holding a value of type " + inside
	}
	return kind
}

func jsonKind(raw []byte) string {
	switch raw := bytes.TrimSpace(raw); {
	case len(raw) == 0:
		return "nothing"
	case raw[0] == '{':
		return "an object"
	case raw[0] == '[':
		return "an array"
	case raw[0] == '"':
		return "a string"
	case raw[0] == 'n':
		return "null"
	case raw[0] == 't' || raw[0] == 'f':
		return "a boolean"
	default:
		return "a number"
	}
}

// envelope is the frame of every v4 answer.
// https://developers.cloudflare.com/fundamentals/api/how-to/make-api-calls/
type envelope struct {
	Success  bool
	Result   json.RawMessage
	Errors   []Message
	Messages []Message
}

// UnmarshalJSON reads the frame and leaves Result as raw JSON.
func (e *envelope) UnmarshalJSON(data []byte) error {
	return decodeObject(data,
		member{"success", "true or false", &e.Success},
		member{"result", "an object", &e.Result},
		member{"errors", "an array of objects", &e.Errors},
		member{"messages", "an array of objects", &e.Messages},
	)
}

// errUnsuccessful means that a 200 answer says success: false.
var errUnsuccessful = errors.New("it says success: false")

// decodeEnvelope reads the body of a 200 answer into result, and returns what
// the API had to say beside it. The error names what is wrong with the body.
func decodeEnvelope(body []byte, result json.Unmarshaler) ([]Message, error) {
	switch {
	case len(body) == 0:
		return nil, errors.New("the body is empty")
	case !utf8.Valid(body):
		return nil, errors.New("the body is not UTF-8")
	case !json.Valid(body):
		return nil, fmt.Errorf("the body is not valid JSON: %w", json.Unmarshal(body, new(any)))
	}
	var e envelope
	if err := e.UnmarshalJSON(body); err != nil {
		return nil, err
	}
	if !e.Success {
		return nil, errUnsuccessful
	}
	if kind := jsonKind(e.Result); kind != "an object" {
		return nil, fmt.Errorf("result: want an object, got %s", kind)
	}
	if err := result.UnmarshalJSON(e.Result); err != nil {
		return nil, fmt.Errorf("result: %w", err)
	}
	return append(e.Errors, e.Messages...), nil
}

// Message is an entry of an answer's errors or messages.
// https://developers.cloudflare.com/fundamentals/api/how-to/make-api-calls/
type Message struct {
	// Code is Cloudflare's number for the condition; 0 where it was missing.
	Code int
	// Text says what it is about. It may be empty.
	Text string
	// DocumentationURL is where to read on; often empty.
	DocumentationURL string
	// Pointer names the part of the request that is meant; often empty.
	Pointer string
	// Chain holds the underlying conditions, which tend to say more.
	Chain []Message
}

// UnmarshalJSON reads an entry of errors, messages or error_chain.
func (m *Message) UnmarshalJSON(data []byte) error {
	var source json.RawMessage
	err := decodeObject(data,
		member{"code", "a whole number", &m.Code},
		member{"message", "a string", &m.Text},
		member{"documentation_url", "a string", &m.DocumentationURL},
		member{"error_chain", "an array of objects", &m.Chain},
		member{"source", "an object", &source},
	)
	if err != nil || source == nil || string(source) == "null" {
		return err
	}
	if err := decodeObject(source, member{"pointer", "a string", &m.Pointer}); err != nil {
		return fmt.Errorf("source: %w", err)
	}
	return nil
}

// String writes the message on one line, its chain included.
func (m Message) String() string {
	var s strings.Builder
	s.WriteString(clean(m.Text, 300))
	if m.Code != 0 {
		fmt.Fprintf(&s, " (code %d)", m.Code)
	}
	if m.Pointer != "" {
		fmt.Fprintf(&s, " at %s", clean(m.Pointer, 100))
	}
	if m.DocumentationURL != "" {
		fmt.Fprintf(&s, ", see %s", clean(m.DocumentationURL, 200))
	}
	for _, cause := range m.Chain {
		fmt.Fprintf(&s, ": %s", cause)
	}
	return strings.TrimSpace(s.String())
}
