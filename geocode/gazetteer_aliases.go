package geocode

// The tables of names that no official list has: what people write for a province or district, districts that were
// dissolved or renamed before 2025-07-01, and provinces that were divided or merged before. Facts of common knowledge.

// spokenProvinces are other names of provinces. They lead to every province listed, in both epochs where the code's
// bearer has the full name given; the key is the full or short name as the divisions write it.
var spokenProvinces = []struct {
	names     []string
	provinces []string
}{
	{[]string{"HCM", "TPHCM", "HCMC", "Hồ Chí Minh City", "Sài Gòn", "SG", "TP HCM", "HCM City"}, []string{"Hồ Chí Minh"}},
	{[]string{"HN", "TPHN", "Hà Tây"}, []string{"Hà Nội"}},
	{[]string{"ĐN", "ĐNG"}, []string{"Đà Nẵng"}},
	{[]string{"ĐN", "ĐNai"}, []string{"Đồng Nai"}},
	{[]string{"HP"}, []string{"Hải Phòng"}},
	{[]string{"CT", "TPCT"}, []string{"Cần Thơ"}},
	{[]string{"BRVT", "BR VT", "Vũng Tàu Bà Rịa"}, []string{"Bà Rịa - Vũng Tàu"}},
	{[]string{"Thừa Thiên Huế", "Thừa Thiên - Huế", "TT Huế", "TTH"}, []string{"Huế"}},
	{[]string{"Đắc Lắc", "Đắclắc", "Đăk Lak", "Đắk Lắc", "Darlac", "Daklak"}, []string{"Đắk Lắk"}},
	{[]string{"Đắc Nông", "Đắcnông"}, []string{"Đắk Nông"}},
	{[]string{"Sông Bé"}, []string{"Bình Dương", "Bình Phước"}},
	{[]string{"Minh Hải"}, []string{"Cà Mau", "Bạc Liêu"}},
	{[]string{"Hà Bắc"}, []string{"Bắc Ninh", "Bắc Giang"}},
	{[]string{"Hải Hưng"}, []string{"Hải Dương", "Hưng Yên"}},
	{[]string{"Vĩnh Phú"}, []string{"Vĩnh Phúc", "Phú Thọ"}},
	{[]string{"Bắc Thái"}, []string{"Thái Nguyên", "Bắc Kạn"}},
	{[]string{"Nam Hà"}, []string{"Nam Định", "Hà Nam"}},
	{[]string{"Nghệ Tĩnh"}, []string{"Nghệ An", "Hà Tĩnh"}},
	{[]string{"Phú Khánh"}, []string{"Phú Yên", "Khánh Hòa"}},
	{[]string{"Thuận Hải"}, []string{"Ninh Thuận", "Bình Thuận"}},
	{[]string{"Nghĩa Bình"}, []string{"Quảng Ngãi", "Bình Định"}},
	{[]string{"Cửu Long"}, []string{"Vĩnh Long", "Trà Vinh"}},
	{[]string{"Bắc Cạn"}, []string{"Bắc Kạn"}},
}

// spokenDistricts are other names of districts of 2025-06-30, full names where the type matters.
var spokenDistricts = []struct {
	names    []string
	district string // code
}{
	{[]string{"Quận 2", "Quận 9", "Quận Thủ Đức"}, "769"},
	{[]string{"Thành phố Huế"}, "474"},
	{[]string{"Thành phố Huế"}, "475"},
	{[]string{"Huyện Từ Liêm"}, "019"},
	{[]string{"Huyện Từ Liêm"}, "021"},
	{[]string{"Huyện Tân Thành"}, "754"},
	{[]string{"Huyện Long Điền", "Huyện Đất Đỏ"}, "753"},
	{[]string{"Huyện Tĩnh Gia"}, "407"},
	{[]string{"Huyện Đông Sơn"}, "380"},
	{[]string{"Thị xã Cửa Lò"}, "412"},
	{[]string{"Thành phố Ninh Bình"}, "374"},
	{[]string{"Huyện Lộc Hà"}, "445"},
	{[]string{"Huyện Nông Sơn"}, "509"},
	{[]string{"Huyện Yên Dũng"}, "213"},
	{[]string{"Huyện Kỳ Sơn"}, "148"},
	{[]string{"Huyện Phục Hòa", "Huyện Quảng Uyên"}, "049"},
	{[]string{"Huyện Trà Lĩnh"}, "047"},
	{[]string{"Huyện Thông Nông"}, "045"},
	{[]string{"Huyện Cát Tiên", "Huyện Đạ Tẻh"}, "682"},
	{[]string{"Huyện Hoành Bồ"}, "193"},
	{[]string{"Huyện Mỹ Lộc"}, "356"},
	{[]string{"Buôn Mê Thuột", "Ban Mê Thuột", "BMT"}, "643"},
	{[]string{"TĐ"}, "769"},
	{[]string{"NT"}, "568"},
	{[]string{"VT"}, "747"},
	{[]string{"BH"}, "731"},
	{[]string{"ĐL"}, "672"},
	{[]string{"Phan Rang"}, "582"},
}
