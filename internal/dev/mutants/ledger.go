package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// ledger is what earlier runs have settled, so that a run that was interrupted
// can go on. Survivors are tried anew, and so is what is in a file that has
// changed. It does not know whether the test that killed is still there: what
// counts is a run without it.
type ledger struct {
	name    string
	settled map[string]outcome // by hash
}

// readLedger reads a file that need not be there yet. Without a name, nothing
// is kept.
func readLedger(name string) (*ledger, error) {
	if name == "" {
		name = os.DevNull
	}
	content, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l := &ledger{name, map[string]outcome{}}
	for line := range strings.Lines(string(content)) {
		if hash, result, whole := strings.Cut(strings.TrimSuffix(line, "\n"), " "); whole && strings.HasSuffix(line, "\n") {
			l.settled[hash] = outcome(result)
		}
	}
	return l, nil
}

func (l *ledger) settle(m mutant, result outcome) error {
	if result == survived || result == uncovered {
		return nil
	}
	file, err := os.OpenFile(l.name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(file, m.hash(), string(result))
	return errors.Join(err, file.Close())
}

// hash stands for the whole file as it is changed.
func (m mutant) hash() string { return fmt.Sprintf("%.12x", sha256.Sum256([]byte(m.source))) }
