package people

// ConsentText is what a household reads before it consents, in the words of Law 91/2025/QH15 Art. 9: the data, the purpose,
// who processes them, and the rights. A text is never changed: a new one gets the next version, the old one stays here.
type ConsentText struct {
	Version int
	Vi, En  string
	Data    []string // types of data, as the API names them
}

// The types of data. A position tied to a person is sensitive (Decree 356/2025 Art. 4) and the texts say so.
const (
	dataName     = "name"
	dataPhone    = "phone"
	dataCode     = "code"
	dataAddress  = "address"
	dataPosition = "position" // sensitive
)

const rightsVi = " Bên kiểm soát dữ liệu là đơn vị vận hành sổ địa chỉ số này. Bạn không bắt buộc phải đồng ý và vẫn được cấp, tra mã địa chỉ như mọi người;" +
	" im lặng không phải là đồng ý. Bạn có quyền xem, sửa, nhận bản sao, hạn chế, phản đối, xoá dữ liệu và rút lại sự đồng ý này bất cứ lúc nào, có hiệu lực" +
	" ngay từ yêu cầu kế tiếp; việc đã làm trước lúc rút vẫn hợp pháp. Mỗi lần dữ liệu được xem đều ghi trong nhật ký mà bạn đọc được."

const rightsEn = " The controller is whoever operates this address register. You need not consent, and codes are given and looked up for you as for everybody;" +
	" silence is no consent. You may see, correct, receive a copy of, restrict, object to and delete the data, and withdraw this consent at any time, with effect" +
	" from the next request on; what was done before stays lawful. Every time the data are seen is in a journal that you can read."

const sensitiveVi = " Vị trí nhà gắn với người là DỮ LIỆU CÁ NHÂN NHẠY CẢM."

const sensitiveEn = " The position of a home tied to a person is SENSITIVE PERSONAL DATA."

// texts are all versions of the text of a purpose, oldest first.
func texts(p Purpose) []ConsentText {
	switch p {
	case PurposeDeliveryContact:
		return []ConsentText{{
			Version: 1, Data: []string{dataName, dataPhone},
			Vi: "Tôi đồng ý cho người giao hàng đang giao đến nhà tôi, khi tra bí danh do tôi cấp, xem tên và số điện thoại của người nhận để liên lạc trong lần giao đó." + rightsVi,
			En: "I consent that the courier of a delivery to my home, who looks up an alias that I gave, sees the name and phone of the recipient in order to call about that delivery." + rightsEn,
		}}
	case PurposeAliasDelivery:
		return []ConsentText{{
			Version: 1, Data: []string{dataCode, dataAddress, dataPosition},
			Vi: "Tôi đồng ý cho người giao hàng tra bí danh do tôi cấp để biết mã địa chỉ, địa chỉ và vị trí cửa nhà tôi, nhằm giao hàng đến nơi, trong giới hạn (số lần, thời hạn, ai được tra) mà tôi đặt cho bí danh." + sensitiveVi + rightsVi,
			En: "I consent that a courier looks up an alias that I gave and learns the code, the address and the position of my door in order to deliver, within the limits (uses, dates, who) that I set for the alias." + sensitiveEn + rightsEn,
		}}
	case PurposeShopAddress:
		return []ConsentText{{
			Version: 1, Data: []string{dataCode, dataAddress},
			Vi: "Tôi đồng ý cho cửa hàng mà tôi đưa bí danh được biết mã địa chỉ và dòng địa chỉ của tôi để xử lý đơn hàng và bảo hành. Nếu không đồng ý, cửa hàng chỉ biết xã, phường nơi giao." + rightsVi,
			En: "I consent that a shop to which I gave an alias learns my code and address line in order to handle the order and its warranty. Without it the shop knows only the commune." + rightsEn,
		}}
	case PurposeEmergency:
		return []ConsentText{{
			Version: 1, Data: []string{dataName, dataPhone, dataPosition},
			Vi: "Tôi đồng ý cho lực lượng cứu nạn, cứu hoả, cấp cứu biết trước tên, số điện thoại liên hệ và vị trí nhà tôi, chỉ để cứu giúp khi có tình huống khẩn cấp." + sensitiveVi + rightsVi,
			En: "I consent that rescue, fire and ambulance services know in advance the contact name, phone and the position of my home, only in order to help in an emergency." + sensitiveEn + rightsEn,
		}}
	case PurposeStatistics:
		return []ConsentText{{
			Version: 1, Data: []string{dataCode},
			Vi: "Tôi đồng ý cho tính hộ của tôi vào các con số thống kê theo xã, phường, trong đó không ai bị nhận ra. Không dùng tên, số điện thoại." + rightsVi,
			En: "I consent that my household is counted in statistics by commune, in which nobody can be told apart. Names and phones are not used." + rightsEn,
		}}
	}
	return nil
}

// textOf is the text in force; zero for an unknown purpose.
func textOf(p Purpose) ConsentText {
	all := texts(p)
	if len(all) == 0 {
		return ConsentText{}
	}
	return all[len(all)-1]
}
