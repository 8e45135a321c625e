package geo

import (
	"fmt"
	"time"
)

// Date is a civil date as the number yyyymmdd; 0 means unbounded or unknown. Dates compare as numbers.
type Date int32

// vietnam is UTC+7 all year since 1975; a fixed zone needs no time zone database on the host.
var vietnam = time.FixedZone("UTC+7", 7*60*60)

// ParseDate reads "2025-07-01".
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return 0, fmt.Errorf("parse date %q: write year-month-day, for example 2025-07-01", text)
	}
	return civil(t), nil
}

// DateOf is the date in Vietnam at an instant.
func DateOf(t time.Time) Date { return civil(t.In(vietnam)) }

// Today is the date in Vietnam now.
func Today() Date { return DateOf(time.Now()) }

// String is the date as "2025-07-01", and "" for 0.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/1_00_00, d/1_00%1_00, d%1_00)
}

func civil(t time.Time) Date {
	year, month, day := t.Date()
	return Date(year*1_00_00 + int(month)*1_00 + day)
}
