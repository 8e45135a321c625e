package audit

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/diachiso/diachiso/registry"
)

// Origin is the first line of every checkpoint, and the name of the keys that sign them.
const Origin = "diachiso-journal"

// Checkpoint says, signed, which link the journal's chain had after so many lines.
type Checkpoint struct {
	Lines int64 // the number of the line that Link belongs to
	Link  registry.Link
	At    time.Time // whole seconds
	Note  string    // text and signatures (golang.org/x/mod/sumdb/note)
}

// newCheckpoint signs the state of the chain.
func newCheckpoint(signer note.Signer, lines int64, link registry.Link, at time.Time) (Checkpoint, error) {
	at = at.UTC().Truncate(time.Second)
	text := fmt.Sprintf("%s\n%d\n%s\n%s\n", Origin, lines, base64.StdEncoding.EncodeToString(link[:]), at.Format(time.RFC3339))
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("sign a checkpoint: %w", err)
	}
	return Checkpoint{Lines: lines, Link: link, At: at, Note: string(signed)}, nil
}

// ReadCheckpoint reads what a note says without looking at its signatures.
func ReadCheckpoint(text string) (Checkpoint, error) {
	c := Checkpoint{Note: text}
	lines := strings.Split(text, "\n")
	if len(lines) < 6 || lines[0] != Origin || lines[4] != "" {
		return c, errors.New("it is no checkpoint of a journal")
	}
	var err error
	if c.Lines, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Lines < 1 || strconv.FormatInt(c.Lines, 10) != lines[1] {
		return c, errors.New("the number of lines of a checkpoint is no number")
	}
	link, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(link) != len(c.Link) {
		return c, errors.New("the link of a checkpoint is no SHA-256 in base64")
	}
	copy(c.Link[:], link)
	if c.At, err = time.Parse(time.RFC3339, lines[3]); err != nil {
		return c, errors.New("the time of a checkpoint is no time")
	}
	return c, nil
}

// verify reports whether one of the keys signed the checkpoint and it says what the rest of it says.
func (c *Checkpoint) verify(keys note.Verifiers) error {
	if _, err := note.Open([]byte(c.Note), keys); err != nil {
		if _, unsigned := errors.AsType[*note.UnverifiedNoteError](err); unsigned {
			return errors.New("no known key signed it")
		}
		if _, invalid := errors.AsType[*note.InvalidSignatureError](err); invalid {
			return errors.New("its signature is wrong")
		}
		return errors.New("it is no signed note")
	}
	said, err := ReadCheckpoint(c.Note)
	if err != nil {
		return err
	}
	if said.Lines != c.Lines || !said.At.Equal(c.At) || said.Link != c.Link {
		return errors.New("its row says something else than what was signed")
	}
	return nil
}

// cutNotes separates notes that stand one after the other. What has no signature, such as a note whose writing was cut short,
// is left out.
func cutNotes(text string) []string {
	var notes []string
	var note strings.Builder
	end := 0 // of the last signature in note
	finish := func() {
		if end > 0 {
			notes = append(notes, note.String()[:end])
		}
		note.Reset()
		end = 0
	}
	for line := range strings.Lines(text) {
		if line == Origin+"\n" {
			finish()
		}
		note.WriteString(line)
		if strings.HasPrefix(line, "— ") && strings.HasSuffix(line, "\n") {
			end = note.Len()
		}
	}
	finish()
	return notes
}
