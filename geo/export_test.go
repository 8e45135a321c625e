package geo

// Containing returns the codes of the communes that contain p, ascending, for comparison with brute force.
func (l *Locator) Containing(p Point) []string {
	communes, _ := l.grid.communes(p, nil)
	var codes []string
	for _, commune := range communes {
		codes = append(codes, l.boundaries.codes[commune])
	}
	return codes
}
