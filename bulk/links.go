package bulk

import "fmt"

// linkColumns are the columns of links that start navigation to the place.
func linkColumns() []string {
	return []string{"result_geo", "result_google_maps", "result_apple_maps"}
}

// links are the texts of linkColumns, empty where the row has no place. Forms: RFC 5870; the documented URLs of the two apps.
func (r *Result) links() []string {
	if r.Point == nil {
		return []string{"", "", ""}
	}
	at := fmt.Sprintf("%s,%s", degrees(r.Point.Lat()), degrees(r.Point.Lon()))
	return []string{
		"geo:" + at,
		"https://www.google.com/maps/dir/?api=1&destination=" + at,
		"https://maps.apple.com/?daddr=" + at,
	}
}
