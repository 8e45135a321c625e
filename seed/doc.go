// Package seed holds the data that is built into the program: the divisions of Vietnam in time, their postcodes and the
// boundaries of the communes, and a demonstration quarter of synthetic addresses. Load decodes the data, Apply brings a
// database up to it. It holds facts only; how they are looked up is geo's, what they mean for an address is registry's.
//
// # What is in it
//
// The 63 provinces, 696 districts and 10,035 communes that ended with 2025-06-30, without their first days; the 34
// provinces and 3,321 communes since 2025-07-01; the 10,571 official relations between the two; postcodes since
// 2025-08-24; former names and other spellings as aliases. Every unit has one lifespan before and one since the reform,
// also where it was left as it was, for in more than 2,000 cases the same code names another unit now.
// Names and types are dated: those of 2025-07-01, of 2026-04-30 where they differ, and later ones that were observed.
// Tone marks are placed as in the decision that gave the codes, QĐ 19/2025/QĐ-TTg: Hòa and Thủy, not Hoà and Thuỷ.
// A difference of that alone is no change of name. NOTICE names the sources.
//
// # The files
//
// data/divisions.tsv is text in UTF-8, made to be read in a diff. Lines end in a line feed, fields are separated by tabs.
// The first line has the format's name, its version and the data's version. Then come sections:
//
//	lifespan   FROM  TO                 units with that lifespan follow (dates as 2025-07-01, TO exclusive, empty: open)
//	CODE  PARENT  FULL NAME  …          a unit; two digits are a province, three a district, five a commune
//	relations  DATE                     relations between units that end and units that begin on that day follow
//	OLD CODE  NEW CODE  KIND  …         a relation of the official table; no old code where it has none
//
// with further fields, each led by a word and a space:
//
//	name DATE FULL NAME                 the name from a later day on
//	post DATE POSTCODE                  the postcode from a day on
//	prefix DIGITS                       first two digits of postcodes reserved for a province
//	alias NAME                          another spelling, or a former name
//	former CODE NAME                    a unit that went into this one shortly before the data begins
//	note TEXT                           the official table's word, where it is not the usual one for the kind
//	name TEXT                           in a relation: the old unit's name, where it has no code
//
// Lines are sorted by lifespan, level and code. data/boundaries.bin is the compact form of geo.EncodeBoundaries.
//
// # Making a newer data set
//
// Lay the source files beside the checkout (../shared/data), or enter a fact by hand in internal/generate/facts.go with
// its source; raise Version; run make generate; read the difference of divisions.tsv; commit. A new decree that ends units
// begins another lifespan and another section of relations; nothing that was is deleted. Databases are brought up to
// the new version by Apply at their next start.
package seed
