package vntext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// TokenKind says what a token is made of.
type TokenKind uint8

const (
	Word        TokenKind = iota // letters only
	Number                       // begins with a digit: 12, 12A, 12/34/5A, 12-14, 12+300
	Designation                  // letters with digits behind them: A5, LK12-08, QL1A, CMT8, S1.02
)

// Token is a word or a number of an address text.
type Token struct {
	Text       string // as written; words left over from an input method are put right
	Fold       string // search form of Text; numbers keep / - + and the dot inside
	Start, End int    // bytes of the clean text
	Kind       TokenKind
	Break      bool // a comma, bracket, full stop or dash with spaces stands before it
	Dash       bool // only a dash does: official names such as Bà Rịa - Vũng Tàu have one inside
	Dot        bool // a dot follows at once, as after an abbreviation
	Hyphen     bool // a hyphen joins it to the next word
	Recovered  bool // Text was put right
}

// Tokenize splits clean text (see Clean) into words and numbers. It takes glued ones apart (12NguyenTrai, p12q3, quan1),
// keeps the parts of house numbers together (12/34/5A), and carries out Telex and VNI keystrokes that were left in the text.
// Tokens lie in the text in order without overlapping. The time is proportional to the length of the text.
func Tokenize(clean string) []Token {
	z := tokenizer{text: clean, tokens: make([]Token, 0, len(clean)/5+4)}
	z.vni = holdsVNI(clean)
	z.accented = strings.IndexFunc(clean, func(r rune) bool { return r >= utf8.RuneSelf && unicode.IsLetter(r) }) >= 0
	for z.at < len(clean) {
		if start := z.at; !z.skipSeparators() {
			z.note(clean[start:])
			break
		} else {
			z.note(clean[start:z.at])
		}
		start := z.at
		z.scanRun()
		z.splitRun(start, z.at)
	}
	z.recoverKeys()
	return wordsToNumbers(z.tokens)
}

type tokenizer struct {
	text   string
	at     int
	tokens []Token
	brk    bool // before the next token
	dash   bool

	vni      bool // there are words with VNI digits inside
	accented bool // there are words with diacritics
}

// alnum decodes the character at i and tells letters and digits from separators.
func (z *tokenizer) alnum(i int) (r rune, size int, letter, digit bool) {
	if i >= len(z.text) {
		return 0, 0, false, false
	}
	r, size = utf8.DecodeRuneInString(z.text[i:])
	if r < utf8.RuneSelf {
		c := foldASCII[r]
		return r, size, c >= 'a', c != 0 && c < 'a'
	}
	if vietnameseBase(r) != 0 {
		return r, size, true, false
	}
	return r, size, unicode.IsLetter(r) || unicode.Is(unicode.Mn, r), unicode.IsDigit(r)
}

func (z *tokenizer) skipSeparators() bool {
	for z.at < len(z.text) {
		_, size, letter, digit := z.alnum(z.at)
		if letter || digit {
			return true
		}
		z.at += size
	}
	return false
}

// note looks at the separators before the next token.
func (z *tokenizer) note(sep string) {
	z.brk, z.dash = false, false
	if len(z.tokens) == 0 || sep == " " || sep == "" {
		return
	}
	last := &z.tokens[len(z.tokens)-1]
	last.Dot, last.Hyphen = sep[0] == '.', sep == "-"
	dashes := 0
	for i, r := range sep {
		switch r {
		case ',', ';', '|', ':', '(', ')', '[', ']', '{', '}', '?', '!', '"', '“', '”', '•', '·', '>', '<', '\\', '*', '=', '、', '，', '。':
			z.brk = true
		case '-', '–', '—', '_', '~':
			dashes++
		case '.':
			z.brk = z.brk || i > 0 || endsSentence(last)
		}
	}
	if dashes > 0 && !z.brk && (len(sep) > 1 && strings.ContainsRune(sep, ' ') || dashes > 1) {
		z.brk, z.dash = true, true
	}
}

// endsSentence reports whether a dot behind t separates parts, as commas do; behind abbreviations it doesn't.
func endsSentence(t *Token) bool {
	switch t.Kind {
	case Number:
		return true
	case Designation:
		return len(t.Fold) > 2
	}
	return len(t.Fold) > 1 && !isGluedWord(t.Fold) && t.Fold != "no" && isPlainSyllable(t.Fold)
}

// scanRun reads the longest piece that can hang together.
func (z *tokenizer) scanRun() {
	start := z.at
	digits, letters := false, 0
	for z.at < len(z.text) {
		r, size, letter, digit := z.alnum(z.at)
		if letter || digit {
			if letter && !digits {
				letters++
			}
			digits = digits || digit
			z.at += size
			continue
		}
		next := z.at + size
		switch r {
		case '/':
			next = z.slash(start, next, digits)
		case ' ':
			// "12 / 34"
			if !digits || next >= len(z.text) || z.text[next] != '/' {
				return
			}
			next = z.slash(start, next+1, digits)
		case '-', '+':
			if !z.joinsHyphen(start, next, digits, letters) {
				return
			}
		case '.':
			_, _, _, after := z.alnum(next)
			if !after || !digits || !isDigit(z.text[z.at-1]) || isGluedWord(Fold(z.text[start:start+letters])) {
				return
			}
		default:
			return
		}
		if next < 0 {
			return
		}
		z.at = next
	}
}

// slash returns where a number goes on behind a slash, or -1. Between two words a slash separates them.
func (z *tokenizer) slash(start, next int, digits bool) int {
	if digits && next < len(z.text) && z.text[next] == ' ' {
		next++
		if _, _, _, digit := z.alnum(next); !digit {
			return -1
		}
		return next
	}
	_, _, letter, digit := z.alnum(next)
	if !letter && !digit || !digits && (!digit || next-start > 4) {
		return -1
	}
	return next
}

// joinsHyphen reports whether a hyphen belongs to a number: 12-14, 340E-340F, A12-05, LK-12, 12+300.
func (z *tokenizer) joinsHyphen(start, next int, digits bool, letters int) bool {
	withDigit, length := false, 0
	for i := next; i < len(z.text); {
		_, size, letter, digit := z.alnum(i)
		if !letter && !digit {
			break
		}
		withDigit = withDigit || digit
		i += size
		if length++; length > 6 {
			break
		}
	}
	leading := 0
	for leading < 5 && next+leading < len(z.text) && isDigit(z.text[next+leading]) {
		leading++
	}
	switch {
	case length == 0:
		return false
	case digits && leading > 0 && leading < 5 && length > 6: // 25-2TranCaoVan
		_, _, letter, _ := z.alnum(next + leading)
		return letter
	case digits:
		return withDigit && length <= 6 || length == 1
	}
	return withDigit && letters <= 3 && !isGluedWord(Fold(z.text[start:next-1]))
}

func (z *tokenizer) push(start, end int, kind TokenKind) {
	if start == end {
		return
	}
	text := z.text[start:end]
	t := Token{Text: text, Start: start, End: end, Kind: kind, Break: z.brk, Dash: z.dash}
	if kind == Word {
		t.Fold = Fold(text)
	} else {
		t.Fold = foldNumber(text)
	}
	z.brk, z.dash = false, false
	if t.Fold == "" {
		return
	}
	z.tokens = append(z.tokens, t)
}

// foldNumber folds a number and keeps what joins its parts.
func foldNumber(text string) string {
	plain := true
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' || c == ' ' {
			plain = false
			break
		}
	}
	if plain {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == ' ':
		case vietnameseBase(r) != 0:
			b.WriteByte(vietnameseBase(r))
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// recoverKeys carries out keystrokes. Weak evidence counts only beside strong one, or in a word of three letters and more that
// is neither a common foreign word nor part of a highland name.
func (z *tokenizer) recoverKeys() {
	strong := false
	any := false
	type found struct {
		text string
		how  evidence
	}
	var words []found
	for i := range z.tokens {
		t := &z.tokens[i]
		if t.Kind != Word || isPlainSyllable(t.Fold) || t.Recovered {
			strong = strong || t.Recovered
			continue
		}
		if text, how := fromTelex(t.Text); how != noKeys {
			if words == nil {
				words = make([]found, len(z.tokens))
			}
			words[i] = found{text, how}
			any = true
			strong = strong || how == strongKeys
		}
	}
	if !any {
		return
	}
	for i, w := range words {
		t := &z.tokens[i]
		switch {
		case w.how == noKeys:
			continue
		case strong:
			if w.how == weakKeys && isForeignWord(t.Fold) {
				continue
			}
		case len(t.Fold) < 3 || isForeignWord(t.Fold) || i > 0 && isHighlandWord(z.tokens[i-1].Text) && strings.IndexByte(t.Fold, 'w') < 0:
			continue
		}
		t.Text, t.Fold, t.Recovered = w.text, Fold(w.text), true
	}
}
