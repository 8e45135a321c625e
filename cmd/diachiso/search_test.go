package main

import (
	"strings"
	"testing"
)

func TestSearchAndValidate(t *testing.T) {
	c := newCLI(t)
	if status, _, errs := c.run("demo", "load"); status != exitOK {
		t.Fatal(errs)
	}
	const text = "so 5 ngach 34 ngo 12 pho mau 1, p hai ba trung, hn"
	var found foundView
	c.json(&found, "search", text, "--limit", "1")
	if len(found.Results) != 1 || found.Results[0].Code == "" || found.Results[0].Components.HouseNumber != "5" || found.Results[0].Division.Commune.Code != "00256" {
		t.Fatalf("%+v", found)
	}
	var v verdictView
	c.json(&v, "validate", text)
	if v.Verdict.NextAction != "accept" || v.Code != found.Results[0].Code || v.Division.Commune.Code != "00256" {
		t.Errorf("%+v", v)
	}
	c.json(&v, "validate", "--code", found.Results[0].Code)
	if v.Verdict.NextAction != "accept" {
		t.Errorf("by code: %+v", v)
	}
	for args, says := range map[string]string{
		"search " + text: "đúng nhà (house)", "validate " + text: "dùng được (accept)",
		"validate 777 phố Mẫu 1, p Hai Bà Trưng, Hà Nội": "NUMBER.not_found", "index rebuild": "300 addresses",
	} {
		status, out, errs := c.run(strings.Fields(args)...)
		if status != exitOK || !strings.Contains(out, says) {
			t.Errorf("%s: exit status %d, %q is not in %s%s", args, status, says, out, errs)
		}
	}
	for args, want := range map[string]int{
		"search xyzzy": exitNotFound, "search": exitUsage, "search x --limit 0": exitUsage, "search x --near here": exitInvalid,
		"validate": exitUsage, "validate x --position here": exitInvalid, "validate x --db none.db": exitFailure, "index rebuild --db none.db": exitFailure,
	} {
		if status, out, errs := c.run(strings.Fields(args)...); status != want {
			t.Errorf("%s: exit status %d, want %d: %s%s", args, status, want, out, errs)
		}
	}
}

func TestConvert(t *testing.T) {
	c := newCLI(t) // no database is needed
	var v conversionsView
	c.json(&v, "convert", "--code", "00082", "--from", "2025-06-30")
	if v.Status != "converted" || v.Result.FullName != "Phường Cửa Nam" {
		t.Errorf("%+v", v)
	}
	for args, want := range map[string]struct {
		status int
		says   string
	}{
		"convert Phường Trần Hưng Đạo, Quận Hoàn Kiếm, Hà Nội": {exitOK, "Phường Cửa Nam"},
		"convert --code 00028 --from 2025-06-30":               {exitOK, "not settled"},
		"convert":                                              {exitUsage, "either"},
		"convert x --code 00082":                               {exitUsage, "either"},
		"convert --code 99999":                                 {exitNotFound, "code"},
		"convert --code 1":                                     {exitInvalid, "length"},
		"convert --code 00082 --from now":                      {exitUsage, "--from"},
		"convert xyzzy":                                        {exitNotFound, ""},
	} {
		status, out, errs := c.run(strings.Fields(args)...)
		if status != want.status || !strings.Contains(out+errs, want.says) {
			t.Errorf("%s: exit status %d, want %d with %q: %s%s", args, status, want.status, want.says, out, errs)
		}
	}
}
