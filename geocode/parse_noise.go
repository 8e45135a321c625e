package geocode

import (
	"slices"
	"strings"

	"github.com/diachiso/diachiso/vntext"
)

// Notes to the courier, landmarks and names are set aside: they are no part of the address and nobody's business in a log.

// withoutNotes drops the tokens of notes and remembers them. A note runs to the end of its part, or to the division behind it.
func (s *source) withoutNotes(tokens []vntext.Token) []vntext.Token {
	return s.dropNotes(tokens, len(tokens))
}

// withoutShortNotes takes only the first words of a note for the note.
func (s *source) withoutShortNotes(tokens []vntext.Token) []vntext.Token {
	s.notes = nil
	return s.dropNotes(tokens, 3)
}

func (s *source) dropNotes(tokens []vntext.Token, longest int) []vntext.Token {
	var kept []vntext.Token // nil until the first note
	at := 0
	for i := 0; i < len(tokens); {
		end, words := s.noteAt(tokens, i)
		if end == i {
			i++
			continue
		}
		end = min(end, i+words+longest)
		if kept == nil {
			kept = make([]vntext.Token, 0, len(tokens))
			tokens = slices.Clone(tokens) // breaks are set below, and the caller keeps its own
		}
		kept = append(kept, tokens[at:i]...)
		s.notes = append(s.notes, s.span(tokens[i].Start, tokens[end-1].End))
		if end < len(tokens) {
			tokens[end].Break, tokens[end].Dash = true, false
		}
		at, i = end, end
	}
	if kept == nil {
		return tokens
	}
	return append(kept, tokens[at:]...)
}

// noteAt returns where the note that begins at token i ends, and how many words only introduce it; i when there is none.
func (s *source) noteAt(tokens []vntext.Token, i int) (end, words int) {
	start := i == 0 || tokens[i].Break
	if start && s.bracketBefore(tokens, i) {
		if end := s.bracketNote(tokens, i); end > i {
			return end, end - i
		}
	}
	if !start && isDivisionName(tokens, i) {
		return i, 0
	}
	if words = noteWords(tokens, i, start); words == 0 {
		if start && s.isName(tokens, i) {
			end = partEnd(tokens, i)
			return end, end - i
		}
		return i, 0
	}
	end = i + words
	person := tokens[i].Fold == "chi" || tokens[i].Fold == "gap" || tokens[i].Fold == "lh"
	for end < len(tokens) && !tokens[end].Break && !saysDivision(tokens, end) && !(person && tokens[end].Kind == vntext.Number) {
		end++
	}
	return end, words
}

// partEnd returns where the part between commas that token i stands in ends.
func partEnd(tokens []vntext.Token, i int) int {
	for i++; i < len(tokens) && !tokens[i].Break; i++ {
	}
	return i
}

func (s *source) bracketBefore(tokens []vntext.Token, i int) bool {
	from := 0
	if i > 0 {
		from = tokens[i-1].End
	}
	return strings.Contains(s.clean[from:tokens[i].Start], "(")
}

// bracketNote returns where a remark in brackets ends. What is bracketed is a remark unless it says that it is a component
// or division; a bracket that is never closed holds one only if it begins as one.
func (s *source) bracketNote(tokens []vntext.Token, i int) int {
	stop := strings.IndexByte(s.clean[tokens[i].Start:], ')')
	if stop < 0 {
		return i
	}
	stop += tokens[i].Start
	end := i
	for end < len(tokens) && tokens[end].Start < stop {
		end++
	}
	if end == i {
		return i
	}
	if former := tokens[end-1].Fold == "cu" || tokens[i].Fold == "nay" || tokens[i].Fold == "cu"; former {
		return end
	}
	w, _ := wordAt(tokens, i)
	if w.role != noRole && w.role != roleStreet && w.role != roleKm || saysDivision(tokens, i) {
		return i
	}
	return end
}

// isDivisionName reports whether token i belongs to the name that the word before it announces: Xã Cảm Nhân, Xã Giao Tân,
// Phường Cách Bi, Thị trấn Lai Cách.
func isDivisionName(tokens []vntext.Token, i int) bool {
	announced := func(k int) bool { // by the word at k, or the two words that end there
		return k >= 0 && (saysDivision(tokens, k) || k > 0 && tokens[k-1].Fold == "thi" && saysDivision(tokens, k-1))
	}
	return announced(i-1) || tokens[i].Fold == "cach" && !tokens[i-1].Break && tokens[i-1].Kind == vntext.Word && announced(i-2)
}

// saysDivision reports whether a word at token i says that a division's name follows.
func saysDivision(tokens []vntext.Token, i int) bool {
	t := &tokens[i]
	next := func() string {
		if i+1 < len(tokens) {
			return tokens[i+1].Fold
		}
		return ""
	}
	switch t.Fold {
	case "phuong", "quan", "huyen", "tinh":
		return next() != "" && (plainOr(t, "phường") || plainOr(t, "quận") || plainOr(t, "huyện") || plainOr(t, "tỉnh"))
	case "xa":
		return next() != "" && plainOr(t, "xã")
	case "thi":
		return next() == "xa" || next() == "tran"
	case "thanh":
		return next() == "pho" && plainOr(t, "thành")
	case "dac":
		return next() == "khu"
	case "p", "q", "f", "tp", "tx", "tt", "h", "x":
		return next() != "" && (t.Dot || vntext.StartsWithDigit(next()) || t.Fold == "tp")
	case "tphcm", "hcm":
		return true
	}
	return false
}

// plainOr reports whether a token is written without any diacritics, or as the word given.
func plainOr(t *vntext.Token, marked string) bool {
	return isASCII(t.Text) || strings.EqualFold(vntext.Normal(t.Text), marked)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// noteWords returns how many words at token i introduce a note; 0 for none.
func noteWords(tokens []vntext.Token, i int, start bool) int {
	t := &tokens[i]
	next, third := "", ""
	if i+1 < len(tokens) && !tokens[i+1].Break {
		next = tokens[i+1].Fold
		if i+2 < len(tokens) && !tokens[i+2].Break {
			third = tokens[i+2].Fold
		}
	}
	switch t.Fold {
	case "gan":
		if !isASCII(t.Text) && !plainOr(t, "gần") {
			return 0
		}
		if !isASCII(t.Text) || isLandmark(next) {
			return 1
		}
	case "doi":
		if next == "dien" {
			return 2
		}
	case "sau":
		if next == "lung" || next == "nha" && plainOr(t, "sau") || next != "" && vntext.StartsWithDigit(next) && start {
			return 2
		}
	case "phia", "mat":
		if next == "sau" || next == "truoc" {
			return 2
		}
	case "ke", "sat", "ngay", "ben":
		if next == "ben" || next == "canh" || next == "vach" || next == "nga" || next == "goc" || next == "dau" || next == "sau" {
			return 2
		}
	case "canh":
		if strings.EqualFold(vntext.Normal(t.Text), "cạnh") || isASCII(t.Text) && isLandmark(next) && start {
			return 1
		}
	case "cach":
		if strings.EqualFold(vntext.Normal(t.Text), "cách") && next != "mang" {
			return 1
		}
	case "nam":
		if next == "giua" || next == "canh" {
			return 2
		}
	case "dau", "cuoi":
		if (next == "ngo" || next == "hem" || next == "duong" || next == "xom") && strings.ContainsAny(t.Text, "ầốĐđuU") && start {
			return 2
		}
	case "re", "di":
		if next == "vao" || next == "trai" || next == "phai" || next == "thang" {
			return 2
		}
	case "giao":
		if next == "gio" || next == "hang" || next == "truoc" || next == "sau" || next == "cho" || next == "buoi" || next == "vao" || next == "tan" || next == "trong" {
			return 2
		}
	case "gio":
		if next == "hanh" && third == "chinh" {
			return 3
		}
	case "goi":
		if next == "truoc" || next == "dien" || next == "cho" || next == "so" || next == "khi" || next == "minh" {
			return 2
		}
	case "nha":
		if start && (next == "co" || next == "mau" || next == "mat" || next == "cong" || next == "cap" || next == "nam") && plainOr(t, "nhà") {
			return 2
		}
	case "gui", "de":
		if next == "bao" && third == "ve" || next == "o" && third == "cong" {
			return 3
		}
	case "nhan":
		if next == "hang" || next == "vao" {
			return 2
		}
	case "ghi", "luu", "vui", "cam", "xin", "khong", "hang":
		switch next {
		case "chu", "y", "long", "on", "vui", "giao", "nhan", "de":
			if t.Fold != "hang" {
				return 2
			}
		}
	case "nguoi":
		if next == "nhan" || next == "mua" || next == "gui" {
			return 2
		}
	case "lien":
		if next == "he" {
			return 2
		}
	case "gap", "lh":
		if next != "" && (plainOr(t, "gặp")) {
			return 1
		}
	case "note", "ship", "freeship", "cod", "shipper":
		return 1
	case "chi":
		if start && next != "" && (strings.EqualFold(t.Text, "chị") || isASCII(t.Text) && next != "lang") {
			return 1
		}
	}
	return 0
}

// isLandmark lists what places are near to.
func isLandmark(folded string) bool {
	switch folded {
	case "cho", "truong", "nga", "cau", "ben", "benh", "cong", "ubnd", "uy", "tram", "chua", "dinh", "nha", "sieu", "san", "cay", "quan",
		"cafe", "ca", "dai", "ho", "khu", "tiem", "cua", "bv", "kcn", "den", "buu", "ngan", "toa", "vincom", "honda", "duong", "vong", "bigc":
		return true
	}
	return false
}

// isName reports whether a part is a person's name: a form of address or a family name, right beside a telephone number.
func (s *source) isName(tokens []vntext.Token, i int) bool {
	end := partEnd(tokens, i)
	if end-i < 2 || end-i > 5 {
		return false
	}
	for k := i; k < end; k++ {
		if tokens[k].Kind != vntext.Word {
			return false
		}
	}
	beside := false
	for _, phone := range s.phones {
		between := func(from, to int) bool { return from <= to && strings.Trim(s.clean[from:to], " ,;.:-()") == "" }
		beside = beside || between(tokens[end-1].End, phone.Start) || between(phone.End, tokens[i].Start)
	}
	if !beside {
		return false
	}
	switch tokens[i].Fold {
	case "anh", "chi", "co", "chu", "bac", "ong", "ba", "em", "a", "c", "mr", "ms", "mrs":
		return true
	case "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong", "ly", "dinh",
		"truong", "trinh", "mai", "dao", "lam", "ha", "cao", "luong", "ta", "thai", "quach", "chau":
		// a street may stand first without a number; then no other part has the address
		return i == 0 && end < len(tokens) && hasNumber(tokens[end:])
	}
	return false
}

func hasNumber(tokens []vntext.Token) bool {
	for i := range tokens {
		if tokens[i].Kind == vntext.Number {
			return true
		}
	}
	return false
}
