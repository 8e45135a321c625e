package api

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/tiles"
)

// tilePath is the tile of a zoom that holds a place.
func tilePath(lat, lon float64, zoom int) string {
	at := maptile.At(orb.Point{lon, lat}, maptile.Zoom(zoom))
	return fmt.Sprintf("/v1/tiles/%d/%d/%d", zoom, at.X, at.Y)
}

// codes are the codes of the addresses in a tile.
func (a answer) codes() (codes []string) {
	a.t.Helper()
	layers, err := mvt.Unmarshal(a.Body.Bytes())
	if err != nil {
		a.t.Fatal(err)
	}
	for _, l := range layers {
		if l.Name == tiles.LayerAddress {
			for _, f := range l.Features {
				code, _ := f.Properties["code"].(string)
				codes = append(codes, code)
			}
		}
	}
	return codes
}

func TestTileJSON(t *testing.T) {
	c := newClient(t)
	a := c.get("/v1/tiles").want(http.StatusOK)
	wantAt(t, a.object(), map[string]any{
		"tilejson": "3.0.0", "scheme": "xyz", "minzoom": 0.0, "maxzoom": 18.0, "tiles[0]": "http://127.0.0.1/v1/tiles/{z}/{x}/{y}",
		"vector_layers[0].id": "division",
	})
	layers := map[string]map[string]any{}
	for _, l := range at(a.object(), "vector_layers").([]any) {
		l := l.(map[string]any)
		layers[l["id"].(string)] = l
	}
	for _, l := range tiles.Layers() {
		if layers[l.Name]["minzoom"] != float64(l.From) || len(layers[l.Name]["fields"].(map[string]any)) != len(l.Fields) {
			t.Errorf("layer %s is told as %v", l.Name, layers[l.Name])
		}
	}
	box := at(a.object(), "bounds").([]any)
	for i, want := range []float64{102.1, 7.1, 117.8, 23.4} { // Trường Sa is in it
		if got := box[i].(float64); got < want-0.2 || got > want+0.2 {
			t.Errorf("bounds %v", box)
		}
	}
	public := newServer(t, newService(t), Config{DataVersion: "1", PublicURL: "https://diachi.example.vn"}, io.Discard)
	if got := at(client{t, public}.get("/v1/tiles").object(), "tiles[0]"); got != "https://diachi.example.vn/v1/tiles/{z}/{x}/{y}" {
		t.Errorf("tiles at %v", got)
	}
}

// What a layer says of its fields is what its features have.
func TestLayersHaveTheirFields(t *testing.T) {
	c := newClient(t)
	c.assign(hoGuom)
	fields := map[string]map[string]bool{}
	for zoom := range tiles.MaxZoom + 1 {
		layers, err := mvt.Unmarshal(c.get(tilePath(21.0287, 105.8524, zoom)).want(http.StatusOK).Body.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range layers {
			i := slices.IndexFunc(tiles.Layers(), func(known tiles.Layer) bool { return known.Name == l.Name })
			if i < 0 || tiles.Layers()[i].From > zoom {
				t.Fatalf("zoom %d has layer %s", zoom, l.Name)
			}
			for _, f := range l.Features {
				for name := range f.Properties {
					if fields[l.Name] == nil {
						fields[l.Name] = map[string]bool{}
					}
					if fields[l.Name][name] = true; tiles.Layers()[i].Fields[name] == "" {
						t.Fatalf("%s has a field %s that is not told", l.Name, name)
					}
				}
			}
		}
	}
	for _, l := range tiles.Layers() {
		for name := range l.Fields {
			if !fields[l.Name][name] && fields[l.Name] != nil {
				t.Errorf("no feature of %s has the field %s", l.Name, name)
			}
		}
	}
}

func TestTileIsKept(t *testing.T) {
	g := newGate(t, nil)
	for name, test := range map[string]struct {
		path, key, keep string
	}{
		"division":                {"/v1/tiles/7/101/56", "", keepTile},
		"streets":                 {"/v1/tiles/9/406/225", "", keepStreetTile},
		"division, with a key":    {"/v1/tiles/7/101/56", "courier", keepTile},
		"addresses":               {tilePath(10.7725, 106.698, 17), "", keepAddressTile},
		"addresses, with a key":   {tilePath(10.7725, 106.698, 17), "courier", "private, no-cache"},
		"nothing":                 {"/v1/tiles/5/0/0", "", keepTile},
		"nothing, and addresses":  {"/v1/tiles/17/0/0", "", keepAddressTile},
		"nothing, and a key":      {"/v1/tiles/17/0/0", "courier", "private, no-cache"},
		"what the tiles hold too": {"/v1/tiles", "", keepTileJSON},
	} {
		a := g.get(test.path, g.roles[access.Role(test.key)]...)
		if got := a.Header().Get("Cache-Control"); got != test.keep {
			t.Errorf("%s: Cache-Control %q, want %q", name, got, test.keep)
		}
		if vary := strings.Join(a.Header().Values("Vary"), ", "); !strings.Contains(vary, "Authorization") || !strings.Contains(vary, "Accept-Encoding") {
			t.Errorf("%s: Vary %q", name, vary)
		}
		tag := a.Header().Get("ETag")
		if strings.HasPrefix(name, "nothing") {
			a.want(http.StatusNoContent)
			continue
		}
		if test.path == "/v1/tiles" {
			continue
		}
		again := g.get(test.path, append([]string{"If-None-Match", tag}, g.roles[access.Role(test.key)]...)...).want(http.StatusNotModified)
		if again.Body.Len() != 0 || strings.TrimPrefix(again.Header().Get("ETag"), "W/") != tag || again.Header().Get("Cache-Control") != test.keep {
			t.Errorf("%s: 304 with %d bytes, %v", name, again.Body.Len(), again.Header())
		}
		g.get(test.path, "If-None-Match", `"other"`).want(http.StatusOK)
	}
}

func TestTileIsSentAsTaken(t *testing.T) {
	c := newClient(t)
	plain := c.get("/v1/tiles/7/101/56").want(http.StatusOK)
	zipped := c.get("/v1/tiles/7/101/56", "Accept-Encoding", "br, gzip;q=0.8").want(http.StatusOK)
	if plain.Header().Get("Content-Type") != "application/vnd.mapbox-vector-tile" || plain.Header().Get("Content-Encoding") != "" {
		t.Errorf("plain: %v", plain.Header())
	}
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Header().Get("Content-Length") != strconv.Itoa(zipped.Body.Len()) || zipped.Header().Get("ETag") != "W/"+plain.Header().Get("ETag") {
		t.Errorf("compressed: %v", zipped.Header())
	}
	r, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(r); err != nil || !bytes.Equal(body, plain.Body.Bytes()) {
		t.Errorf("another body: %v", err)
	}
	c.get("/v1/tiles/7/101/56", "If-None-Match", zipped.Header().Get("ETag")).want(http.StatusNotModified)
	if a := c.do(http.MethodHead, "/v1/tiles/7/101/56", "").want(http.StatusOK); a.Header().Get("Content-Length") == "0" {
		t.Error("HEAD tells no length")
	}
}

func TestTilesThatThereAreNot(t *testing.T) {
	c := newClient(t)
	for path, want := range map[string]int{
		"/v1/tiles/19/0/0": 400, "/v1/tiles/-1/0/0": 400, "/v1/tiles/a/0/0": 400, "/v1/tiles/1/0.5/0": 400, "/v1/tiles/1/0/0.mvt": 400, "/v1/tiles/1/-1/0": 400,
		"/v1/tiles/0/1/0": 404, "/v1/tiles/5/32/0": 404, "/v1/tiles/5/0/32": 404, "/v1/tiles/18/262144/0": 400, "/v1/tiles/99999999999999999999/0/0": 400,
		"/v1/tiles/1/0": 404, "/v1/tiles/1/0/0/0": 404, "/v1/tiles/": 404, "/v1/tiles/1/0/": 404,
	} {
		a := c.get(path)
		if a.Code != want || a.object()["code"] == nil {
			t.Errorf("%s: %d, want %d: %s", path, a.Code, want, a.Body)
		}
	}
	vi := c.get("/v1/tiles/3/8/0").problem(http.StatusNotFound, ProblemCodeNotFound)
	en := c.get("/v1/tiles/3/8/0", "Accept-Language", "en").problem(http.StatusNotFound, ProblemCodeNotFound)
	if vi["detail"] != "Mức phóng 3 không có mảnh 8/0" || en["detail"] != "zoom 3 has no tile 8/0" || vi["hint"] == en["hint"] {
		t.Errorf("told as %v and %v", vi, en)
	}
	c.post("/v1/tiles/1/0/0", "{}").want(http.StatusMethodNotAllowed)
}

// Who sees which addresses on the map, and what of it is in the journal.
func TestTilesByRole(t *testing.T) {
	g := newGate(t, nil)
	at := func(lon float64) string {
		return fmt.Sprintf(`{"position": {"lat": 21.0287, "lon": %.4f}, "components": {"house_number": "%.0f", "street": "Phố Hàng Khay"}}`, lon, lon*1e4)
	}
	open, hidden := g.register(at(105.8524)), g.register(at(105.8526))
	g.do(http.MethodPut, "/v1/addresses/"+hidden+"/protection", "", g.roles[access.RoleAdmin]...).want(http.StatusOK)
	path := tilePath(21.0287, 105.8525, 16)
	home, abroad := withKey(g.newKey(access.RoleRegistrar, "00070")), withKey(g.newKey(access.RoleRegistrar, "00004"))
	for name, test := range map[string]struct {
		key       []string
		protected bool
		told      bool
	}{
		"public": {nil, false, false}, "household": {g.roles[access.RoleHousehold], false, false}, "merchant": {g.roles[access.RoleMerchant], false, false},
		"courier": {g.roles[access.RoleCourier], false, true}, "auditor": {g.roles[access.RoleAuditor], true, true}, "admin": {g.roles[access.RoleAdmin], true, true},
		"registrar at home": {home, true, true}, "registrar elsewhere": {abroad, false, false},
	} {
		before := len(g.journal())
		codes := g.get(path, test.key...).want(http.StatusOK).codes()
		if !slices.Contains(codes, open) || slices.Contains(codes, hidden) != test.protected {
			t.Errorf("%s sees %v", name, codes)
		}
		journal := g.journal()
		if told := len(journal) > before; told != test.told {
			t.Errorf("%s: in the journal: %v, want %v", name, told, test.told)
		}
		if test.told && (journal[0].Action != "address.read" || !strings.Contains(journal[0].Subject, open) || !strings.Contains(journal[0].Detail, `"getTile"`)) {
			t.Errorf("%s: the journal has %+v", name, journal[0])
		}
		before = len(journal)
		g.get("/v1/tiles/12/3252/1803", test.key...).want(http.StatusOK)
		if len(g.journal()) > before {
			t.Errorf("%s: a tile without addresses is in the journal", name)
		}
	}
}

// A tile with addresses costs as much as four without, and its zones count for who harvests.
func TestTilesCost(t *testing.T) {
	g := newGate(t, nil)
	g.register(`{"position": {"lat": 21.0287, "lon": 105.8524}, "components": {"house_number": "1", "street": "Phố Hàng Khay"}}`)
	g.standstill()
	left := func(path string) int {
		n, err := strconv.Atoi(g.get(path).Header().Get("RateLimit-Remaining"))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	full := left("/v1/tiles/7/101/56")
	if next := left("/v1/tiles/7/101/56"); next != full-1 {
		t.Errorf("a tile costs %d", full-next)
	}
	if next := left(tilePath(21.0287, 105.8524, 16)); next != full-1-addressTileCost {
		t.Errorf("a tile with addresses costs %d", full-1-next)
	}
	for range 1000 {
		if g.get("/v1/tiles/16/0/0").Code == http.StatusTooManyRequests {
			break
		}
	}
	a := g.get("/v1/tiles/16/0/0")
	a.problem(http.StatusTooManyRequests, ProblemCodeTooManyRequests)
	if a.Header().Get("Retry-After") == "" {
		t.Error("nothing tells when to come again")
	}
	g.get("/v1/divisions/locate?lat=21.0287&lon=105.8524").want(http.StatusOK)
}

// Whoever walks over the map from zone to zone is reported, though nobody is asked to stop.
func TestTilesCountAsAskedZones(t *testing.T) {
	g := newGate(t, nil)
	count := 0
	g.server.harvest = access.NewHarvestWatch(func(h access.Harvest) { count = h.Zones })
	g.server.quotas = nil
	for n := range 21 { // one house in each of as many zones as a household has business in, and one more
		lon := 105.60 + float64(n)*0.012
		g.register(fmt.Sprintf(`{"position": {"lat": 20.95, "lon": %.4f}, "components": {"house_number": "%d", "street": "Đường A"}}`, lon, n))
		g.get(tilePath(20.95, lon, 16), g.roles[access.RoleHousehold]...).want(http.StatusOK)
	}
	if count != 21 {
		t.Errorf("reported at %d zones", count)
	}
}

func FuzzTilePath(f *testing.F) {
	c := client{f, newServer(f, newService(f), testConfig(), io.Discard)}
	for _, seed := range []string{"0/0/0", "18/208151/115403", "7/101/56", "1/2/3", "-1/0/0", "1e1/0/0", "07/1/1", "0x1/1/1", "%31/0/0", "1/0/0?If-None-Match=*"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if strings.ContainsAny(path, "\x00 \t\r\n#") || !validTarget("/v1/tiles/"+path) {
			return
		}
		a := client{t, c.server}.get("/v1/tiles/" + path)
		switch a.Code {
		case http.StatusOK, http.StatusNoContent, http.StatusBadRequest, http.StatusNotFound:
		default:
			t.Errorf("%q: %d: %s", path, a.Code, a.Body)
		}
	})
}

func validTarget(target string) bool {
	_, err := http.NewRequest(http.MethodGet, "http://127.0.0.1"+target, nil)
	return err == nil
}
