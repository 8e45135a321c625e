package api

import "github.com/diachiso/diachiso/addresscode"

// spokenSymbols is how each symbol of a code is said so that it is not taken for another over a telephone: the names of Vietnamese letters
// that sound alike (bê, pê, tê, vê) each come with a word that begins with the letter. English has the words of the radio alphabet.
var spokenSymbols = map[rune]words{
	'0': {"không", "zero"}, '1': {"một", "one"}, '2': {"hai", "two"}, '3': {"ba", "three"}, '4': {"bốn", "four"},
	'5': {"năm", "five"}, '6': {"sáu", "six"}, '7': {"bảy", "seven"}, '8': {"tám", "eight"}, '9': {"chín", "nine"},
	'B': {"bê như Bắc Giang", "Bravo"},
	'C': {"xê như Cần Thơ", "Charlie"},
	'F': {"ép như FPT", "Foxtrot"},
	'G': {"giê như Gia Lai", "Golf"},
	'H': {"hát như Huế", "Hotel"},
	'J': {"gi như quần jean", "Juliett"},
	'K': {"ca như Khánh Hoà", "Kilo"},
	'M': {"em như Mộc Châu", "Mike"},
	'N': {"en như Nha Trang", "November"},
	'P': {"pê như Phú Thọ", "Papa"},
	'Q': {"quy như Quảng Ngãi", "Quebec"},
	'R': {"e-rờ như Rạch Giá", "Romeo"},
	'S': {"ét như Sơn La", "Sierra"},
	'T': {"tê như Tây Ninh", "Tango"},
	'V': {"vê như Vĩnh Long", "Victor"},
	'X': {"ích như Xuân", "X-ray"},
	'Z': {"dét như Zalo", "Zulu"},
}

// spokenSymbol is a symbol and how it is said.
type spokenSymbol struct{ Symbol, Said string }

// spokenGroup is one of the groups that a code is written in: zone, household and check.
type spokenGroup struct {
	Text, Name string
	Symbols    []spokenSymbol
}

var groupNames = [...]words{{"Vùng", "Zone"}, {"Nhà", "Household"}, {"Phần kiểm tra", "Check"}}

// spoken is how a code is read aloud, group by group.
func spoken(code addresscode.Code, l lang) []spokenGroup {
	groups := []spokenGroup{{Name: groupNames[0].in(l)}}
	for _, symbol := range code.String() {
		if symbol == '-' {
			groups = append(groups, spokenGroup{Name: groupNames[len(groups)].in(l)})
			continue
		}
		g := &groups[len(groups)-1]
		g.Text += string(symbol)
		g.Symbols = append(g.Symbols, spokenSymbol{string(symbol), spokenSymbols[symbol].in(l)})
	}
	return groups
}
