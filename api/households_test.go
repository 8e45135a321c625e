package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

func (h *homes) put(target, body string, by []string) answer {
	h.t.Helper()
	return h.do(http.MethodPut, target, body, by...)
}

const anAtHome = `{"people":[{"name":"Nguyễn Văn Ẩn","phone":"0912 345 678"}]}`

func TestHouseholdsPage(t *testing.T) {
	h := newHomes(t)
	code := h.address(21.0287, 105.8524)
	token := h.household(code)
	page := h.get("/v1/household", token...).want(http.StatusOK).object()
	if page["code"] != code || at(page, "address.code") != code || len(page["people"].([]any))+len(page["notices"].([]any)) != 0 || page["to"] != nil {
		t.Errorf("%v", page)
	}
	page = h.put("/v1/household", anAtHome, token).want(http.StatusOK).object()
	wantAt(t, page, map[string]any{"people[0].name": "Nguyễn Văn Ẩn", "people[0].phone": "0912345678"})
	wantAt(t, h.get("/v1/household", token...).want(http.StatusOK).object(), map[string]any{"people[0].name": "Nguyễn Văn Ẩn"})
	p := h.put("/v1/household", `{"people":[{"phone":"12"}]}`, token).problem(http.StatusBadRequest, "invalid")
	wantAt(t, p, map[string]any{"errors[0].field": "people[0].phone", "errors[0].detail": "Không phải số điện thoại"})
	h.put("/v1/household", `{}`, token).problem(http.StatusBadRequest, "invalid")
	if page = h.put("/v1/household", `{"people":[]}`, token).want(http.StatusOK).object(); len(page["people"].([]any)) != 0 {
		t.Errorf("%v", page)
	}
	if answer := h.get("/v1/household", token...); !strings.Contains(answer.Header().Get("Cache-Control"), "private") {
		t.Errorf("Cache-Control: %s", answer.Header().Get("Cache-Control"))
	}
}

// A household's page is its own: another token, no token and the key of a registrar see nothing of it.
func TestNobodyElseSeesAHousehold(t *testing.T) {
	h := newHomes(t)
	token := h.household(h.address(21.0287, 105.8524))
	h.put("/v1/household", anAtHome, token).want(http.StatusOK)
	other := h.household(h.address(21.0199, 105.8372))
	for _, path := range []string{"", "/export", "/journal", "/consents", "/requests", "/aliases"} {
		if body := h.get("/v1/household"+path, other...).want(http.StatusOK).Body.String(); strings.Contains(body, "Ẩn") || strings.Contains(body, "0912345678") {
			t.Errorf("%s of another household: %s", path, body)
		}
		h.get("/v1/household"+path).problem(http.StatusUnauthorized, "unauthorized")
		for _, key := range [][]string{h.registrar, h.courier, h.merchant} {
			h.get("/v1/household"+path, key...).problem(http.StatusForbidden, "forbidden")
		}
	}
	for _, by := range [][]string{token, h.courier, h.merchant} {
		h.post("/v1/households/search", `{"phone":"0912345678"}`, by...).problem(http.StatusForbidden, "forbidden")
		h.get("/v1/data-requests", by...).problem(http.StatusForbidden, "forbidden")
	}
}

func TestConsentsOverHTTP(t *testing.T) {
	h := newHomes(t)
	token := h.household(h.address(21.0287, 105.8524))
	items := h.get("/v1/household/consents", token...).want(http.StatusOK).object()["items"].([]any)
	if len(items) != 5 {
		t.Fatalf("%v", items)
	}
	for _, c := range items {
		if at(c, "granted") != false || len(at(c, "history").([]any)) != 0 || at(c, "text.vi") == "" || at(c, "text.en") == "" {
			t.Errorf("%v", c)
		}
	}
	c := h.put("/v1/household/consents/emergency", `{"granted":true,"text_version":1}`, token).want(http.StatusOK).object()
	wantAt(t, c, map[string]any{"granted": true, "history[0].text_version": 1})
	if by, ok := at(c, "history[0].by").(string); !ok || !strings.HasPrefix(by, "household:") {
		t.Errorf("%v", c)
	}
	c = h.put("/v1/household/consents/emergency", `{"granted":false}`, token).want(http.StatusOK).object()
	wantAt(t, c, map[string]any{"granted": false, "history[1].granted": false, "history[1].text_version": nil})
	h.put("/v1/household/consents/emergency", `{"granted":true}`, token).problem(http.StatusBadRequest, "invalid")
	h.put("/v1/household/consents/emergency", `{"granted":true,"text_version":7}`, token).problem(http.StatusConflict, "version_conflict")
	h.put("/v1/household/consents/everything", `{"granted":true,"text_version":1}`, token).problem(http.StatusBadRequest, "invalid")
	h.put("/v1/household/consents/emergency", `{}`, token).problem(http.StatusBadRequest, "invalid")
}

func TestDataRequestsOverHTTP(t *testing.T) {
	h := newHomes(t)
	token := h.household(h.address(21.0287, 105.8524))
	made := h.post("/v1/household/requests", `{"kind":"correct","note":"sai số điện thoại"}`, token...).want(http.StatusCreated).object()
	wantAt(t, made, map[string]any{"kind": "correct", "status": "open", "overdue": false, "household": nil})
	received, err := time.Parse(time.RFC3339, made["received_at"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if due, err := time.Parse(time.RFC3339, made["due_at"].(string)); err != nil || due.Sub(received) != 10*24*time.Hour {
		t.Errorf("due %s after, %v", due.Sub(received), err)
	}
	waiting := h.get("/v1/data-requests", h.registrar...).want(http.StatusOK).object()
	wantAt(t, waiting, map[string]any{"items[0].id": made["id"], "items[0].note": "sai số điện thoại", "next": nil})
	target := fmt.Sprintf("/v1/data-requests/%s/answer", made["id"])
	h.post(target, `{"outcome":"fulfilled"}`, h.registrar...).problem(http.StatusBadRequest, "invalid")
	wantAt(t, h.post(target, `{"outcome":"extended","note":"cần xác minh"}`, h.registrar...).want(http.StatusOK).object(), map[string]any{"status": "extended"})
	p := h.post(target, `{"outcome":"extended","note":"lần nữa"}`, h.registrar...).problem(http.StatusConflict, "version_conflict")
	wantAt(t, p, map[string]any{"detail": "Yêu cầu này đã xong, hoặc đã gia hạn một lần"})
	wantAt(t, h.post(target, `{"outcome":"fulfilled","note":"đã sửa"}`, h.registrar...).want(http.StatusOK).object(), map[string]any{"status": "fulfilled"})
	wantAt(t, h.get("/v1/household/requests", token...).want(http.StatusOK).object(), map[string]any{"items[0].answer": "đã sửa", "items[0].status": "fulfilled"})
	h.post("/v1/data-requests/NOSUCH/answer", `{"outcome":"fulfilled","note":"đã sửa"}`, h.registrar...).problem(http.StatusNotFound, "not_found")
	h.post("/v1/household/requests", `{"kind":"sue"}`, token...).problem(http.StatusBadRequest, "invalid")
	metrics := h.get("/metrics").want(http.StatusOK).Body.String()
	if !strings.Contains(metrics, `diachiso_data_requests{state="overdue"} 0`) {
		t.Error("no metric of overdue requests")
	}
}

func TestSearchIsInTheJournalOfWhomItFound(t *testing.T) {
	h := newHomes(t)
	code := h.address(21.0287, 105.8524)
	token := h.household(code)
	h.put("/v1/household", anAtHome, token).want(http.StatusOK)
	found := h.post("/v1/households/search", `{"phone":"+84 912345678"}`, h.registrar...).want(http.StatusOK)
	wantAt(t, found.object(), map[string]any{"items[0].code": code})
	if strings.Contains(found.Body.String(), "Ẩn") {
		t.Errorf("a search tells more than where: %s", found.Body)
	}
	wantAt(t, h.post("/v1/households/search", `{"name":"nguyen van an"}`, h.registrar...).want(http.StatusOK).object(), map[string]any{"items[0].code": code})
	h.post("/v1/households/search", `{}`, h.registrar...).problem(http.StatusBadRequest, "invalid")
	lines := h.get("/v1/household/journal?limit=2", token...).want(http.StatusOK).object()
	wantAt(t, lines, map[string]any{"items[0].action": "household.found", "items[0].role": "registrar", "items[0].purpose": "search by name", "items[1].purpose": "search by phone"})
	if lines["next"] == nil {
		t.Errorf("%v", lines)
	}
	rest := h.get("/v1/household/journal?after="+lines["next"].(string), token...).want(http.StatusOK).object()
	if len(rest["items"].([]any)) < 2 {
		t.Errorf("%v", rest)
	}
	h.get("/v1/household/journal?after=x", token...).problem(http.StatusBadRequest, "invalid")
}

func TestExportAndDeletionOverHTTP(t *testing.T) {
	h := newHomes(t)
	code := h.address(21.0287, 105.8524)
	token := h.household(code)
	h.put("/v1/household", anAtHome, token).want(http.StatusOK)
	h.post("/v1/household/aliases", `{"uses":1}`, token...).want(http.StatusCreated)
	h.post("/v1/household/requests", `{"kind":"provide"}`, token...).want(http.StatusCreated)
	x := h.get("/v1/household/export", token...).want(http.StatusOK).object()
	wantAt(t, x, map[string]any{"household.people[0].name": "Nguyễn Văn Ẩn", "requests[0].kind": "provide", "aliases[0].status": "active", "consents[0].granted": false})
	if len(x["journal"].([]any)) < 4 {
		t.Errorf("%v", x["journal"])
	}
	for _, body := range []string{`{}`, `{"confirm":false}`} {
		h.post("/v1/household/deletion", body, token...).problem(http.StatusBadRequest, "invalid")
	}
	wantAt(t, h.post("/v1/household/deletion", `{"confirm":true}`, token...).want(http.StatusOK).object(), map[string]any{"final": true})
	h.get("/v1/household", token...).problem(http.StatusUnauthorized, "unauthorized")
	h.get("/v1/addresses/" + code).want(http.StatusOK)
	if found := h.post("/v1/households/search", `{"phone":"0912345678"}`, h.registrar...).want(http.StatusOK).object(); len(found["items"].([]any)) != 0 {
		t.Errorf("%v", found)
	}
}

func TestNoticesOverHTTP(t *testing.T) {
	h := newHomes(t)
	token := h.household(h.address(21.0287, 105.8524))
	h.post("/v1/household/requests", `{"kind":"restrict"}`, token...).want(http.StatusCreated)
	page := h.get("/v1/household", token...).want(http.StatusOK).object()
	wantAt(t, page, map[string]any{"notices[0].kind": "restricted"})
	if page["restricted_at"] == nil {
		t.Errorf("%v", page)
	}
}

// A household sees what was done to its address, in both languages, and whoever claims the address later sees none of it.
func TestAddressNoticesOverHTTP(t *testing.T) {
	h := newHomes(t)
	code := h.address(21.0287, 105.8524)
	token := h.household(code)
	by := registry.Actor{Name: "test"}
	ctx := t.Context()
	parsed, err := addresscode.Parse(code)
	if err != nil {
		t.Fatal(err)
	}
	a, err := h.svc.AddressFor(ctx, registry.Sight{}, parsed)
	if err != nil {
		t.Fatal(err)
	}
	components := a.Components
	components.Street = "Phố Tràng Thi"
	if _, err := h.svc.Change(ctx, by, a.Code, registry.AnyVersion, registry.ChangeRequest{Components: &components}); err != nil {
		t.Fatal(err)
	}
	heir := h.address(21.0312, 105.8524)
	successor, err := addresscode.Parse(heir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.svc.Retire(ctx, by, a.Code, registry.AnyVersion, []addresscode.Code{successor}, registry.RetireDuplicate); err != nil {
		t.Fatal(err)
	}
	page := h.get("/v1/household", token...).want(http.StatusOK).object()
	wantAt(t, page, map[string]any{"notices[0].kind": "address_renamed", "notices[1].kind": "address_retired"})
	for i, words := range [][]string{{"Phố Tràng Thi", "Your address is written"}, {heir, "thôi dùng", "no longer in use"}} {
		text := page["notices"].([]any)[i].(map[string]any)["text"].(string)
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%q does not say %q", text, word)
			}
		}
	}
	if _, err := h.svc.Restore(ctx, by, a.Code, registry.AnyVersion, true); err != nil {
		t.Fatal(err)
	}
	h.post("/v1/household/deletion", `{"confirm":true}`, token...).want(http.StatusOK)
	h.wait(time.Hour)
	next := h.get("/v1/household", h.household(code)...).want(http.StatusOK).object()
	if notices := next["notices"].([]any); len(notices) != 0 {
		t.Errorf("the next household sees %v", notices)
	}
}
