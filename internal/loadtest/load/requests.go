package load

import (
	"math/rand/v2"
	"net/url"
	"strconv"
	"sync/atomic"

	"github.com/diachiso/diachiso/geo"
)

// Requests are about addresses that are registered at a server.
type Requests struct {
	Codes  []string
	Points []geo.Point
	Texts  []string // addresses as people write them
	serial atomic.Int64
	asked  atomic.Int64
}

// Search asks for one text after the other.
func (d *Requests) Search(buf []byte, _ *rand.Rand) []byte {
	text := d.Texts[int(d.asked.Add(1)-1)%len(d.Texts)]
	buf = append(buf, "GET /v1/search?q="...)
	buf = append(buf, url.QueryEscape(text)...)
	return append(buf, " HTTP/1.1\r\nHost: localhost\r\n\r\n"...)
}

// Resolve asks for a registered code.
func (d *Requests) Resolve(buf []byte, rng *rand.Rand) []byte {
	buf = append(buf, "GET /v1/addresses/"...)
	buf = append(buf, d.Codes[rng.IntN(len(d.Codes))]...)
	return append(buf, " HTTP/1.1\r\nHost: localhost\r\n\r\n"...)
}

// Reverse asks within about 50 m of a registered address, with the default radius and limit.
func (d *Requests) Reverse(buf []byte, rng *rand.Rand) []byte {
	p := d.Points[rng.IntN(len(d.Points))]
	buf = append(buf, "GET /v1/reverse?lat="...)
	buf = strconv.AppendFloat(buf, p.Lat()+(rng.Float64()-0.5)*0.001, 'f', 7, 64)
	buf = append(buf, "&lon="...)
	buf = strconv.AppendFloat(buf, p.Lon()+(rng.Float64()-0.5)*0.001, 'f', 7, 64)
	return append(buf, " HTTP/1.1\r\nHost: localhost\r\n\r\n"...)
}

// Assign gives a new address at a random registered place.
func (d *Requests) Assign(buf []byte, rng *rand.Rand) []byte {
	p := d.Points[rng.IntN(len(d.Points))]
	body := make([]byte, 0, 256)
	body = append(body, `{"position":{"lat":`...)
	body = strconv.AppendFloat(body, p.Lat()+(rng.Float64()-0.5)*0.001, 'f', 7, 64)
	body = append(body, `,"lon":`...)
	body = strconv.AppendFloat(body, p.Lon()+(rng.Float64()-0.5)*0.001, 'f', 7, 64)
	body = append(body, `},"components":{"street":"Phố Mới","house_number":"`...)
	body = strconv.AppendInt(body, d.serial.Add(1), 10)
	body = append(body, `"}}`...)
	buf = append(buf, "POST /v1/addresses HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "...)
	buf = strconv.AppendInt(buf, int64(len(body)), 10)
	buf = append(buf, "\r\n\r\n"...)
	return append(buf, body...)
}
