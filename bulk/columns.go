package bulk

import (
	"fmt"
	"slices"
	"strings"

	"github.com/diachiso/diachiso/internal/textfile"
	"github.com/diachiso/diachiso/vntext"
)

// Column is what a column of a file means.
type Column string

// The columns that are read. Their names are those of Options.Columns.
const (
	ColumnAddress     Column = "address"
	ColumnCode        Column = "code"
	ColumnNumber      Column = "number" // the 10-digit number of QĐ 392/QĐ-BTTTT
	ColumnLat         Column = "lat"
	ColumnLon         Column = "lon"
	ColumnHouseNumber Column = "house_number"
	ColumnAlley       Column = "alley"
	ColumnStreet      Column = "street"
	ColumnHamlet      Column = "hamlet"
	ColumnQuarter     Column = "quarter"
	ColumnBuilding    Column = "building"
	ColumnBlock       Column = "block"
	ColumnFloor       Column = "floor"
	ColumnUnit        Column = "unit"
	ColumnCommune     Column = "commune"
	ColumnDistrict    Column = "district"
	ColumnProvince    Column = "province"
	ColumnPostcode    Column = "postcode"
)

// headers are the usual names of columns, folded (vntext.Fold), in the order in which columns are reported.
var headers = []struct {
	column Column
	names  []string
}{
	{ColumnAddress, []string{"address", "full address", "addr", "delivery address", "shipping address", "receiver address", "recipient address", "to address", "address line", "address line 1",
		"dia chi", "dia chi day du", "dia chi giao", "dia chi giao hang", "dia chi nhan", "dia chi nhan hang", "dia chi nguoi nhan", "dia chi khach hang", "dc", "noi nhan", "noi giao"}},
	{ColumnCode, []string{"address code", "addresscode", "diachiso", "dia chi so", "ma dia chi", "ma dia chi so", "ma so dia chi"}},
	{ColumnNumber, []string{"qd392", "address number", "so dia chi", "ma so dia chi qd392"}},
	{ColumnLat, []string{"lat", "latitude", "vi do"}},
	{ColumnLon, []string{"lon", "lng", "long", "longitude", "kinh do"}},
	{ColumnHouseNumber, []string{"house number", "housenumber", "number", "so nha"}},
	{ColumnAlley, []string{"alley", "ngo", "hem", "ngo hem", "ngo ngach"}},
	{ColumnStreet, []string{"street", "street name", "road", "duong", "pho", "duong pho", "ten duong"}},
	{ColumnHamlet, []string{"hamlet", "village", "thon", "ap", "xom", "ban", "thon xom", "thon ap"}},
	{ColumnQuarter, []string{"quarter", "neighbourhood", "neighborhood", "to dan pho", "khu pho", "to"}},
	{ColumnBuilding, []string{"building", "toa nha", "chung cu"}},
	{ColumnBlock, []string{"block", "khoi", "toa"}},
	{ColumnFloor, []string{"floor", "tang", "lau"}},
	{ColumnUnit, []string{"unit", "flat", "apartment", "room", "can ho", "can", "phong", "so phong"}},
	{ColumnCommune, []string{"ward", "commune", "phuong", "xa", "phuong xa", "xa phuong", "xa phuong thi tran", "phuong xa thi tran"}},
	{ColumnDistrict, []string{"district", "quan", "huyen", "quan huyen", "huyen quan"}},
	{ColumnProvince, []string{"province", "city", "state", "tinh", "thanh pho", "tinh thanh", "tinh thanh pho", "tp", "tinh tp"}},
	{ColumnPostcode, []string{"postcode", "postal code", "zip", "zip code", "zipcode", "ma buu chinh", "ma buu dien"}},
}

// Columns lists what columns can be.
func Columns() []Column {
	all := make([]Column, len(headers))
	for i, h := range headers {
		all[i] = h.column
	}
	return all
}

// layout says where in a row each column stands.
type layout map[Column]int

// newLayout finds the columns of a header. given names some of them outright, by header text or number from 1.
func newLayout(header []string, given map[Column]string) (layout, error) {
	l := layout{}
	for column, name := range given {
		i, err := findColumn(header, name)
		if err != nil {
			return nil, err
		}
		l[column] = i
	}
	for _, h := range headers {
		if _, named := l[h.column]; named {
			continue
		}
		found := -1
		for i, name := range header {
			if l.taken(i) || !slices.Contains(h.names, foldHeader(name)) {
				continue
			}
			if found >= 0 {
				return nil, &textfile.Error{Where: "line 1", What: fmt.Sprintf("columns %d and %d both look like %s", found+1, i+1, h.column),
					Hint: fmt.Sprintf("say which it is: column %s=%d", h.column, found+1)}
			}
			found = i
		}
		if found >= 0 {
			l[h.column] = found
		}
	}
	_, lat := l[ColumnLat]
	_, lon := l[ColumnLon]
	switch {
	case lat != lon:
		return nil, &textfile.Error{Where: "line 1", What: "of lat and lon there is only one", Hint: "name the other one: column lon=NAME"}
	case len(l) == 0:
		return nil, &textfile.Error{Where: "line 1", What: "no column of an address was found",
			Hint: "the first line must name the columns, such as address (địa chỉ), address_code (mã địa chỉ), lat and lon; or name them: column address=NAME"}
	}
	return l, nil
}

// foldHeader makes one form of "Địa chỉ nhận:", "dia_chi_nhan" and "DIA CHI NHAN".
func foldHeader(name string) string {
	return vntext.Fold(strings.NewReplacer("_", " ", "-", " ", "/", " ", "*", " ").Replace(name))
}

func findColumn(header []string, name string) (int, error) {
	found := -1
	for i, h := range header {
		if h == name || found < 0 && foldHeader(h) == foldHeader(name) {
			found = i
		}
	}
	if found < 0 {
		var n int
		if _, err := fmt.Sscanf(name, "%d", &n); err == nil && fmt.Sprint(n) == name && n >= 1 && n <= len(header) {
			found = n - 1
		}
	}
	if found < 0 {
		return 0, &textfile.Error{Where: "line 1", What: fmt.Sprintf("there is no column %q", name), Hint: "name one of the first line, or its number from 1"}
	}
	return found, nil
}

func (l layout) taken(i int) bool {
	for _, at := range l {
		if at == i {
			return true
		}
	}
	return false
}

// cell is the text of a column in a row, "" where the file has no such column.
func (l layout) cell(cells []string, c Column) string {
	if i, ok := l[c]; ok && i < len(cells) {
		return strings.TrimSpace(cells[i])
	}
	return ""
}
