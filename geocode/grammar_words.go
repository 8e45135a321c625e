package geocode

import (
	"strings"

	"github.com/diachiso/diachiso/vntext"
)

// role is what a word says about what follows it.
type role uint8

const (
	noRole       role = iota
	roleNumber        // số, số nhà, SN
	roleAlley         // ngõ, ngách, hẻm, kiệt
	roleStreet        // đường, phố: the name follows, the word is no part of it
	roleRoad          // quốc lộ, đại lộ: the word belongs to the name
	roleHamlet        // thôn, xóm, ấp
	roleQuarter       // tổ, khu phố
	roleUnit          // căn hộ, phòng
	roleFloor         // tầng, lầu
	roleBlock         // block, tòa, tháp
	rolePlot          // lô, LK, BT: a number of its own kind
	roleKm            // km
	roleFlats         // chung cư: a building with flats
	roleBuilding      // tòa nhà, khách sạn, chợ
	roleEstate        // khu đô thị, khu dân cư, khu công nghiệp
	roleDivision      // phường, xã: a division that no reading took
	roleLabel         // địa chỉ: says nothing
)

// lead is a word or phrase with a role.
type lead struct {
	role  role
	text  string // folded words
	exact string // the first word with its diacritics; text that has other ones is another word (Ngô Quyền is no ngõ)
	need  need
	rank  int // alleys: 0 is nearest to the street
}

// need is what must follow for the phrase to have its role.
type need uint8

const (
	needNothing need = iota
	needAny          // something
	needNumber       // a number or designation
	needPlain        // a number when the word is written without diacritics, else something
)

// leads are the phrases by their folded first word, longer ones first.
var leads = map[string][]lead{
	"so":    {{roleNumber, "so nha", "số", needNumber, 0}, {roleNumber, "so", "số", needNumber, 0}},
	"sonha": {{roleNumber, "sonha", "", needNumber, 0}},
	"nha": {
		{roleNumber, "nha so", "nhà", needNumber, 0},
		{roleBuilding, "nha van hoa", "nhà", needAny, 0},
		{roleBuilding, "nha hang", "nhà", needAny, 0},
		{roleBuilding, "nha tho", "nhà", needAny, 0},
		{roleBuilding, "nha nghi", "nhà", needAny, 0},
		{roleNumber, "nha", "nhà", needNumber, 0},
	},
	"sn":    {{roleNumber, "sn", "", needNumber, 0}},
	"s":     {{roleNumber, "s", "", needNumber, 0}},
	"no":    {{roleNumber, "no", "", needNumber, 0}},
	"ngo":   {{roleAlley, "ngo", "ngõ", needPlain, 0}},
	"ngach": {{roleAlley, "ngach", "ngách", needAny, 1}},
	"hem":   {{roleAlley, "hem", "hẻm", needAny, 2}},
	"kiet":  {{roleAlley, "kiet", "kiệt", needPlain, 0}},
	"ng":    {{roleAlley, "ng", "", needNumber, 0}},
	"ngh":   {{roleAlley, "ngh", "", needNumber, 1}},
	"alley": {{roleAlley, "alley", "", needNumber, 0}},
	"lane":  {{roleAlley, "lane", "", needNumber, 0}},
	"duong": {
		{roleRoad, "duong tinh", "đường", needNumber, 0},
		{roleRoad, "duong huyen", "đường", needNumber, 0},
		{roleStreet, "duong pho", "đường", needAny, 0},
		{roleStreet, "duong", "đường", needAny, 0},
	},
	"pho":    {{roleStreet, "pho", "phố", needAny, 0}},
	"d":      {{roleStreet, "d", "", needAny, 0}},
	"dg":     {{roleStreet, "dg", "", needAny, 0}},
	"street": {{roleLabel, "street", "", needNothing, 0}},
	"road":   {{roleLabel, "road", "", needNothing, 0}},
	"quoc":   {{roleRoad, "quoc lo", "quốc", needAny, 0}},
	"tinh":   {{roleRoad, "tinh lo", "tỉnh", needAny, 0}, {roleDivision, "tinh", "tỉnh", needAny, 0}},
	"huong":  {{roleRoad, "huong lo", "hương", needAny, 0}},
	"dai":    {{roleRoad, "dai lo", "đại", needAny, 0}, {roleBuilding, "dai hoc", "đại", needAny, 0}},
	"xa":     {{roleRoad, "xa lo", "xa", needAny, 0}, {roleDivision, "xa", "xã", needAny, 0}},
	"lien":   {{rolePlot, "lien ke", "liền", needNothing, 0}, {roleRoad, "lien tinh lo", "liên", needAny, 0}},
	"cao":    {{roleRoad, "cao toc", "cao", needAny, 0}, {roleBuilding, "cao oc", "cao", needAny, 0}},
	"quang":  {{roleRoad, "quang truong", "quảng", needAny, 0}},
	"cong":   {{roleRoad, "cong truong", "công", needAny, 0}, {roleBuilding, "cong ty", "công", needAny, 0}},
	"huyen":  {{roleRoad, "huyen lo", "huyện", needAny, 0}, {roleDivision, "huyen", "huyện", needAny, 0}},
	"ql":     {{roleRoad, "ql", "", needNumber, 0}},
	"tl":     {{roleRoad, "tl", "", needNumber, 0}},
	"dt":     {{roleRoad, "dt", "", needNumber, 0}},
	"hl":     {{roleRoad, "hl", "", needNumber, 0}},
	"dh":     {{roleRoad, "dh", "", needNumber, 0}},
	"dl":     {{roleRoad, "dl", "", needNumber, 0}},
	"ltl":    {{roleRoad, "ltl", "", needNumber, 0}},
	"qlo":    {{roleRoad, "qlo", "", needNumber, 0}},
	"thon":   {{roleHamlet, "thon", "thôn", needAny, 0}},
	"xom":    {{roleHamlet, "xom", "xóm", needAny, 0}},
	"buon":   {{roleHamlet, "buon", "buôn", needAny, 0}},
	"soc":    {{roleHamlet, "soc", "sóc", needAny, 0}},
	"ap":     {{roleHamlet, "ap", "ấp", needAny, 0}},
	"ban":    {{roleHamlet, "ban", "bản", needPlain, 0}},
	"lang":   {{roleEstate, "lang dai hoc", "làng", needNothing, 0}, {roleHamlet, "lang", "làng", needPlain, 0}},
	"doi":    {{roleHamlet, "doi", "đội", needNumber, 0}},
	"khom":   {{roleHamlet, "khom", "khóm", needAny, 0}},
	"phum":   {{roleHamlet, "phum", "", needAny, 0}},
	"plei":   {{roleHamlet, "plei", "", needAny, 0}},
	"bon":    {{roleHamlet, "bon", "", needAny, 0}},
	"tieu":   {{roleHamlet, "tieu khu", "tiểu", needAny, 0}},
	"thi":    {{roleHamlet, "thi tu", "thị", needAny, 0}, {roleDivision, "thi xa", "thị", needAny, 0}, {roleDivision, "thi tran", "thị", needAny, 0}},
	"cum": {
		{roleEstate, "cum cong nghiep", "cụm", needAny, 0},
		{roleQuarter, "cum dan cu", "cụm", needAny, 0},
		{roleHamlet, "cum", "cụm", needNumber, 0},
	},
	"to":       {{roleQuarter, "to dan pho", "tổ", needAny, 0}, {roleQuarter, "to", "tổ", needPlain, 0}},
	"tdp":      {{roleQuarter, "tdp", "", needAny, 0}},
	"kp":       {{roleQuarter, "kp", "", needAny, 0}},
	"kv":       {{roleQuarter, "kv", "", needAny, 0}},
	"khupho":   {{roleQuarter, "khupho", "", needAny, 0}},
	"todanpho": {{roleQuarter, "todanpho", "", needAny, 0}},
	"tieukhu":  {{roleHamlet, "tieukhu", "", needAny, 0}},
	"khu": {
		{roleEstate, "khu do thi", "khu", needAny, 0},
		{roleEstate, "khu dan cu", "khu", needAny, 0},
		{roleEstate, "khu cong nghiep", "khu", needAny, 0},
		{roleEstate, "khu tap the", "khu", needAny, 0},
		{roleEstate, "khu nha o", "khu", needAny, 0},
		{roleEstate, "khu che xuat", "khu", needAny, 0},
		{roleEstate, "khu tai dinh cu", "khu", needAny, 0},
		{roleEstate, "khu tdc", "khu", needAny, 0},
		{roleEstate, "khu biet thu", "khu", needAny, 0},
		{roleEstate, "khu cong nghe cao", "khu", needNothing, 0},
		{roleEstate, "khu phuc hop", "khu", needAny, 0},
		{roleEstate, "khu du lich", "khu", needAny, 0},
		{roleQuarter, "khu pho", "khu", needAny, 0},
		{roleQuarter, "khu vuc", "khu", needAny, 0},
		{roleQuarter, "khu", "khu", needAny, 0},
	},
	"khoi": {{roleQuarter, "khoi pho", "khối", needAny, 0}, {roleQuarter, "khoi", "khối", needPlain, 0}},
	"kdt":  {{roleEstate, "kdt", "", needAny, 0}},
	"kdtm": {{roleEstate, "kdtm", "", needAny, 0}},
	"kdc":  {{roleEstate, "kdc", "", needAny, 0}},
	"kcn":  {{roleEstate, "kcn", "", needAny, 0}},
	"ktt":  {{roleEstate, "ktt", "", needAny, 0}},
	"ccn":  {{roleEstate, "ccn", "", needAny, 0}},
	"kcx":  {{roleEstate, "kcx", "", needAny, 0}},
	"tdc":  {{roleEstate, "tdc", "", needAny, 0}},
	"cu":   {{roleEstate, "cu xa", "cư", needAny, 0}},
	"can": {
		{roleUnit, "can ho so", "căn", needNumber, 0},
		{roleUnit, "can ho", "căn", needNumber, 0},
		{roleUnit, "can so", "căn", needNumber, 0},
		{roleUnit, "can", "căn", needNumber, 0},
	},
	"canho":     {{roleUnit, "canho", "", needNumber, 0}},
	"ch":        {{roleUnit, "ch", "", needNumber, 0}},
	"apt":       {{roleUnit, "apt", "", needNumber, 0}},
	"apartment": {{roleUnit, "apartment", "", needNumber, 0}},
	"unit":      {{roleUnit, "unit", "", needNumber, 0}},
	"room":      {{roleUnit, "room", "", needNumber, 0}},
	"kiot":      {{roleUnit, "kiot", "", needNumber, 0}},
	"officetel": {{roleUnit, "officetel", "", needNumber, 0}},
	"shophouse": {{roleUnit, "shophouse", "", needNumber, 0}},
	"ki":        {{roleUnit, "ki ot", "ki", needNumber, 0}},
	"phong":     {{roleUnit, "phong so", "phòng", needNumber, 0}, {roleUnit, "phong", "phòng", needNumber, 0}},
	"tang": {
		{roleFloor, "tang", "tầng", needNumber, 0},
		{roleFloor, "tang tret", "tầng", needNothing, 0},
		{roleFloor, "tang ham", "tầng", needNothing, 0},
	},
	"lau":   {{roleFloor, "lau", "lầu", needNumber, 0}},
	"floor": {{roleFloor, "floor", "", needNumber, 0}},
	"fl":    {{roleFloor, "fl", "", needNumber, 0}},
	"block": {{roleBlock, "block", "", needNumber, 0}},
	"thap":  {{roleBlock, "thap", "tháp", needNumber, 0}},
	"tower": {{roleBlock, "tower", "", needNumber, 0}},
	"don":   {{roleBlock, "don nguyen", "đơn", needNumber, 0}},
	"toa": {
		{roleBlock, "toa nha", "", needNumber, 0},
		{roleBuilding, "toa nha", "", needAny, 0},
		{roleBlock, "toa", "", needNumber, 0},
		{roleBuilding, "toa", "", needAny, 0},
	},
	"day":  {{roleBlock, "day nha", "dãy", needNumber, 0}, {roleBlock, "day", "dãy", needNumber, 0}},
	"lo":   {{rolePlot, "lo so", "lô", needNumber, 0}, {rolePlot, "lo dat", "lô", needNumber, 0}, {rolePlot, "lo", "lô", needNumber, 0}},
	"lk":   {{rolePlot, "lk", "", needNumber, 0}},
	"bt":   {{rolePlot, "bt", "", needNumber, 0}},
	"nv":   {{rolePlot, "nv", "", needNumber, 0}},
	"biet": {{rolePlot, "biet thu", "biệt", needNumber, 0}},
	"o":    {{rolePlot, "o so", "ô", needNumber, 0}, {rolePlot, "o", "ô", needNumber, 0}},
	"thua": {
		{rolePlot, "thua dat so", "thửa", needNumber, 0},
		{rolePlot, "thua dat", "thửa", needNumber, 0},
		{rolePlot, "thua", "thửa", needNumber, 0},
	},
	"km":       {{roleKm, "km", "", needNumber, 0}},
	"chung":    {{roleFlats, "chung cu", "", needAny, 0}},
	"c":        {{roleFlats, "c c", "", needAny, 0}}, // C/c
	"cc":       {{roleFlats, "cc", "", needNothing, 0}},
	"ccmn":     {{roleFlats, "ccmn", "", needNothing, 0}},
	"chungcu":  {{roleFlats, "chungcu", "", needNothing, 0}},
	"vinhomes": {{roleFlats, "vinhomes", "", needNothing, 0}},
	"ktx":      {{roleFlats, "ktx", "", needNothing, 0}},
	"landmark": {{roleFlats, "landmark", "", needNothing, 0}},
	"masteri":  {{roleFlats, "masteri", "", needNothing, 0}},
	"ecopark":  {{roleFlats, "ecopark", "", needNothing, 0}},
	"ecohome":  {{roleFlats, "ecohome", "", needNothing, 0}},
	"ky":       {{roleFlats, "ky tuc xa", "", needNothing, 0}},
	"khach":    {{roleBuilding, "khach san", "", needAny, 0}},
	"benh":     {{roleBuilding, "benh vien", "", needAny, 0}},
	"sieu":     {{roleBuilding, "sieu thi", "", needAny, 0}},
	"trung":    {{roleBuilding, "trung tam", "trung", needAny, 0}},
	"cua":      {{roleBuilding, "cua hang", "cửa", needAny, 0}},
	"ngan":     {{roleBuilding, "ngan hang", "ngân", needAny, 0}},
	"truong": {
		{roleBuilding, "truong thpt", "trường", needAny, 0},
		{roleBuilding, "truong thcs", "trường", needAny, 0},
		{roleBuilding, "truong tieu hoc", "trường", needAny, 0},
		{roleBuilding, "truong mam non", "trường", needAny, 0},
		{roleBuilding, "truong dai hoc", "trường", needAny, 0},
		{roleBuilding, "truong dh", "trường", needAny, 0},
		{roleBuilding, "truong cao dang", "trường", needAny, 0},
		{roleBuilding, "truong mau giao", "trường", needAny, 0},
		{roleBuilding, "truong th", "trường", needAny, 0},
	},
	"cho":      {{roleBuilding, "cho", "chợ", needAny, 0}},
	"vincom":   {{roleBuilding, "vincom", "", needNothing, 0}},
	"vinmec":   {{roleBuilding, "vinmec", "", needNothing, 0}},
	"ubnd":     {{roleBuilding, "ubnd", "", needNothing, 0}},
	"tttm":     {{roleBuilding, "tttm", "", needNothing, 0}},
	"tthc":     {{roleBuilding, "tthc", "", needNothing, 0}},
	"bigc":     {{roleBuilding, "bigc", "", needNothing, 0}},
	"aeon":     {{roleBuilding, "aeon", "", needNothing, 0}},
	"lotte":    {{roleBuilding, "lotte", "", needNothing, 0}},
	"cty":      {{roleBuilding, "cty", "", needNothing, 0}},
	"building": {{roleBuilding, "building", "", needNothing, 0}},
	"plaza":    {{roleBuilding, "plaza", "", needNothing, 0}},
	"phuong":   {{roleDivision, "phuong", "phường", needAny, 0}},
	"quan":     {{roleDivision, "quan", "quận", needAny, 0}},
	"thanh":    {{roleDivision, "thanh pho", "thành", needAny, 0}},
	"dac":      {{roleDivision, "dac khu", "đặc", needAny, 0}},
	"tp":       {{roleDivision, "tp", "", needNothing, 0}},
	"tx":       {{roleDivision, "tx", "", needNothing, 0}},
	"tt":       {{roleDivision, "tt", "", needNothing, 0}},
	"ward":     {{roleLabel, "ward", "", needNothing, 0}},
	"district": {{roleLabel, "district", "", needNothing, 0}},
	"province": {{roleLabel, "province", "", needNothing, 0}},
	"dia":      {{roleLabel, "dia chi nha", "địa", needNothing, 0}, {roleLabel, "dia chi", "địa", needNothing, 0}},
	"dc":       {{roleLabel, "dc", "", needAny, 0}},
	"address":  {{roleLabel, "address", "", needAny, 0}},
	"add":      {{roleLabel, "add", "", needAny, 0}},
	"addr":     {{roleLabel, "addr", "", needAny, 0}},
}

// words are the tokens of a text with their roles, which don't depend on the divisions read in it.
type words struct {
	tokens []vntext.Token
	leads  []lead // role of the phrase that begins at a token
	sizes  []int  // tokens of that phrase
}

func rolesOf(tokens []vntext.Token) *words {
	w := &words{tokens: tokens, leads: make([]lead, len(tokens)), sizes: make([]int, len(tokens))}
	for i := range tokens {
		w.leads[i], w.sizes[i] = wordAt(tokens, i)
	}
	return w
}

// announced reports whether the words before token i have a role that wants a name.
func (w *words) announced(i int) bool {
	for from := i - 1; from >= 0 && from >= i-4; from-- {
		if from+w.sizes[from] != i {
			continue
		}
		switch w.leads[from].role {
		case roleStreet, roleRoad, roleAlley, roleHamlet, roleQuarter, roleBuilding, roleFlats, roleEstate:
			return true
		}
	}
	return false
}

// wordAt returns the phrase with a role at token i and how many tokens it has; a zero lead when there is none.
func wordAt(tokens []vntext.Token, i int) (lead, int) {
	t := &tokens[i]
	if t.Kind != vntext.Word {
		return lead{}, 0
	}
	for _, l := range leads[t.Fold] {
		n := phraseAt(tokens, i, l.text)
		if n == 0 || l.exact != "" && !written(t, l.exact) {
			continue
		}
		if followed(tokens, i+n, l, isASCII(t.Text)) {
			return l, n
		}
	}
	if l, n := misspeltRoad(tokens, i); n > 0 {
		return l, n
	}
	return abbreviation(tokens, i)
}

// misspeltRoad recognises quốc lộ, tỉnh lộ and hương lộ before a number, and đường before a date, with a typing error.
func misspeltRoad(tokens []vntext.Token, i int) (lead, int) {
	if i+2 >= len(tokens) || tokens[i+1].Break || tokens[i+2].Break {
		return lead{}, 0
	}
	word, next, third := tokens[i].Fold, &tokens[i+1], &tokens[i+2]
	like := func(names ...string) bool {
		for _, name := range names {
			if editDistance(word, name, 1) <= 1 {
				return true
			}
		}
		return false
	}
	switch {
	case next.Fold == "lo" && third.Kind != vntext.Word && like("quoc", "tinh", "huong"):
		return lead{role: roleRoad, text: "lo"}, 2
	case next.Kind == vntext.Number && third.Fold == "thang" && like("duong"):
		return lead{role: roleStreet, text: "duong"}, 1
	}
	return lead{}, 0
}

// phraseAt returns how many tokens at i make up a phrase, 0 when they don't.
func phraseAt(tokens []vntext.Token, i int, phrase string) int {
	n := 0
	for word := range strings.SplitSeq(phrase, " ") {
		if i+n >= len(tokens) || tokens[i+n].Fold != word || n > 0 && tokens[i+n].Break && !tokens[i+n].Dash {
			return 0
		}
		n++
	}
	return n
}

// written reports whether a token can be the word given: without diacritics, or with its own. Đường with a wrong mark is
// still đường, for nothing else begins so; Dương is another word.
func written(t *vntext.Token, exact string) bool {
	if isASCII(t.Text) {
		return true
	}
	text := strings.ToLower(vntext.Normal(t.Text))
	if text == exact {
		return true
	}
	return exact == "đường" && (strings.HasPrefix(text, "đ") || text == "dường")
}

func followed(tokens []vntext.Token, next int, l lead, plain bool) bool {
	if l.need == needNothing {
		return true
	}
	if next >= len(tokens) || tokens[next].Break && !(l.role == rolePlot && tokens[next].Dash) {
		return false
	}
	t := &tokens[next]
	if l.need == needNumber || l.need == needPlain && plain {
		if l.role == roleAlley || l.role == roleQuarter || l.role == roleHamlet {
			if t.Fold == "so" && next+1 < len(tokens) {
				t = &tokens[next+1]
			}
		}
		if l.role == roleBlock && t.Kind == vntext.Word && len(t.Fold) == 1 && (next+1 == len(tokens) || tokens[next+1].Break) {
			return true // "tòa a,"
		}
		return t.Kind != vntext.Word || isLetterDesignation(t) && (l.role == roleBlock || l.role == rolePlot || l.role == roleUnit) ||
			l.role == roleFloor && (t.Fold == "tret" || t.Fold == "ham" || t.Fold == "lung") || l.role == roleAlley && t.Fold == "so"
	}
	return true
}

// isLetterDesignation reports a capital letter that stands for a block or plot.
func isLetterDesignation(t *vntext.Token) bool {
	return t.Kind == vntext.Word && len(t.Fold) == 1 && !t.Hyphen && strings.ToUpper(t.Text) == t.Text
}

// abbreviation settles the letters that stand for several words by what follows: P.1205 is a flat, P. Khâm Thiên a street
// when no reading took it for a ward.
func abbreviation(tokens []vntext.Token, i int) (lead, int) {
	t := &tokens[i]
	if len(t.Fold) > 2 || i+1 >= len(tokens) || tokens[i+1].Break {
		return lead{}, 0
	}
	next := &tokens[i+1]
	number := next.Kind == vntext.Number
	switch t.Fold {
	case "p", "ph":
		switch {
		case number && isFlatOf(next.Fold):
			return lead{role: roleUnit, text: t.Fold, need: needAny}, 1
		case number:
			return lead{role: roleDivision, text: t.Fold, need: needAny}, 1
		case t.Dot || t.Fold == "p":
			return lead{role: roleStreet, text: t.Fold, need: needAny}, 1
		}
	case "q", "f":
		if number {
			return lead{role: roleDivision, text: t.Fold, need: needAny}, 1
		}
	case "h":
		if number {
			return lead{role: roleAlley, text: t.Fold, need: needAny, rank: 2}, 1
		}
	case "k":
		if number {
			return lead{role: roleAlley, text: t.Fold, need: needAny}, 1
		}
	case "x":
		if number {
			return lead{role: roleHamlet, text: t.Fold, need: needAny}, 1
		}
	case "t":
		if number {
			return lead{role: roleFloor, text: t.Fold, need: needAny}, 1
		}
	}
	return lead{}, 0
}

// isFlatOf reports numbers of flats behind P.: 502, 1205, 12A03; wards have two digits at most.
func isFlatOf(number string) bool {
	digits := leadingDigits(number)
	return len(digits) >= 3 || len(number) > len(digits)+1 && vntext.StartsWithDigit(number[len(digits)+1:])
}

func leadingDigits(s string) string {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i]
}
