package client

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Message is an entry of an answer's errors or messages. Its text is free of
// secrets and of control characters.
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

// The bounds of what is taken from an answer's errors and messages.
const (
	maxMessages   = 10 // in each list
	maxChainDepth = 3
)

// String writes the message on one line, its chain included.
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

// messageList reads a list of messages. It keeps what can be read, whatever
// error it returns, so that one odd entry does not hide the codes of the rest.
type messageList []Message

// UnmarshalJSON reads errors or messages.
func (l *messageList) UnmarshalJSON(data []byte) error {
	messages, err := decodeMessages(data, maxChainDepth)
	*l = messages
	return err
}

func decodeMessages(data []byte, depth int) (messages []Message, first error) {
	switch kind := jsonKind(data); kind {
	case "an array":
	case "null":
		return nil, nil
	default:
		return nil, fmt.Errorf("want an array of objects, got %s", kind)
	}
	count := 0
	for entry := range elements(data) {
		if count == maxMessages {
			break
		}
		count++
		message, err := decodeMessage(entry, depth)
		if err != nil && first == nil {
			first = err
		}
		if message.Code != 0 || message.Text != "" {
			messages = append(messages, message)
		}
	}
	return messages, first
}

// decodeMessage reads an entry, and as many levels of its chain as depth says.
func decodeMessage(data []byte, depth int) (m Message, err error) {
	var chain json.RawMessage
	var alone string                         // in the envelope's place, it has this name
	if alone, ok := decodeString(data); ok { // some list texts
		return Message{Text: alone}, errors.New("want an object, got a string")
	}
	source := object{{"pointer", "a string", &m.Pointer}}
	err = decodeObject(data,
		field{"code", "a whole number", (*code)(&m.Code)},
		field{"message", "a string", &m.Text},
		field{"error", "a string", &alone},
		field{"documentation_url", "a string", &m.DocumentationURL},
		field{"error_chain", "an array of objects", &chain},
		field{"source", "an object", &source},
	)
	if depth > 0 && chain != nil && string(chain) != "null" {
		var chainErr error
		if m.Chain, chainErr = decodeMessages(chain, depth-1); chainErr != nil && err == nil {
			err = fmt.Errorf("error_chain: %w", chainErr)
		}
	}
	m.Text = cmp.Or(m.Text, alone)
	return m, err
}

// code is a number that some write as text.
type code int

// UnmarshalJSON reads a code.
func (c *code) UnmarshalJSON(data []byte) error {
	if len(data) > 1 && data[0] == '"' {
		data = data[1 : len(data)-1]
	}
	return json.Unmarshal(data, (*int)(c))
}
