package pack

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/internal/durable"
	"github.com/diachiso/diachiso/registry"
)

const (
	canaries      = 5   // in a pack, where there is room for them
	canaryTries   = 200 // real houses looked at for all of them
	nearestCanary = 40  // metres from the real house
	widestCanary  = 120
	clearM        = 30 // metres around a canary without any address
)

// Secret is what canaries are derived from. Whoever has it and the register can tell canaries; keep it as the signing key is kept.
type Secret [32]byte

// OpenSecret reads the secret at path, hexadecimal, and makes one when there is no file.
func OpenSecret(path string) (Secret, error) {
	var s Secret
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		_, _ = rand.Read(s[:]) // never fails
		return s, writeSecret(path, s)
	}
	if err != nil {
		return s, fmt.Errorf("read the secret of canaries: %w", err)
	}
	if n, err := hex.Decode(s[:], []byte(strings.TrimSpace(string(text[:min(len(text), 66)])))); err != nil || n != len(s) {
		return s, &registry.Error{Code: registry.CodeInvalid, Op: "open secret", Message: "the file of the secret of canaries is damaged: " + path,
			Hint: "put it back from where it was kept; with another secret older packs cannot be traced"}
	}
	return s, nil
}

func writeSecret(path string, s Secret) error {
	if err := durable.WriteNew(path, hex.EncodeToString(s[:])+"\n"); err != nil {
		return fmt.Errorf("write the secret of canaries: %w", err)
	}
	return nil
}

func (s Secret) mac(parts ...string) [sha256.Size]byte {
	h := hmac.New(sha256.New, s[:])
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s,", len(p), p) // a hash never fails
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// mark is what the register keeps of a canary.
func (s Secret) mark(cell uint64) [sha256.Size]byte {
	return s.mac("mark", strconv.FormatUint(cell, 16))
}

// draw is a stream of numbers of one pack.
type draw struct {
	secret  Secret
	key, id string
	n       int
}

func (d *draw) below(n uint64) uint64 {
	d.n++
	sum := d.secret.mac("draw", d.key, d.id, strconv.Itoa(d.n))
	return binary.BigEndian.Uint64(sum[:]) % n
}

// canary makes an address that is not in the register near one that is, nil when there is no room. highest is the greatest number in the
// street.
func canary(r registry.Reader, locator *geo.Locator, d *draw, near *registry.Address, highest int) (*registry.Address, error) {
	c := near.Components
	angle := float64(d.below(360)) * math.Pi / 180
	metres := float64(nearestCanary + d.below(widestCanary-nearestCanary))
	from := geo.CodeCenter(near.Code)
	at := geo.Point{
		LatE7: from.LatE7 + int32(metres*math.Cos(angle)*90),
		LonE7: from.LonE7 + int32(metres*math.Sin(angle)*90/math.Cos(from.Lat()*math.Pi/180)),
	}
	code, err := geo.EncodeFirst(at)
	if err != nil {
		return nil, nil
	}
	if distance, err := locator.CommuneDistance(at, near.Commune); err != nil || distance > 0 {
		return nil, nil
	}
	lo, hi, err := addresscode.KeyRange(code.Cell())
	if err != nil {
		return nil, nil
	}
	issued, err := r.KeysInRange(lo, hi)
	if err != nil || len(issued) > 0 {
		return nil, err
	}
	clear := true
	box := int32(clearM * 100)
	if err := r.PositionsWithin(geo.Point{LatE7: at.LatE7 - box, LonE7: at.LonE7 - box}, geo.Point{LatE7: at.LatE7 + box, LonE7: at.LonE7 + box}, true,
		func(_ uint64, p geo.Point) bool {
			clear = geo.Distance(p, at) > clearM
			return clear
		}); err != nil || !clear {
		return nil, err
	}
	return &registry.Address{
		Code: code, Kind: registry.KindDwelling, Commune: near.Commune,
		Components: registry.Components{HouseNumber: strconv.Itoa(highest + 2*int(1+d.below(4))), Street: c.Street, Hamlet: c.Hamlet, Quarter: c.Quarter},
	}, nil
}

func leadingDigits(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(text)
	}
	return text[:min(end, 5)]
}
