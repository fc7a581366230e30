package client

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// Message is an entry of the errors or messages of a response. It contains no
// secrets and no control characters.
//
// https://developers.cloudflare.com/fundamentals/api/how-to/make-api-calls/
type Message struct {
	// Code is Cloudflare's number for the condition; 0 if missing.
	Code int
	// Text describes the condition. It may be empty.
	Text string
	// DocumentationURL is the page that documents the condition; often empty.
	DocumentationURL string
	// Pointer is the affected part of the request; often empty.
	Pointer string
	// Chain contains the underlying conditions, which are often more specific.
	Chain []Message
}

// The bounds of the errors and messages of a response.
const (
	maxMessages   = 10 // in each list
	maxChainDepth = 3
)

// String returns the message with its chain on one line.
func (m Message) String() string {
	var s strings.Builder
	s.WriteString(m.Text)
	if m.Code != 0 {
		fmt.Fprintf(&s, " (code %d)", m.Code)
	}
	if m.Pointer != "" {
		fmt.Fprintf(&s, " at %s", m.Pointer)
	}
	if m.DocumentationURL != "" {
		fmt.Fprintf(&s, ", see %s", m.DocumentationURL)
	}
	for _, cause := range m.Chain {
		fmt.Fprintf(&s, ": %s", cause)
	}
	return strings.TrimSpace(s.String())
}

// messageList decodes a list of messages. It keeps the valid entries even if it
// returns an error, so that a malformed one doesn't hide the codes of the rest.
type messageList []Message

// UnmarshalJSON decodes errors or messages.
func (l *messageList) UnmarshalJSON(data []byte) (err error) {
	*l, err = decodeMessages(data, maxChainDepth)
	return err
}

func decodeMessages(data []byte, depth int) (messages []Message, first error) {
	switch kind := strictjson.Kind(data); kind {
	case "an array":
	case "null":
		return nil, nil
	default:
		return nil, fmt.Errorf("expected an array of objects, got %s", kind)
	}
	count := 0
	for entry := range strictjson.Elements(data) {
		if count++; count > maxMessages {
			break
		}
		message, err := decodeMessage(entry, depth)
		first = cmp.Or(first, err)
		if message.Code != 0 || message.Text != "" {
			messages = append(messages, message)
		}
	}
	return messages, first
}

// decodeMessage decodes an entry, with up to depth levels of its chain.
func decodeMessage(data []byte, depth int) (m Message, err error) {
	var chain json.RawMessage
	var single string                                  // the message of an error without an envelope
	if text, ok := strictjson.DecodeString(data); ok { // in some lists
		return Message{Text: text}, errors.New("expected an object, got a string")
	}
	source := strictjson.Object{strictjson.Key("pointer", "a string", &m.Pointer)}
	err = strictjson.Decode(data,
		strictjson.Key("code", "an integer", (*code)(&m.Code)),
		strictjson.Key("message", "a string", &m.Text),
		strictjson.Key("error", "a string", &single),
		strictjson.Key("documentation_url", "a string", &m.DocumentationURL),
		strictjson.Key("error_chain", "an array of objects", &chain),
		strictjson.Key("source", "an object", &source),
	)
	if depth > 0 && chain != nil && string(chain) != "null" {
		var chainErr error
		if m.Chain, chainErr = decodeMessages(chain, depth-1); chainErr != nil && err == nil {
			err = fmt.Errorf("error_chain: %w", chainErr)
		}
	}
	m.Text = cmp.Or(m.Text, single)
	return m, err
}

// code is an integer, which some responses contain as a string.
type code int

// UnmarshalJSON decodes a code.
func (c *code) UnmarshalJSON(data []byte) error {
	if len(data) > 1 && data[0] == '"' {
		data = data[1 : len(data)-1]
	}
	return json.Unmarshal(data, (*int)(c))
}

// envelope is the outer object of every v4 response.
//
// https://developers.cloudflare.com/fundamentals/api/how-to/make-api-calls/
type envelope struct {
	success  *bool
	result   json.RawMessage
	errors   messageList
	messages messageList
}

func (e *envelope) decode(data []byte) error {
	return strictjson.Decode(data,
		strictjson.Key("success", "a boolean", &e.success),
		strictjson.Key("result", "an object", &e.result),
		strictjson.Key("errors", "an array of objects", &e.errors),
		strictjson.Key("messages", "an array of objects", &e.messages),
	)
}

// errUnsuccessful means that success is false in a 200 response.
var errUnsuccessful = errors.New(`"success" is false`)

// decodeEnvelope decodes the body of a 200 response into result, and returns its
// errors and messages. If result is nil, only success is checked.
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
	if err := e.decode(body); err != nil {
		return nil, err
	}
	switch {
	case e.success == nil:
		return nil, errors.New(`"success" is missing`)
	case !*e.success:
		return nil, errUnsuccessful
	case result != nil && strictjson.Kind(e.result) != "an object":
		return nil, fmt.Errorf("result: expected an object, got %s", strictjson.Kind(e.result))
	case result != nil:
		if err := result.UnmarshalJSON(e.result); err != nil {
			return nil, fmt.Errorf("result: %w", err)
		}
	}
	return append(e.errors, e.messages...), nil
}

// sanitize redacts and truncates messages in place.
func sanitize(r redact.Redactor, messages []Message) []Message {
	for i := range messages {
		m := &messages[i]
		m.Text = r.Sanitize(m.Text, 300)
		m.DocumentationURL = r.Sanitize(m.DocumentationURL, 200)
		m.Pointer = r.Sanitize(m.Pointer, 100)
		sanitize(r, m.Chain)
	}
	return messages
}
