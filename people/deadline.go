package people

import (
	"time"

	"github.com/diachiso/diachiso/geo"
)

// Deadlines of Decree 356/2025 Art. 5 (see docs/privacy.md). They run from the instant of receipt to the same time of day:
// where the law counts to the end of a day, a due date here is up to a day earlier, never later. What is called days there
// are days of the calendar; only the first answer has working days.

// acknowledgeDays is by how many working days a request must be answered at first.
const acknowledgeDays = 2

// deadline of a kind of request, in days.
type deadline struct{ days, extended int }

// deadlines by kind; extended is what one extension, with a reason, gives in all.
func deadlineOf(kind RequestKind) (deadline, bool) {
	switch kind {
	case RequestWithdraw, RequestRestrict, RequestObject:
		return deadline{15, 20}, true
	case RequestView, RequestCorrect, RequestProvide:
		return deadline{10, 15}, true
	case RequestDelete:
		return deadline{20, 30}, true
	}
	return deadline{}, false
}

func days(from time.Time, n int) time.Time { return from.Add(time.Duration(n) * 24 * time.Hour) }

// workingDays is the same time of day n working days later; the day of from is not counted.
func workingDays(from time.Time, n int) time.Time {
	at := from.In(vietnam())
	for n > 0 {
		at = at.AddDate(0, 0, 1)
		if isWorkingDay(at) {
			n--
		}
	}
	return at.UTC()
}

// vietnam is UTC+7 all year.
func vietnam() *time.Location { return time.FixedZone("UTC+7", 7*60*60) }

// isWorkingDay reports whether offices are open on a day. Only days that are surely free count as free (Labour Code 2019
// Art. 112): Saturdays and Sundays, 1 January, 30 April, 1 May, 2 September, the last day of the lunar year and the first
// three of the new one, and Hùng Vương's day. Not covered, for each year's order decides them: the fifth day of Tết, the
// second day at 2 September, days off in place of holidays that fall on a weekend, other days by order, and a Saturday that
// is worked in exchange. A due date is therefore early rather than late, but for such a Saturday.
func isWorkingDay(at time.Time) bool {
	if day := at.Weekday(); day == time.Saturday || day == time.Sunday {
		return false
	}
	switch [2]int{int(at.Month()), at.Day()} {
	case [2]int{1, 1}, [2]int{4, 30}, [2]int{5, 1}, [2]int{9, 2}:
		return false
	}
	date := dateOf(at)
	for _, year := range lunarYears() {
		if date == year.hungVuong {
			return false
		}
		if since := at.Sub(midnight(year.tet)); since >= -24*time.Hour && since < 3*24*time.Hour {
			return false
		}
	}
	return true
}

func dateOf(at time.Time) geo.Date {
	return geo.Date(at.Year()*10000 + int(at.Month())*100 + at.Day())
}

func midnight(d geo.Date) time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, vietnam())
}

// lunarYear has the first day of a lunar year and the tenth of its third month.
type lunarYear struct{ tet, hungVuong geo.Date }

// lunarYears are those of 2026 to 2040 by the calendar of Viet Nam (UTC+7, which differs from the Chinese one in 2030).
// Later ones count as without these holidays.
func lunarYears() []lunarYear {
	return []lunarYear{
		{20260217, 20260426}, {20270206, 20270416}, {20280126, 20280404}, {20290213, 20290423}, {20300202, 20300412},
		{20310123, 20310401}, {20320211, 20320419}, {20330131, 20330409}, {20340219, 20340428}, {20350208, 20350417},
		{20360128, 20360406}, {20370215, 20370424}, {20380204, 20380413}, {20390124, 20390403}, {20400212, 20400420},
	}
}
