package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/diachiso/diachiso/tiles"
)

const (
	mediaTile = "application/vnd.mapbox-vector-tile"
	// addressTileCost is what a tile with addresses costs of the quota, in tiles without.
	addressTileCost = 4
)

// How long a tile may be kept. The divisions change with the data of the server only, streets when a map is imported.
const (
	keepTile        = "public, max-age=86400, stale-while-revalidate=604800"
	keepStreetTile  = "public, max-age=3600, stale-while-revalidate=86400"
	keepAddressTile = "public, max-age=60"
	keepTileJSON    = "public, max-age=3600"
)

// PrepareMap does the work that the first tile would wait for.
func (s *Server) PrepareMap() error { return s.tiles.Prepare() }

// GetTileJSON tells what the tiles hold.
func (s *Server) GetTileJSON(ctx context.Context, _ GetTileJSONRequestObject) (GetTileJSONResponseObject, error) {
	box, err := s.tiles.Bounds()
	if err != nil {
		return nil, err
	}
	origin, err := s.origin(callerOf(ctx))
	if err != nil {
		return nil, err
	}
	middle := box.Middle()
	doc := TileJSON{
		Tilejson: TileJSONTilejsonN300, Scheme: TileJSONSchemeXyz, Version: s.config.DataVersion,
		Name: "Địa chỉ số Việt Nam", Description: "Đơn vị hành chính, vùng mã và địa chỉ số của Việt Nam",
		Attribution: mapAttribution, Tiles: []string{origin + "/v1/tiles/{z}/{x}/{y}"}, Maxzoom: tiles.MaxZoom,
		Bounds: []Degrees{box.SouthWest.Lon(), box.SouthWest.Lat(), box.NorthEast.Lon(), box.NorthEast.Lat()},
		Center: []float64{middle.Lon(), middle.Lat(), firstMapZoom},
	}
	for _, l := range tiles.Layers() {
		doc.VectorLayers = append(doc.VectorLayers, TileLayer{ID: l.Name, Description: l.What, Minzoom: l.From, Maxzoom: tiles.MaxZoom, Fields: l.Fields})
	}
	return GetTileJSON200JSONResponse{Body: doc, Headers: GetTileJSON200ResponseHeaders{CacheControl: keepTileJSON}}, nil
}

// firstMapZoom shows the whole country.
const firstMapZoom = 5

// mapAttribution names what the map is drawn from, as NOTICE does.
const mapAttribution = "Ranh giới: Nhà xuất bản Tài nguyên - Môi trường và Bản đồ Việt Nam. Đường, nhà: © những người đóng góp cho OpenStreetMap (ODbL)"

// GetTile is a tile of the map.
func (s *Server) GetTile(ctx context.Context, r GetTileRequestObject) (GetTileResponseObject, error) {
	id := tiles.ID{Z: uint32(r.Z), X: uint32(r.X), Y: uint32(r.Y)} // bounded by openapi.yaml
	if !id.Valid() {
		return nil, &problem{
			code: ProblemCodeNotFound,
			detail: words{
				fmt.Sprintf("Mức phóng %d không có mảnh %d/%d", r.Z, r.X, r.Y),
				fmt.Sprintf("zoom %d has no tile %d/%d", r.Z, r.X, r.Y),
			},
			hint: words{
				fmt.Sprintf("Cột và hàng từ 0 đến %d", 1<<r.Z-1), fmt.Sprintf("columns and rows are 0 to %d", 1<<r.Z-1),
			},
		}
	}
	by := callerOf(ctx)
	t, err := s.tiles.Tile(ctx, by.view.sight, id)
	if err != nil {
		return nil, err
	}
	out := tileAnswer{tile: t, tag: `"` + t.Tag + `"`}
	switch {
	case id.Z < tiles.StreetsFrom:
		out.keep = keepTile // the same for everybody, whoever asks
	case id.Z < tiles.AddressesFrom:
		out.keep = keepStreetTile
	case by.anonymous():
		out.keep = keepAddressTile
	}
	by.noteTile(t)
	switch {
	case len(t.Body) == 0:
		out.status = http.StatusNoContent
	case matches(r.Params.IfNoneMatch, out.tag):
		out.status = http.StatusNotModified
	default:
		out.status, out.zipped = http.StatusOK, takesGzip([]string{r.Params.AcceptEncoding})
	}
	return out, nil
}

// noteTile remembers the addresses of a tile.
func (c *caller) noteTile(t *tiles.Tile) {
	if c.developer {
		return
	}
	for _, z := range t.Zones {
		c.zones = append(c.zones, uint64(z.Number()))
	}
	if c.journalled() {
		c.told = append(c.told, t.Told...)
	}
}

// tileAnswer is a tile in the form in which it is kept.
type tileAnswer struct {
	tile   *tiles.Tile
	status int
	tag    string
	keep   string // "" for what stands there already
	zipped bool
}

// VisitGetTileResponse implements GetTileResponseObject.
func (a tileAnswer) VisitGetTileResponse(w http.ResponseWriter) error {
	h := w.Header()
	if a.keep != "" {
		h.Set("Cache-Control", a.keep)
	}
	if a.status == http.StatusNoContent {
		w.WriteHeader(a.status)
		return nil
	}
	body := a.tile.Body
	if a.zipped {
		a.tag = "W/" + a.tag // other bytes than the plain answer: only the meaning is the same
		body = a.tile.Zipped
	}
	h.Set("ETag", a.tag)
	if a.status == http.StatusNotModified {
		w.WriteHeader(a.status)
		return nil
	}
	if a.zipped {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", mediaTile)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	_, err := w.Write(body)
	return err
}

// costOfTile is what a tile costs beyond the one that was paid before it was looked at.
func costOfTile(zoom int) int {
	if zoom < tiles.AddressesFrom {
		return 0
	}
	return addressTileCost - 1
}
