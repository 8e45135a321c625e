package geocode

// IssueCode says what is wrong with, or worth knowing about, an address. Stable and part of the API.
type IssueCode string

const (
	IssueAdminOldName     IssueCode = "ADMIN.old_name"
	IssueAdminDivided     IssueCode = "ADMIN.divided"
	IssueAdminNotFound    IssueCode = "ADMIN.not_found"
	IssueAdminAmbiguous   IssueCode = "ADMIN.ambiguous"
	IssueAdminMissing     IssueCode = "ADMIN.missing"
	IssueAdminSpelling    IssueCode = "ADMIN.spelling"
	IssueDistrictAbolish  IssueCode = "DISTRICT.abolished"
	IssueWardAmbiguous    IssueCode = "WARD.ambiguous"
	IssueWardMismatch     IssueCode = "WARD.mismatch"
	IssueStreetNotFound   IssueCode = "STREET.not_found"
	IssueStreetSpelling   IssueCode = "STREET.spelling"
	IssueStreetMissing    IssueCode = "STREET.missing"
	IssueNumberNotFound   IssueCode = "NUMBER.not_found"
	IssueNumberPartial    IssueCode = "NUMBER.alley_partial"
	IssueNumberMissing    IssueCode = "NUMBER.missing"
	IssueHouseUndecided   IssueCode = "HOUSE.undecided"
	IssueHamletNotFound   IssueCode = "HAMLET.not_found"
	IssueHamletMismatch   IssueCode = "HAMLET.mismatch"
	IssueBuildingNotFound IssueCode = "BUILDING.not_found"
	IssueBuildingMismatch IssueCode = "BUILDING.mismatch"
	IssueUnitMissing      IssueCode = "UNIT.missing"
	IssueUnitNotFound     IssueCode = "UNIT.not_found"
	IssueUnitMismatch     IssueCode = "UNIT.mismatch"
	IssueCodeInvalid      IssueCode = "CODE.invalid"
	IssueCodeUnregistered IssueCode = "CODE.not_registered"
	IssueCodeMismatch     IssueCode = "CODE.mismatch"
	IssuePositionMismatch IssueCode = "POSITION.mismatch"
	IssuePostcodeMismatch IssueCode = "POSTCODE.mismatch"
	IssueAmbiguous        IssueCode = "ADDRESS.ambiguous"
	IssueRetired          IssueCode = "ADDRESS.retired"
	IssueUnmatched        IssueCode = "TEXT.unmatched"
)

// NextAction is what to do with an address.
type NextAction string

const (
	Accept  NextAction = "accept"   // use it as it is
	AddUnit NextAction = "add_unit" // ask for the flat
	Confirm NextAction = "confirm"  // ask whether the corrected address is meant
	Fix     NextAction = "fix"      // ask for the address anew
)

// weight orders actions: the heaviest that an issue asks for is the verdict's.
func (a NextAction) weight() int {
	switch a {
	case Accept:
		return 0
	case AddUnit:
		return 1
	case Confirm:
		return 2
	}
	return 3
}

// IssueKind is a row of the one table of issues.
type IssueKind struct {
	Code    IssueCode
	Penalty float64    // taken from the score of 1
	Action  NextAction // the least that it asks for; Accept is a remark
	Vi, En  string
}

// IssueKinds is the one table of issues.
func IssueKinds() []IssueKind { return issueKinds[:] }

var issueKinds = [...]IssueKind{
	{IssueAdminOldName, 0.02, Accept, "Tên đơn vị hành chính cũ, đã đổi sang tên hiện nay.", "A former division is named; the current one replaces it."},
	{IssueAdminDivided, 0.2, Confirm, "Đơn vị cũ này đã được chia cho nhiều đơn vị mới, chưa rõ thuộc đơn vị nào.", "The former unit was divided among several; which one is meant is not settled."},
	{IssueAdminNotFound, 0.4, Fix, "Không có đơn vị hành chính tên như vậy.", "No such division is known."},
	{IssueAdminAmbiguous, 0.3, Confirm, "Có nhiều đơn vị hành chính tên như vậy.", "Several divisions are called so."},
	{IssueAdminMissing, 0.15, Confirm, "Thiếu xã, phường; phần này là suy ra.", "The commune is not named; it was inferred."},
	{IssueAdminSpelling, 0.08, Confirm, "Tên đơn vị hành chính có lỗi chính tả, đã sửa.", "A division's name was misspelt and put right."},
	{IssueDistrictAbolish, 0, Accept, "Cấp huyện không còn từ 1-7-2025.", "Districts were abolished on 2025-07-01."},
	{IssueWardAmbiguous, 0.3, Confirm, "Có nhiều xã, phường tên như vậy, cần thêm tỉnh hoặc quận, huyện.", "Several communes are called so; the province or former district is needed."},
	{IssueWardMismatch, 0.25, Confirm, "Địa chỉ nằm ở xã, phường khác với tên đã ghi.", "The address lies in another commune than the one named."},
	{IssueStreetNotFound, 0.4, Fix, "Chưa có đường này trong khu vực đã ghi.", "No such street is registered there."},
	{IssueStreetSpelling, 0.1, Confirm, "Tên đường hơi khác với tên đã đăng ký.", "The street's name differs from the registered one."},
	{IssueStreetMissing, 0.3, Fix, "Có số nhà nhưng thiếu tên đường.", "There is a house number, but no street."},
	{IssueNumberNotFound, 0.3, Fix, "Chưa có số nhà này trên đường đã ghi.", "The house number is not registered on that street."},
	{IssueNumberPartial, 0.2, Confirm, "Có ngõ, hẻm này nhưng chưa có số nhà trong đó.", "The alley is registered, the number in it is not."},
	{IssueNumberMissing, 0.3, Fix, "Thiếu số nhà.", "The house number is missing."},
	{IssueHouseUndecided, 0.25, Confirm, "Nhà không có số: chỉ biết đến thôn, ấp, tổ.", "A house without a number: only its hamlet or quarter is known."},
	{IssueHamletNotFound, 0.15, Confirm, "Chưa có thôn, ấp, tổ này trong khu vực đã ghi.", "The hamlet or quarter is not registered there."},
	{IssueHamletMismatch, 0.15, Confirm, "Địa chỉ đã đăng ký ở thôn, ấp, tổ khác.", "The registered address is in another hamlet or quarter."},
	{IssueBuildingNotFound, 0.1, Confirm, "Chưa có toà nhà này trong khu vực đã ghi.", "The building is not registered there."},
	{IssueBuildingMismatch, 0.15, Confirm, "Địa chỉ đã đăng ký ở toà nhà khác.", "The registered address is in another building."},
	{IssueUnitMissing, 0.15, AddUnit, "Toà nhà có nhiều căn hộ, thiếu số căn hộ.", "The building holds several flats; the flat is missing."},
	{IssueUnitNotFound, 0.2, Fix, "Chưa có căn hộ này trong toà nhà.", "The flat is not registered in that building."},
	{IssueUnitMismatch, 0.15, Confirm, "Tầng hoặc khối nhà khác với địa chỉ đã đăng ký.", "Floor or block differ from the registered address."},
	{IssueCodeInvalid, 0.3, Confirm, "Mã địa chỉ không hợp lệ.", "The address code is not valid."},
	{IssueCodeUnregistered, 0.3, Confirm, "Mã hợp lệ nhưng chưa được cấp cho địa chỉ nào.", "The code is valid, but no address has it."},
	{IssueCodeMismatch, 0.4, Confirm, "Mã thuộc địa chỉ khác với địa chỉ đã ghi.", "The code belongs to another address than the one written."},
	{IssuePositionMismatch, 0.2, Confirm, "Vị trí đã cho cách xa địa chỉ.", "The position given is far from the address."},
	{IssuePostcodeMismatch, 0.05, Accept, "Mã bưu chính không phải của xã, phường này, đã thay.", "The postcode is not the commune's; it was replaced."},
	{IssueAmbiguous, 0.35, Confirm, "Có nhiều địa chỉ phù hợp như nhau.", "Several addresses fit equally well."},
	{IssueRetired, 0.5, Fix, "Địa chỉ này không còn dùng.", "The address is no longer in use."},
	{IssueUnmatched, 0.1, Confirm, "Có phần không hiểu được.", "A part of the text is not understood."},
}

func kindOfIssue(code IssueCode) IssueKind {
	for _, k := range issueKinds {
		if k.Code == code {
			return k
		}
	}
	return IssueKind{Code: code, Penalty: 1, Action: Fix}
}
