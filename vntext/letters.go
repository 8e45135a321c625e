package vntext

// vietnameseBase returns the lower-case ASCII letter under a composed Vietnamese letter, in either case
// (Ậ → a, đ → d), and 0 for every other character.
func vietnameseBase(r rune) byte {
	switch {
	case r < 0xC0 || r > 0x1EF9:
		return 0
	case r >= 0x1EA0: // Latin Extended Additional holds the toned letters in order of their base
		switch {
		case r <= 0x1EB7:
			return 'a'
		case r <= 0x1EC7:
			return 'e'
		case r <= 0x1ECB:
			return 'i'
		case r <= 0x1EE3:
			return 'o'
		case r <= 0x1EF1:
			return 'u'
		}
		return 'y'
	}
	switch r {
	case 'À', 'Á', 'Â', 'Ã', 'à', 'á', 'â', 'ã', 'Ă', 'ă':
		return 'a'
	case 'Đ', 'đ':
		return 'd'
	case 'È', 'É', 'Ê', 'è', 'é', 'ê':
		return 'e'
	case 'Ì', 'Í', 'ì', 'í', 'Ĩ', 'ĩ':
		return 'i'
	case 'Ò', 'Ó', 'Ô', 'Õ', 'ò', 'ó', 'ô', 'õ', 'Ơ', 'ơ':
		return 'o'
	case 'Ù', 'Ú', 'ù', 'ú', 'Ũ', 'ũ', 'Ư', 'ư':
		return 'u'
	case 'Ý', 'ý':
		return 'y'
	}
	return 0
}
