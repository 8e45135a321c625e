package addresscode_test

import (
	"errors"
	"fmt"

	"github.com/diachiso/diachiso/addresscode"
)

func ExampleNew() {
	code, err := addresscode.New(0x8d415cb4e426bbf, 0) // the H3 cell of Hồ Gươm
	fmt.Println(code, err)
	fmt.Println(code.Compact(), code.Zone(), code.Short())
	// Output:
	// 5FJBC-2NJV-T33 <nil>
	// 5FJBC2NJVT33 5FJBC- 2NJV-T33
}

func ExampleParse() {
	code, err := addresscode.Parse("gpog3 khhp r2c") // a letter o for the digit 0
	fmt.Println(code, err)
	fmt.Printf("%x, ordinal %d\n", code.Cell(), code.Ordinal())

	_, err = addresscode.Parse("5FJBC-2N?V-T33")
	fmt.Println(err)
	fmt.Println(errors.Is(err, addresscode.ErrUnreadable))
	// Output:
	// GP0G3-KHHP-R2C <nil>
	// 8d65ae496b1447f, ordinal 0
	// address code: character 9, "?", is none of the symbols 0123456789BCFGHJKMNPQRSTVXZ; look again at this character, or ask for corrections
	// true
}

func ExampleCorrect() {
	for _, text := range []string{"5FJBC-2NJX-T33", "5FJCB-2NJV-T33", "5FJBC-2N?V-T?3", "5FJBC-2NJV-T3"} {
		suggestions, err := addresscode.Correct(text)
		if err != nil {
			fmt.Println(err)
		}
		for _, s := range suggestions {
			fmt.Printf("%s: %s %s %q→%q, %d left\n", text, s.Code, s.Kinds[0], s.Changes[0].From, s.Changes[0].To, s.Redundancy)
		}
	}
	// Output:
	// 5FJBC-2NJX-T33: 5FJBC-2NJV-T33 substitution "X"→"V", 1 left
	// 5FJCB-2NJV-T33: 5FJBC-2NJV-T33 swap "CB"→"BC", 1 left
	// 5FJBC-2N?V-T?3: 5FJBC-2NJV-T33 erasure "?"→"J", 1 left
	// 5FJBC-2NJV-T3: 5FJBC-2NJV-T33 missing ""→"3", 1 left
}

func ExampleFind() {
	const text = "Giao tới 5FJBC-2NJV-T33 (Hồ Gươm), gọi 0912 345 678"
	for _, f := range addresscode.Find(text) {
		fmt.Println(f.Code, text[f.Start:f.End])
	}
	// Output:
	// 5FJBC-2NJV-T33 5FJBC-2NJV-T33
}

func ExampleExpandShort() {
	var zones []addresscode.Zone // those that meet the commune the caller named
	for _, text := range []string{"5FJBB-", "5FJBC-", "5FJBF-"} {
		z, err := addresscode.ParseZone(text)
		if err != nil {
			fmt.Println(err)
		}
		zones = append(zones, z)
	}
	fmt.Println(addresscode.ExpandShort("2NJV-T33", zones))
	// Output:
	// [5FJBC-2NJV-T33] <nil>
}
