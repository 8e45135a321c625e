package synth

import "strings"

// names splits a list that is kept one group a line, names separated by commas.
func names(list string) []string {
	var all []string
	for _, name := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == '\n' }) {
		if name = strings.TrimSpace(name); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// Names that streets bear in most towns: persons, events, places.
const commonStreets = `
Lê Lợi, Trần Hưng Đạo, Nguyễn Huệ, Quang Trung, Lê Duẩn, Trần Phú, Nguyễn Trãi, Lý Thường Kiệt, Hai Bà Trưng, Phan Chu Trinh
Phan Bội Châu, Hùng Vương, Ngô Quyền, Đinh Tiên Hoàng, Lê Hồng Phong, Nguyễn Văn Cừ, Hoàng Văn Thụ, Nguyễn Thị Minh Khai, Võ Thị Sáu, Lê Lai
Nguyễn Du, Nguyễn Đình Chiểu, Nguyễn Công Trứ, Hồ Xuân Hương, Đoàn Thị Điểm, Bà Triệu, Lý Tự Trọng, Kim Đồng, Nguyễn Văn Trỗi, Trần Quốc Toản
Phạm Ngũ Lão, Yết Kiêu, Trần Khánh Dư, Trần Nhật Duật, Trần Quang Khải, Lý Thái Tổ, Lý Nam Đế, Lê Thánh Tông, Lê Quý Đôn, Nguyễn Bỉnh Khiêm
Chu Văn An, Lương Thế Vinh, Mạc Đĩnh Chi, Phùng Hưng, Mai Hắc Đế, Triệu Việt Vương, Bùi Thị Xuân, Tây Sơn, Ngô Thì Nhậm, Đặng Dung
Phan Đình Phùng, Hoàng Hoa Thám, Nguyễn Tri Phương, Hoàng Diệu, Tôn Thất Thuyết, Trương Định, Nguyễn Trung Trực, Thủ Khoa Huân, Nguyễn Hữu Cảnh, Nguyễn Thái Học
Huỳnh Thúc Kháng, Phan Văn Trị, Nguyễn Khuyến, Tú Xương, Cao Bá Quát, Bùi Thị Cúc, Tản Đà, Xuân Diệu, Tô Hiệu, Tố Hữu
Điện Biên Phủ, Bạch Đằng, Chi Lăng, Đống Đa, Hàm Nghi, Duy Tân, Thái Phiên, Trần Cao Vân, Hoàng Quốc Việt, Phạm Văn Đồng
Võ Nguyên Giáp, Võ Văn Kiệt, Tôn Đức Thắng, Trường Chinh, Lê Đức Thọ, Nguyễn Văn Linh, Nguyễn Chí Thanh, Văn Tiến Dũng, Trần Duy Hưng, Phạm Hùng
Lạc Long Quân, Âu Cơ, An Dương Vương, Hồng Bàng, Kinh Dương Vương, Lê Thị Riêng, Nguyễn Đức Cảnh, Phan Đăng Lưu, Hà Huy Tập, Nguyễn Phong Sắc
Cách Mạng Tháng Tám, Độc Lập, Giải Phóng, Thống Nhất, Hòa Bình, Đại Lộ Thăng Long, Xô Viết Nghệ Tĩnh, Nam Kỳ Khởi Nghĩa, Đồng Khởi, Bến Nghé
Lê Văn Sỹ, Trần Quý Cáp, Trần Bình Trọng, Nguyễn Cư Trinh, Nguyễn Bá Ngọc, Tạ Quang Bửu, Hoàng Sa, Trường Sa, Phó Đức Chính, Lê Ngọc Hân
Đào Duy Từ, Đào Duy Anh, Đặng Thai Mai, Đặng Văn Ngữ, Phạm Ngọc Thạch, Tôn Thất Tùng, Tôn Thất Đạm, Nguyễn Lương Bằng, Nguyễn Khánh Toàn, Nguyễn Khang
Nguyễn Văn Lượng, Nguyễn Oanh, Phạm Thế Hiển, Dương Bá Trạc, Hưng Phú, Cao Thắng, Sư Vạn Hạnh, Thành Thái, Tô Hiến Thành, Lý Chính Thắng
Kỳ Đồng, Rạch Bùng Binh, Trương Công Định, Ba Cu, Hạ Long, Thùy Vân, Phan Chu Trinh Nối Dài, Nguyễn An Ninh, Lê Hữu Trác, Hải Thượng Lãn Ông
Tuệ Tĩnh, Lương Văn Can, Phan Huy Chú, Phan Huy Ích, Nguyễn Siêu, Bùi Viện, Đội Cấn, Vạn Phúc, Trung Kính, Yên Hòa
Nghi Tàm, Xuân Thủy, Hồ Tùng Mậu, Cầu Giấy, Kim Mã, Láng Hạ, Thái Hà, Tây Sơn Thượng, Khâm Thiên, Xã Đàn
Ông Ích Khiêm, Lê Đình Lý, Núi Thành, Tiểu La, Trưng Nữ Vương, Hà Thị Thân, Ngũ Hành Sơn, Châu Thị Vĩnh Tế, Lê Thanh Nghị, Cù Chính Lan
Y Jút, Y Ngông, Nơ Trang Long, Ama Khê, Đinh Núp, Thoại Ngọc Hầu, Trần Văn Kiểu, Mậu Thân, Ngô Gia Tự, Mạc Cửu
Trương Vĩnh Ký, Huỳnh Mẫn Đạt, Bùi Hữu Nghĩa, Phan Xích Long, Trần Huy Liệu, Đặng Văn Bi, Kha Vạn Cân, Tô Ngọc Vân, Hoàng Hữu Nam, Dương Đình Nghệ
Lê Trọng Tấn, Tân Kỳ Tân Quý, Gò Dầu, Âu Dương Lân, Bông Sao, Phạm Hùng Nối Dài, Lũy Bán Bích, Hòa Hưng, Vườn Lài, Nguyễn Súy
`

// Streets that are named by a date, in the form that signs have.
const dateStreets = `3/2, 30/4, 2/9, 19/5, 1/5, 26/3, 23/3, 8/3, 3 Tháng 2, 30 Tháng 4, 2 Tháng 9, 23 Tháng 10`

// Roads with a number.
const roads = `
QL1A, Quốc lộ 1A, Quốc lộ 1, Quốc lộ 5, Quốc lộ 13, Quốc lộ 14, Quốc lộ 20, Quốc lộ 22, Quốc lộ 32, Quốc lộ 51
Quốc lộ 61, Quốc lộ 80, Quốc lộ 91, ĐT.745, ĐT 743, ĐT.743A, ĐT 830, ĐT.379, Tỉnh lộ 8, Tỉnh lộ 10
Tỉnh lộ 15, Tỉnh lộ 427, Hương lộ 2, Hương lộ 80, Đường tỉnh 621, Xa lộ Hà Nội
`

// The two halves of names of hamlets.
const (
	hamletFirst  = `Đông, Tây, Nam, Bắc, Trung, Thượng, Hạ, Phú, An, Tân, Bình, Hòa, Long, Vĩnh, Xuân, Phước, Thạnh, Mỹ, Hưng, Đại`
	hamletSecond = `Lộc, Thành, Sơn, Hải, Mỹ, Lợi, Hòa, Bình, An, Phú, Thịnh, Trung, Giang, Khê, Đức, Quý, Tiến, Xuân, Điền, Lâm`
	villages     = `Nà Ngà, Nà Sản, Bó Mười, Pá Khoang, Huổi Luông, Tà Xùa, Suối Lìn, Nậm Kè, Pắc Ngà, Khuổi Nọi`
	buons        = `Ea Kao, Krông Bông, Cư Ebur, Ko Tam, Ea Sar, Kô Siêr, Cuôr Đăng, Ea Drăng, Đắk Sắk, Plei Ốp`
)

const buildings = `
Chung cư Hoàng Anh Gia Lai, Chung cư Phú Mỹ Thuận, Chung cư Nguyễn Kim, Chung cư Ngô Gia Tự, Chung cư Linh Trung, Chung cư Sky Garden
Chung cư Kim Văn Kim Lũ, Chung cư Mỹ Phước, Chung cư An Lộc, Chung cư Hà Đô, Tòa nhà Hòa Bình, Tòa nhà Sông Đà
Vinhomes Central Park, Masteri Thảo Điền, Times City, Royal City, Sunrise City, The Gold View
Eco Green, Goldmark City, Sunshine Riverside, Imperia Garden, Ruby Celadon, Green Valley
Tòa nhà Bình Minh, Tòa nhà Việt Á, Chung cư Thanh Đa, Chung cư Tân Mỹ, Chung cư Phúc Yên, Khu căn hộ Thái An
`
