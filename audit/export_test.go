package audit_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// recompute verifies an export as docs/audit.md describes it, with nothing but the standard library and the verifier key. It
// returns the number of lines and how many of them the checkpoint signs.
func recompute(export, verifier string) (lines, signed int, err error) {
	link := make([]byte, sha256.Size)
	number := 0
	links := map[string]string{} // by number of the line
	for text := range strings.Lines(export) {
		text = strings.TrimSuffix(text, "\n")
		switch {
		case strings.HasPrefix(text, `{"after":`):
			var head struct {
				After int
				Link  string
			}
			if err := json.Unmarshal([]byte(text), &head); err != nil {
				return 0, 0, err
			}
			number = head.After
			link, _ = hex.DecodeString(head.Link)
		case strings.HasPrefix(text, `{"checkpoint":`):
			var last struct{ Checkpoint string }
			if err := json.Unmarshal([]byte(text), &last); err != nil {
				return 0, 0, err
			}
			if signed, err = recomputeCheckpoint(last.Checkpoint, verifier, links); err != nil {
				return 0, 0, err
			}
		default:
			covered, rest, _ := strings.Cut(text, `,"link":"`)
			stored, rest, _ := strings.Cut(rest, `"`)
			sum := sha256.Sum256(append(link, covered...))
			number++
			if hex.EncodeToString(sum[:]) != stored || !strings.HasPrefix(covered, fmt.Sprintf(`{"seq":%d,`, number)) {
				return 0, 0, fmt.Errorf("line %d does not verify", number)
			}
			if state, ok := strings.CutPrefix(rest, `,"address":`); ok {
				sum := sha256.Sum256([]byte(strings.TrimSuffix(state, "}")))
				if !strings.HasSuffix(covered, `,"state":"`+hex.EncodeToString(sum[:])+`"`) {
					return 0, 0, fmt.Errorf("the address of line %d is not the one the line covers", number)
				}
			}
			link = sum[:]
			links[fmt.Sprint(number)] = base64.StdEncoding.EncodeToString(link)
			lines++
		}
	}
	return lines, signed, nil
}

func recomputeCheckpoint(note, verifier string, links map[string]string) (lines int, err error) {
	text, signature, _ := strings.Cut(note, "\n\n")
	text += "\n"
	said := strings.Split(text, "\n")
	if links[said[1]] != said[2] {
		return 0, fmt.Errorf("line %s is not the one that was signed", said[1])
	}
	key, err := base64.StdEncoding.DecodeString(strings.SplitN(verifier, "+", 3)[2])
	if err != nil {
		return 0, err
	}
	signed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(strings.SplitN(signature, " ", 3)[2]))
	if err != nil {
		return 0, err
	}
	if !ed25519.Verify(key[1:], []byte(text), signed[4:]) { // after the algorithm; after the key's hash
		return 0, errors.New("the signature is wrong")
	}
	_, err = fmt.Sscan(said[1], &lines)
	return lines, err
}

func (j journalled) export(t *testing.T, path string, o audit.ExportOptions) (string, error) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, s)
	var out bytes.Buffer
	lines, err := audit.Export(t.Context(), s, &out, o)
	if n := int64(strings.Count(out.String(), `{"seq":`)); n != lines {
		t.Errorf("%d lines told, %d written", lines, n)
	}
	return out.String(), err
}

// TestAnExportCanBeVerifiedByItself: with the documentation and without this program.
func TestAnExportCanBeVerifiedByItself(t *testing.T) {
	j := newJournal(t)
	all := int(j.lines)
	report := j.verify(t, j.path, nil)
	for _, c := range []struct {
		name          string
		o             audit.ExportOptions
		lines, signed int
	}{
		{"everything", audit.ExportOptions{}, all, int(report.Newest.Lines)},
		{"with addresses", audit.ExportOptions{States: true}, all, int(report.Newest.Lines)},
		{"from the middle", audit.ExportOptions{Since: 100}, all - 99, int(report.Newest.Lines)},
		{"a part without a checkpoint", audit.ExportOptions{Since: 2, Until: 11}, 10, 0},
		{"nothing yet", audit.ExportOptions{Since: j.lines + 1}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, err := j.export(t, j.path, c.o)
			if err != nil {
				t.Fatal(err)
			}
			lines, signed, err := recompute(text, j.key.Verifier)
			if err != nil || lines != c.lines || signed != c.signed {
				t.Errorf("%d lines, %d signed (%v); want %d and %d", lines, signed, err, c.lines, c.signed)
			}
			if strings.Contains(text, "Phố Huế") != c.o.States {
				t.Errorf("addresses are in it: %v, want %v", !c.o.States, c.o.States)
			}
			for _, change := range []struct{ old, new string }{{`"actor":"test"`, `"actor":"tesu"`}, {"Phố Huế", "Phố Hué"}, {`{"seq":105,`, `{"seq":106,`}} {
				if strings.Contains(text, change.old) {
					if _, _, err := recompute(strings.Replace(text, change.old, change.new, 1), j.key.Verifier); err == nil {
						t.Errorf("a change of %s is not found", change.old)
					}
				}
			}
		})
	}
}

func TestAnExportRefuses(t *testing.T) {
	j := newJournal(t)
	if _, err := j.export(t, j.path, audit.ExportOptions{Since: j.lines + 2}); registry.CodeOf(err) != registry.CodeNotFound {
		t.Errorf("lines that are not there yet: %v", err)
	}
	text, err := j.export(t, j.tampered(t, "UPDATE journal_entry SET actor = 'x' WHERE seq = 11"), audit.ExportOptions{})
	if registry.CodeOf(err) != registry.CodeInternal || strings.Count(text, "\n") != 10 {
		t.Errorf("a line that was changed: %d lines are written, %v", strings.Count(text, "\n"), err)
	}
}
