package api

import "testing"

func TestHistory(t *testing.T) {
	c := newClient(t)
	a := c.assign(`{"position":{"lat":21.0287,"lon":105.8524},"components":{"house_number":"12A","street":"Phố Hàng Khay"},"external_ids":[{"scheme":"osm","value":"node/1"}]}`)
	c.post("/v1/addresses", `{"position":{"lat":21.0287,"lon":105.8524},"external_ids":[{"scheme":"osm","value":"node/1"},{"scheme":"osm","value":"way/2"}]}`).want(200)
	code := a["code"].(string)
	h := c.get("/v1/addresses/" + code + "/history").want(200).object()
	wantAt(t, h, map[string]any{
		"items[0].action": "created", "items[0].version": 1, "items[0].address.code": code, "items[0].address.version": 1,
		"items[1].action": "merged", "items[1].version": 2, "items[1].address.external_ids[1].value": "way/2", "items[2]": nil,
	})
	c.get("/v1/addresses/5FJBC-2NM0-487/history").problem(404, ProblemCodeNotRegistered)
	c.get("/v1/addresses/nothing/history").problem(400, ProblemCodeInvalidCode)
}
