package main

import (
	"strings"

	"github.com/diachiso/diachiso/addresscode"
)

// shortRows gives each short form a handful of zones, like those that meet a commune.
func shortRows(g *generator) error {
	for i := range 500 {
		code := g.code()
		near := []addresscode.Zone{code.Zone()}
		for len(near) < 8 {
			// Zones that differ in the last one or two symbols.
			text := code.Zone().String()[:3+g.rng.IntN(2)]
			for len(text) < 5 {
				text += g.symbol()
			}
			if z, err := addresscode.ParseZone(text); err == nil {
				near = append(near, z)
			}
		}
		at := g.rng.IntN(len(near))
		near[0], near[at] = near[at], near[0]
		if i%5 == 4 { // the right zone is not among them
			near = append(near[:at], near[at+1:]...)
		}
		short := code.Short()
		switch i % 3 {
		case 1:
			short = strings.ToLower(strings.ReplaceAll(short, "-", " "))
		case 2:
			short = strings.ReplaceAll(short, "-", "")
		}
		codes, err := addresscode.ExpandShort(short, near)
		if err != nil {
			return err
		}
		if err := g.row(short, joined(near), joined(codes)); err != nil {
			return err
		}
	}
	return nil
}

func joined[T interface{ String() string }](items []T) string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = item.String()
	}
	return strings.Join(words, " ")
}

// findRows puts codes between the words of messages to couriers.
func findRows(g *generator) error {
	words := strings.Fields(`giao cho chị Hương số 12B ngách 34/56 ngõ 78 phố Khâm Thiên P. Ô Chợ Dừa Q. Đống Đa TP HN sđt 0912345678
		(gọi trước 30p) kp5 tổ 3 ấp BT QL1A KM 27 hẻm 212/9 CC HH2C T12 P1205 GH nhanh COD 350k 10h30 mã VN123456789 SPX0123456789
		5FJBC-2NJV-T34 5FJBC2NJVT33X 0912 345 678 https://diachi.so/ — … no#7`)
	for range 500 {
		var b strings.Builder
		for range 3 + g.rng.IntN(20) {
			if g.rng.IntN(6) == 0 {
				b.WriteString(spellings[g.rng.IntN(len(spellings))](g, g.code()))
			} else {
				b.WriteString(words[g.rng.IntN(len(words))])
			}
			b.WriteString([]string{" ", " ", ", ", ". ", "; ", "/", ""}[g.rng.IntN(7)])
		}
		found := addresscode.Find(b.String())
		codes := make([]addresscode.Code, len(found))
		for i, f := range found {
			codes[i] = f.Code
		}
		if err := g.row(b.String(), joined(codes)); err != nil {
			return err
		}
	}
	return nil
}
