package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/vntext"
)

// builder turns the tables into divisions and relations.
type builder struct {
	divisions []*geo.Division
	relations []geo.Relation
	old, new  map[string]*geo.Division // by code: until and since 2025-07-01
}

func build(t tables) (*builder, error) {
	b := &builder{old: map[string]*geo.Division{}, new: map[string]*geo.Division{}}
	for _, step := range []func(tables) error{b.addOld, b.addNew, b.addPostcodes, b.addRelations, b.addAliases} {
		if err := step(t); err != nil {
			return nil, err
		}
	}
	_, err := geo.NewDivisions(b.divisions, b.relations)
	return b, err
}

// spell is the one spelling the data set uses: Unicode NFC, straight apostrophes, and tone marks placed as in
// QĐ 19/2025/QĐ-TTg and Nghị quyết 202/2025/QH15 (Hòa, Thủy), which the list of 2026 places on the last vowel (Hoà, Thuỷ).
func spell(text string) string {
	return vntext.Normal(strings.ReplaceAll(text, "’", "'"))
}

func (b *builder) add(d *geo.Division, fullName string) error {
	name, ok := geo.ParseName(spell(fullName))
	if !ok {
		return fmt.Errorf("division %s: %q is no type and name", d.Code, fullName)
	}
	name.From = d.ValidFrom
	d.Names = append(d.Names, name)
	epoch := b.old
	if d.ValidFrom == dayReform {
		epoch = b.new
	}
	if epoch[d.Code] != nil {
		return fmt.Errorf("division %s: twice in the lists", d.Code)
	}
	epoch[d.Code] = d
	b.divisions = append(b.divisions, d)
	return nil
}

func (b *builder) addOld(t tables) error {
	for _, r := range t.oldDistricts {
		province := r["Mã TP"]
		if b.old[province] == nil {
			d := &geo.Division{Level: geo.LevelProvince, Code: province, ValidTo: dayReform, Province: province}
			if err := b.add(d, r["Tỉnh / Thành Phố"]); err != nil {
				return err
			}
		}
		d := &geo.Division{Level: geo.LevelDistrict, Code: r["Mã"], ValidTo: dayReform, Parent: province, Province: province}
		if err := b.add(d, r["Tên"]); err != nil {
			return err
		}
	}
	for _, r := range t.oldCommunes {
		name := r["name"]
		if m, ok := misprints[r["code"]]; ok {
			if m[0] != name {
				return fmt.Errorf("commune %s: the misprint %q is gone from the source: drop it from the facts", r["code"], m[0])
			}
			name = m[1]
		}
		d := &geo.Division{Level: geo.LevelCommune, Code: r["code"], ValidTo: dayReform,
			Parent: r["district_code"], Province: r["province_code"]}
		if err := b.add(d, name); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) addNew(t tables) error {
	for _, r := range t.provinces {
		d := &geo.Division{Level: geo.LevelProvince, Code: r["code"], ValidFrom: dayReform, Province: r["code"]}
		if err := b.addTwice(d, r); err != nil {
			return err
		}
	}
	for _, r := range t.communes {
		d := &geo.Division{Level: geo.LevelCommune, Code: r["code"], ValidFrom: dayReform,
			Parent: r["province_code"], Province: r["province_code"]}
		if err := b.addTwice(d, r); err != nil {
			return err
		}
	}
	for _, later := range laterNames {
		d := b.new[later.code]
		if d == nil {
			return fmt.Errorf("facts: no division %s", later.code)
		}
		d.Names = append(d.Names, later.DatedName)
	}
	return nil
}

// addTwice adds a unit with its name of 2025 and, where it is another one, that of 2026.
func (b *builder) addTwice(d *geo.Division, r row) error {
	if err := b.add(d, r["full_name_2025"]); err != nil {
		return err
	}
	second, ok := geo.ParseName(spell(r["full_name_2026"]))
	if !ok {
		return fmt.Errorf("division %s: %q is no type and name", d.Code, r["full_name_2026"])
	}
	if second.FullName() != d.Names[0].FullName() {
		second.From = daySecond
		d.Names = append(d.Names, second)
	}
	return nil
}

func (b *builder) addPostcodes(t tables) error {
	for _, r := range t.postcodes {
		d := b.new[r["ward_code"]]
		if d == nil {
			return fmt.Errorf("postcode %s: no commune %s", r["postal_code"], r["ward_code"])
		}
		d.Postcodes = append(d.Postcodes, geo.DatedText{From: dayPostcode, Text: r["postal_code"]})
	}
	for _, r := range t.postcodePrefixes {
		d := b.new[r["province_code"]]
		if d == nil {
			return fmt.Errorf("postcode prefixes: no province %s", r["province_code"])
		}
		d.PostcodePrefixes = strings.Fields(r["prefixes"])
	}
	return nil
}

func (b *builder) addRelations(t tables) error {
	for _, r := range t.relations {
		rel := geo.Relation{To: b.new[r["new_code"]], Kind: geo.RelationKind(r["kind"])}
		// Some rows carry a remark on a code that was put right, which is not the table's own word.
		rel.Note, _, _ = strings.Cut(r["note"], " [")
		switch {
		case r["old_code"] != "":
			rel.From = b.old[r["old_code"]]
		case r["old_name"] == "": // an island district without communes
			rel.From = b.old[r["old_district_code"]]
		default: // land without a code of its own
			rel.FromName = spell(r["old_name"])
		}
		if rel.To == nil || (rel.From == nil && rel.FromName == "") {
			return fmt.Errorf("relation %v: unknown code", r)
		}
		if rel.From != nil {
			rel.FromName = rel.From.Names[0].FullName()
			b.addAlias(b.old[r["old_district_code"]], r["old_district"])
		}
		b.relations = append(b.relations, rel)
	}
	return nil
}

// addAliases adds the spellings of the conversion table, the former names, and the usual English names of provinces.
func (b *builder) addAliases(t tables) error {
	for _, r := range t.variants {
		d := b.old[r["old_code"]]
		if d == nil {
			return fmt.Errorf("name variant: no commune %s", r["old_code"])
		}
		b.addAlias(d, r["name_nso_conversion_table"])
	}
	for _, r := range t.formerNames {
		d := b.old[r["code"]]
		if d == nil {
			return fmt.Errorf("former name: no commune %s", r["code"])
		}
		name := spell(r["former_name"])
		d.Former = append(d.Former, geo.FormerUnit{Code: r["former_code"], Name: name})
		b.addAlias(d, name)
	}
	for _, r := range t.provinces {
		if d := b.new[r["code"]]; vntext.Fold(d.Names[0].Name) != vntext.Fold(r["name_en"]) {
			b.addAlias(d, r["name_en"])
		}
	}
	for _, d := range b.divisions {
		slices.Sort(d.Aliases)
		d.Aliases = slices.Compact(d.Aliases)
		slices.SortFunc(d.Former, func(a, b geo.FormerUnit) int {
			return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Name, b.Name))
		})
	}
	return nil
}

// addAlias adds another name of a division: without its type, unless the type differs or the name is but a number.
func (b *builder) addAlias(d *geo.Division, text string) {
	text = strings.Replace(spell(text), "Thi trấn ", "Thị trấn ", 1) // so misspelt once in the conversion table
	alias := text
	if name, ok := geo.ParseName(text); ok && name.Type == d.Names[0].Type && !numbered(d.Names[0].Name) && !numbered(name.Name) {
		alias = name.Name
	}
	if alias != d.Names[0].Name && alias != d.Names[0].FullName() {
		d.Aliases = append(d.Aliases, alias)
	}
}

func numbered(name string) bool {
	return strings.IndexFunc(name, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
}
