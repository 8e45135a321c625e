package seed

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/diachiso/diachiso/geo"
)

// formatName and formatVersion begin the file of divisions; another version is another layout.
const (
	formatName    = "diachiso-divisions"
	formatVersion = "1"
)

// usualNote is the official table's ordinary word for a kind; it is left out of the file.
var usualNote = map[geo.RelationKind]string{
	geo.RelationFull:          "Nhập toàn bộ",
	geo.RelationPart:          "Nhập một phần",
	geo.RelationAreaOnly:      "Nhập một phần diện tích",
	geo.RelationAllPopulation: "Nhập một phần diện tích, toàn bộ dân số",
}

// EncodeDivisions writes the file of divisions: UTF-8 lines of fields separated by tabs, in an order that does not
// depend on that of the arguments. It is for the generator; the package comment describes the layout.
// The relations are the official ones between communes, which geo.NewDivisions takes.
func EncodeDivisions(version string, divisions []*geo.Division, relations []geo.Relation) []byte {
	divisions, relations = slices.Clone(divisions), slices.Clone(relations)
	slices.SortFunc(divisions, func(a, b *geo.Division) int {
		return cmp.Or(
			cmp.Compare(a.ValidFrom, b.ValidFrom),
			cmp.Compare(a.ValidTo, b.ValidTo),
			cmp.Compare(len(a.Code), len(b.Code)),
			cmp.Compare(a.Code, b.Code),
		)
	})
	slices.SortFunc(relations, func(a, b geo.Relation) int {
		return cmp.Or(
			cmp.Compare(a.To.ValidFrom, b.To.ValidFrom),
			cmp.Compare(fromCode(a), fromCode(b)),
			cmp.Compare(a.FromName, b.FromName),
			cmp.Compare(a.To.Code, b.To.Code),
		)
	})
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s\t%s\t%s\n", formatName, formatVersion, version)
	for i, d := range divisions {
		if i == 0 || d.ValidFrom != divisions[i-1].ValidFrom || d.ValidTo != divisions[i-1].ValidTo {
			fmt.Fprintf(&out, "lifespan\t%s\t%s\n", d.ValidFrom, d.ValidTo)
		}
		writeDivision(&out, d)
	}
	for i, r := range relations {
		if i == 0 || r.To.ValidFrom != relations[i-1].To.ValidFrom {
			fmt.Fprintf(&out, "relations\t%s\n", r.To.ValidFrom)
		}
		writeRelation(&out, r)
	}
	return out.Bytes()
}

func writeDivision(out *bytes.Buffer, d *geo.Division) {
	fmt.Fprintf(out, "%s\t%s\t%s", d.Code, d.Parent, d.Names[0].FullName())
	for _, n := range d.Names[1:] {
		fmt.Fprintf(out, "\tname %s %s", n.From, n.FullName())
	}
	for _, p := range d.Postcodes {
		fmt.Fprintf(out, "\tpost %s %s", p.From, p.Text)
	}
	for _, p := range d.PostcodePrefixes {
		fmt.Fprintf(out, "\tprefix %s", p)
	}
	for _, a := range d.Aliases {
		fmt.Fprintf(out, "\talias %s", a)
	}
	for _, f := range d.Former {
		fmt.Fprintf(out, "\tformer %s %s", f.Code, f.Name)
	}
	out.WriteByte('\n')
}

func writeRelation(out *bytes.Buffer, r geo.Relation) {
	fmt.Fprintf(out, "%s\t%s\t%s", fromCode(r), r.To.Code, r.Kind)
	if r.Note != usualNote[r.Kind] {
		fmt.Fprintf(out, "\tnote %s", r.Note)
	}
	if r.From == nil {
		fmt.Fprintf(out, "\tname %s", r.FromName)
	}
	out.WriteByte('\n')
}

func fromCode(r geo.Relation) string {
	if r.From == nil {
		return ""
	}
	return r.From.Code
}
