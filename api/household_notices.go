package api

import (
	"context"
	"fmt"
	"strings"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/people"
)

// addressNotice says in both languages what happened to the address of a household, to itself.
func (s *Server) addressNotice(ctx context.Context, home *caller, n people.Notice) (string, error) {
	now := s.registry.Label(n.After, geo.DateOf(n.At))
	before := s.registry.Label(n.Before, geo.DateOf(n.Before.UpdatedAt))
	switch n.Kind {
	case people.NoticeRenamed:
		return fmt.Sprintf("Địa chỉ của gia đình nay ghi là “%s”, trước là “%s”. Mã địa chỉ vẫn như cũ. – Your address is written “%s” now, before “%s”. Its code stays as it is.", now, before, now, before), nil
	case people.NoticeCommune:
		return fmt.Sprintf("Địa chỉ của gia đình nay thuộc đơn vị hành chính khác: “%s”. Mã địa chỉ vẫn như cũ. – Your address belongs to another commune now: “%s”. Its code stays as it is.", now, now), nil
	case people.NoticeMoved:
		metres := max(1, int(geo.Distance(n.Before.Point(), n.After.Point())+0.5))
		return fmt.Sprintf("Vị trí của địa chỉ được sửa, cách chỗ cũ khoảng %d m. Mã địa chỉ vẫn như cũ; nếu sai, hãy báo cán bộ quản lý địa chỉ. – The position of your address was corrected, by about %d m. Its code stays as it is; tell the registrar if that is wrong.", metres, metres), nil
	case people.NoticeTakenBack:
		return "Mã địa chỉ này được dùng lại. – The code of your address is in use again.", nil
	}
	heirs, err := s.registry.Successors(ctx, home.view.sight, n.After)
	if err != nil {
		return "", err
	}
	var codes []string
	for _, heir := range heirs {
		if !heir.Code.IsZero() {
			codes = append(codes, heir.Code.String())
		}
	}
	if len(codes) == 0 {
		return "Mã địa chỉ này thôi dùng. Gia đình vẫn xem, tải về và xoá được dữ liệu của mình; hỏi cán bộ quản lý địa chỉ nếu vẫn ở đây. – The code of your address is no longer in use. You can still see, take and delete what is kept of you; ask the registrar if you still live here.", nil
	}
	list := strings.Join(codes, ", ")
	return fmt.Sprintf("Mã địa chỉ này thôi dùng, nay là %s. Xin cán bộ quản lý địa chỉ mã bí mật để nhận địa chỉ mới; dữ liệu của gia đình vẫn còn nguyên. – The code of your address is no longer in use, now it is %s. Ask the registrar for a secret to claim the new one; what is kept of you stays.", list, list), nil
}
