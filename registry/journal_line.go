package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/diachiso/diachiso/geo"
)

// Link is a line's place in the chain: SHA-256 of the link before it (32 zero bytes before the first line) and the line.
type Link [sha256.Size]byte

// JournalLine is one line of the journal: an event of an address or another entry.
type JournalLine struct {
	Seq    int64 // from 1, without gaps
	Link   Link  // as it was stored
	Event  *Event
	Entry  *Entry
	Damage string // why the line cannot be read as it was written, "" when it can; Event or Entry may then be incomplete
	// DamagedAddress says that the damage is not in the line: the address is gone, or back, without a line that says so.
	DamagedAddress bool
}

// Chain is the end of the journal: its zero value stands before the first line. docs/audit.md describes the form of the
// lines for those who verify it with a program of their own; it never changes for lines that exist.
type Chain struct {
	Seq  int64
	Link Link

	line, state, code []byte // reused
}

// AddEvent makes the event, whose Seq it ignores, the chain's next line.
func (c *Chain) AddEvent(e *Event) {
	var state StateSum
	if e.After != nil {
		state, c.state = SumState(c.state, e.After)
	}
	c.AddSummed(e, state)
}

// StateSum is what a link covers of the state after an event: the SHA-256 of its canonical form, zero where there is none.
type StateSum [sha256.Size]byte

// SumState takes a buffer and gives it back, grown.
func SumState(buf []byte, a *Address) (StateSum, []byte) {
	buf = AppendState(buf[:0], a)
	return sha256.Sum256(buf), buf
}

// AddSummed is AddEvent for those who know the sum of the state after the event already.
func (c *Chain) AddSummed(e *Event, state StateSum) {
	c.Seq++
	c.line = append(c.line[:0], c.Link[:]...)
	c.code, _ = e.Code.AppendText(c.code[:0]) // has no errors
	c.line = appendEventLine(c.line, c.Seq, e, c.code, state)
	c.Link = sha256.Sum256(c.line)
}

// AddEntry makes the entry, whose Seq it ignores, the chain's next line.
func (c *Chain) AddEntry(e *Entry) {
	c.Seq++
	c.line = append(c.line[:0], c.Link[:]...)
	c.line = appendEntryLine(c.line, c.Seq, e)
	c.Link = sha256.Sum256(c.line)
}

// State is the hash of the state after an event that the link covers, hexadecimal; "" for a removal and for an entry.
func (l *JournalLine) State() string {
	if l.Event == nil || l.Event.After == nil {
		return ""
	}
	sum := sha256.Sum256(AppendState(nil, l.Event.After))
	return hex.EncodeToString(sum[:])
}

// AppendText appends the line as the auditor gets it: what the link covers, the link, and with states also what the event
// made of the address, whose hash the link covers.
func (l *JournalLine) AppendText(to []byte, states bool) []byte {
	var state []byte
	if l.Event != nil {
		var sum StateSum
		if l.Event.After != nil {
			state = AppendState(nil, l.Event.After)
			sum = sha256.Sum256(state)
		}
		code, _ := l.Event.Code.AppendText(nil)
		to = appendEventLine(to, l.Seq, l.Event, code, sum)
	} else {
		to = appendEntryLine(to, l.Seq, l.Entry)
	}
	to = append(to, `,"link":"`...)
	to = hex.AppendEncode(to, l.Link[:])
	to = append(to, '"')
	if states && state != nil {
		to = append(to, `,"address":`...)
		to = append(to, state...)
	}
	return append(to, '}')
}

// appendEventLine appends what the link of an event covers: a JSON object that is still open, for the link to follow.
// The state after it stands there as its hash, so that the journal can be verified by those who may not see addresses.
func appendEventLine(b []byte, seq int64, e *Event, code []byte, state StateSum) []byte {
	b = appendLineHead(b, seq, "event", e.At, e.Actor, e.Action)
	b = append(b, `,"subject":"`...)
	b = append(b, code...)
	b = append(b, `","version":`...)
	b = strconv.AppendInt(b, e.Version, 10)
	if e.After != nil {
		b = append(b, `,"state":"`...)
		b = hex.AppendEncode(b, state[:])
		b = append(b, '"')
	}
	return appendText(b, `,"changeset":`, e.Changeset)
}

// appendEntryLine is appendEventLine for an entry.
func appendEntryLine(b []byte, seq int64, e *Entry) []byte {
	b = appendLineHead(b, seq, "entry", e.At, e.Actor, e.Action)
	b = appendText(b, `,"subject":`, e.Subject)
	return appendText(b, `,"detail":`, e.Detail)
}

func appendLineHead(b []byte, seq int64, kind string, at time.Time, actor, action string) []byte {
	b = append(b, `{"seq":`...)
	b = strconv.AppendInt(b, seq, 10)
	b = append(b, `,"kind":"`...)
	b = append(b, kind...)
	b = append(b, `","at":`...)
	b = strconv.AppendInt(b, at.UnixMilli(), 10)
	b = appendText(b, `,"actor":`, actor)
	return appendText(b, `,"action":`, action)
}

// AppendState appends the canonical form of an address: JSON with its members in this order, without spaces, without
// members that are empty, unknown or 0; positions in 1e-7 degrees, times in ms since 1970, flags in alphabetical order.
// A field that Address gains is added so that addresses without it keep their form.
func AppendState(b []byte, a *Address) []byte {
	b = append(b, `{"code":"`...)
	b, _ = a.Code.AppendText(b) // has no errors
	b = append(b, '"')
	b = appendText(b, `,"status":`, string(a.Status))
	b = appendText(b, `,"kind":`, string(a.Kind))
	b = append(b, `,"version":`...)
	b = strconv.AppendInt(b, a.Version, 10)
	b = append(b, `,"positions":[`...)
	for i, p := range a.Positions {
		b = appendPosition(b, i, p)
	}
	b = append(b, ']')
	c := &a.Components
	b = appendText(b, `,"house_number":`, c.HouseNumber)
	for i, part := range c.Alley {
		b = append(b, [2]string{`,"alley":["`, `,"`}[min(i, 1)]...)
		b = append(appendEscaped(b, part), '"')
	}
	if len(c.Alley) > 0 {
		b = append(b, ']')
	}
	b = appendText(b, `,"street":`, c.Street)
	b = appendText(b, `,"hamlet":`, c.Hamlet)
	b = appendText(b, `,"quarter":`, c.Quarter)
	b = appendText(b, `,"building":`, c.Building)
	b = appendText(b, `,"block":`, c.Block)
	b = appendText(b, `,"floor":`, c.Floor)
	b = appendText(b, `,"unit":`, c.Unit)
	b = appendText(b, `,"commune_at_issue":`, a.CommuneAtIssue)
	b = appendText(b, `,"commune":`, a.Commune)
	for i, id := range a.ExternalIDs {
		b = appendExternalID(b, i, id)
	}
	if len(a.ExternalIDs) > 0 {
		b = append(b, ']')
	}
	b = appendText(b, `,"dataset":`, a.Provenance.Dataset)
	b = appendText(b, `,"detail":`, a.Provenance.Detail)
	b = appendFlags(b, a.Flags)
	for i, successor := range a.Successors {
		b = append(b, [2]string{`,"successors":["`, `,"`}[min(i, 1)]...)
		b, _ = successor.AppendText(b) // has no errors
		b = append(b, '"')
	}
	if len(a.Successors) > 0 {
		b = append(b, ']')
	}
	b = append(b, `,"created_at":`...)
	b = strconv.AppendInt(b, a.CreatedAt.UnixMilli(), 10)
	b = append(b, `,"updated_at":`...)
	b = strconv.AppendInt(b, a.UpdatedAt.UnixMilli(), 10)
	return append(b, '}')
}

func appendPosition(b []byte, i int, p TypedPosition) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	b = append(b, `{"lat":`...)
	b = strconv.AppendInt(b, int64(p.Point.LatE7), 10)
	b = append(b, `,"lon":`...)
	b = strconv.AppendInt(b, int64(p.Point.LonE7), 10)
	b = appendText(b, `,"type":`, string(p.Type))
	if p.Source != geo.SourceUnknown {
		b = appendText(b, `,"source":`, string(p.Source))
	}
	if p.AccuracyM != 0 {
		b = append(b, `,"accuracy_m":`...)
		b = strconv.AppendFloat(b, p.AccuracyM, 'f', -1, 64)
	}
	return append(b, '}')
}

func appendExternalID(b []byte, i int, id ExternalID) []byte {
	b = append(b, [2]string{`,"external_ids":[{"scheme":"`, `,{"scheme":"`}[min(i, 1)]...)
	b = append(appendEscaped(b, id.Scheme), '"')
	b = appendText(b, `,"value":`, id.Value)
	b = appendText(b, `,"source":`, id.Source)
	if id.ValidFrom != 0 {
		b = append(b, `,"valid_from":`...)
		b = strconv.AppendInt(b, int64(id.ValidFrom), 10)
	}
	if id.ValidTo != 0 {
		b = append(b, `,"valid_to":`...)
		b = strconv.AppendInt(b, int64(id.ValidTo), 10)
	}
	return append(b, '}')
}

func appendFlags(b []byte, flags []Flag) []byte {
	if len(flags) == 0 {
		return b
	}
	var few [8]Flag
	sorted := append(few[:0], flags...)
	slices.Sort(sorted)
	b = append(b, `,"flags":[`...)
	for i, f := range sorted {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(appendEscaped(b, string(f)), '"')
	}
	return append(b, ']')
}

// appendText appends a member unless its text is empty. name has the comma before it and the colon.
func appendText(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	b = append(b, name...)
	b = append(b, '"')
	return append(appendEscaped(b, text), '"')
}

// appendEscaped writes text as it is but for quotes and backslashes, control characters (\u00XX) and bytes that are no
// UTF-8 (U+FFFD, as the JSON of an event's state before it has them).
func appendEscaped(b []byte, text string) []byte {
	const digits = "0123456789abcdef"
	if !utf8.ValidString(text) {
		text = string([]rune(text))
	}
	from := 0
	for i := range len(text) {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, text[from:i]...)
		if c < ' ' {
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		} else {
			b = append(b, '\\', c)
		}
		from = i + 1
	}
	return append(b, text[from:]...)
}
