package registry

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

func journalled(t testing.TB) *Address {
	t.Helper()
	code, err := addresscode.ParseStrict("5FJBC-2NJV-T33")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 22, 8, 30, 15, 123e6, time.UTC)
	return &Address{
		Code: code, Status: StatusActive, Kind: KindDwelling, Version: 3,
		Positions: []TypedPosition{
			{PositionEntrance, geo.Position{Point: geo.Point{LatE7: 210287000, LonE7: 1058524000}, Source: geo.SourceGPS, AccuracyM: 4.5}},
			{PositionBuilding, geo.Position{Point: geo.Point{LatE7: -1, LonE7: 2}, Source: geo.SourceUnknown}},
		},
		Components: Components{HouseNumber: "12A", Alley: []string{"12", `"34"`}, Street: "Phố Hàng Bạc", Hamlet: "h", Quarter: "q",
			Building: "b\\", Block: "c", Floor: "1", Unit: "2\n"},
		CommuneAtIssue: "00070", Commune: "00071",
		ExternalIDs: []ExternalID{{Scheme: "osm", Value: "node/1", Source: "x", ValidFrom: 20250701, ValidTo: 20260701}, {Scheme: "a", Value: "b"}},
		Provenance:  Provenance{Dataset: "osm", Detail: "d"}, Flags: []Flag{FlagSpilled, FlagCommuneGiven},
		CreatedAt: at, UpdatedAt: at.Add(time.Second),
	}
}

// TestCanonicalForm pins the form: a change would break every chain that exists.
func TestCanonicalForm(t *testing.T) {
	const state = `{"code":"5FJBC-2NJV-T33","status":"active","kind":"dwelling","version":3,"positions":[` +
		`{"lat":210287000,"lon":1058524000,"type":"entrance","source":"gps","accuracy_m":4.5},{"lat":-1,"lon":2,"type":"building"}],` +
		`"house_number":"12A","alley":["12","\"34\""],"street":"Phố Hàng Bạc","hamlet":"h","quarter":"q","building":"b\\","block":"c",` +
		`"floor":"1","unit":"2\u000a","commune_at_issue":"00070","commune":"00071","external_ids":[{"scheme":"osm","value":"node/1",` +
		`"source":"x","valid_from":20250701,"valid_to":20260701},{"scheme":"a","value":"b"}],"dataset":"osm","detail":"d",` +
		`"flags":["commune_given","spilled"],"created_at":1795336215123,"updated_at":1795336216123}`
	a := journalled(t)
	if got := string(AppendState(nil, a)); got != state {
		t.Errorf("state:\n got %s\nwant %s", got, state)
	}
	sum := sha256.Sum256([]byte(state))
	event := JournalLine{Seq: 1, Event: &Event{Code: a.Code, Version: 3, Action: ActionUpdated, Actor: "cli", At: a.UpdatedAt, After: a}}
	entry := JournalLine{Seq: 2, Entry: &Entry{At: a.CreatedAt, Actor: "key:7F2KQ9BX", Action: "address.read", Subject: "5FJBC-2NJV-T33", Detail: `{"n":1}`}}
	lines := []string{
		`{"seq":1,"kind":"event","at":1795336216123,"actor":"cli","action":"updated","subject":"5FJBC-2NJV-T33","version":3,"state":"` + hex.EncodeToString(sum[:]) + `"`,
		`{"seq":2,"kind":"entry","at":1795336215123,"actor":"key:7F2KQ9BX","action":"address.read","subject":"5FJBC-2NJV-T33","detail":"{\"n\":1}"`,
	}
	var chain Chain
	var link Link
	for i, l := range []*JournalLine{&event, &entry} {
		if l.Event != nil {
			chain.AddEvent(l.Event)
		} else {
			chain.AddEntry(l.Entry)
		}
		link = sha256.Sum256(append(link[:], lines[i]...))
		if chain.Seq != int64(i+1) || chain.Link != link {
			t.Errorf("line %d is linked otherwise than documented", i+1)
		}
		l.Link = link
		want := lines[i] + `,"link":"` + hex.EncodeToString(link[:]) + `"`
		if got := string(l.AppendText(nil, false)); got != want+"}" {
			t.Errorf("line %d:\n got %s\nwant %s}", i+1, got, want)
		}
		if i == 0 {
			want += `,"address":` + state
		}
		if got := l.AppendText(nil, true); string(got) != want+"}" || !json.Valid(got) {
			t.Errorf("line %d with states:\n got %s\nwant %s}", i+1, got, want)
		}
	}
}

// TestEveryFieldIsInTheChain changes each field there is, one after the other.
func TestEveryFieldIsInTheChain(t *testing.T) {
	linkOf := func(l JournalLine) Link {
		var c Chain
		if l.Event != nil {
			c.AddEvent(l.Event)
		} else {
			c.AddEntry(l.Entry)
		}
		return c.Link
	}
	other, err := addresscode.FromKey(journalled(t).Code.Key() + 1)
	for n := uint64(2); err != nil; n++ {
		other, err = addresscode.FromKey(journalled(t).Code.Key() + n)
	}
	// changeAll calls check after changing one field and puts it back.
	var changeAll func(path string, v reflect.Value, check func(path string))
	changeAll = func(path string, v reflect.Value, check func(path string)) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		switch x := v.Addr().Interface().(type) {
		case *addresscode.Code:
			*x = other
		case *time.Time:
			*x = x.Add(time.Millisecond)
		default:
			switch v.Kind() {
			case reflect.String:
				v.SetString(v.String() + "x")
			case reflect.Int32, reflect.Int64:
				v.SetInt(v.Int() + 1)
			case reflect.Float64:
				v.SetFloat(v.Float() + 0.1)
			case reflect.Pointer:
				if !v.IsNil() { // Event.Before: it is the state after the event before
					changeAll(path, v.Elem(), check)
				}
				return
			case reflect.Struct:
				for i := range v.NumField() {
					changeAll(path+"."+v.Type().Field(i).Name, v.Field(i), check)
				}
				return
			case reflect.Slice:
				for i := range v.Len() {
					changeAll(path+"[]", v.Index(i), check)
				}
				v.Set(v.Slice(0, v.Len()-1))
			default:
				t.Fatalf("%s: the test cannot change a %s", path, v.Type())
			}
		}
		check(path)
		v.Set(old)
	}
	a := journalled(t)
	for n := uint64(1); len(a.Successors) < 2; n++ {
		if code, err := addresscode.FromKey(other.Key() + n); err == nil {
			a.Successors = append(a.Successors, code)
		}
	}
	event := Event{Code: a.Code, Version: 3, Action: ActionUpdated, Actor: "cli", At: a.UpdatedAt, After: a}
	entry := Entry{At: a.CreatedAt, Actor: "key:7F2KQ9BX", Action: "address.read", Subject: "5FJBC-2NJV-T33", Detail: `{"n":1}`}
	fields := 0
	for _, l := range []JournalLine{{Event: &event}, {Entry: &entry}} {
		sound := linkOf(l)
		v := reflect.ValueOf(&event)
		if l.Entry != nil {
			v = reflect.ValueOf(&entry)
		}
		changeAll(v.Elem().Type().Name(), v.Elem(), func(path string) {
			fields++
			if same := linkOf(l) == sound; same != strings.HasSuffix(path, ".Seq") {
				t.Errorf("a change of %s: same link: %v", path, same)
			}
		})
		if linkOf(l) != sound {
			t.Fatal("the test does not put fields back")
		}
	}
	if fields < 45 {
		t.Errorf("only %d fields were changed", fields)
	}
	event.After = nil
	if linkOf(JournalLine{Event: &event}) == linkOf(JournalLine{Event: &Event{Code: a.Code, Version: 3, Action: ActionUpdated, Actor: "cli", At: a.UpdatedAt, After: a}}) {
		t.Error("an event without the state after it has the same link")
	}
}

// FuzzLine: whatever the texts are, a line is JSON that says them, and the link cannot be mistaken for a part of one.
func FuzzLine(f *testing.F) {
	f.Add("cli", "address.read", "a\",\"link\":\"", "\x00\x1f\u2028\xff\\")
	f.Fuzz(func(t *testing.T, actor, action, subject, detail string) {
		l := JournalLine{Seq: 1, Entry: &Entry{Actor: actor, Action: action, Subject: subject, Detail: detail}}
		text := l.AppendText(nil, false)
		var got struct{ Actor, Action, Subject, Detail string }
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for _, pair := range [][2]string{{got.Actor, actor}, {got.Action, action}, {got.Subject, subject}, {got.Detail, detail}} {
			if utf8.ValidString(pair[1]) && pair[0] != pair[1] {
				t.Errorf("%q became %q", pair[1], pair[0])
			}
		}
		if n := bytes.Count(text, []byte(`,"link":"`)); n != 1 {
			t.Errorf("%s: the link could be in %d places", text, n)
		}
	})
}

func BenchmarkChain(b *testing.B) {
	a := journalled(b)
	e := Event{Code: a.Code, Version: 3, Action: ActionUpdated, Actor: "cli", At: a.UpdatedAt, After: a}
	var c Chain
	b.ReportAllocs()
	for b.Loop() {
		c.AddEvent(&e)
	}
}
