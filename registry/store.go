package registry

import (
	"context"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

// Store keeps addresses and their events. A write and its event are one transaction.
type Store interface {
	View(ctx context.Context, fn func(Reader) error) error
	// Address is View with Reader.Address and nothing else, which needs no transaction around it.
	Address(ctx context.Context, code addresscode.Code) (*Address, error)
	// OpenAddress is View with Reader.OpenAddress and nothing else.
	OpenAddress(ctx context.Context, code addresscode.Code) (*Address, error)
	// Update runs fn in a transaction and returns once it is durable. Concurrent calls may share one commit.
	Update(ctx context.Context, fn func(Writer) error) error
	// RebuildNamedPlaces derives the named places of all addresses anew, in batches; a run that was cut short is completed
	// when the store is opened again. progress may be nil; it is told how many addresses are done.
	RebuildNamedPlaces(ctx context.Context, progress func(done int64)) error
	Close() error
}

// Reader reads one consistent state. Not found is *Error with CodeNotFound.
type Reader interface {
	Address(code addresscode.Code) (*Address, error)
	// OpenAddress is Address for those who must not be told of protected ones: they are not found, by the steps of what is not there.
	OpenAddress(code addresscode.Code) (*Address, error)
	// AddressesInRange calls yield for the addresses with lo <= key <= hi in key order until it returns false.
	AddressesInRange(lo, hi uint64, yield func(*Address) bool) error
	// PositionsWithin calls yield with key and code position of the active addresses whose position lies between the
	// south-west and the north-east corner, both included, in no order, until it returns false; with protected, of the protected
	// ones too. It is for looking at many and reading few.
	PositionsWithin(southWest, northEast geo.Point, protected bool, yield func(key uint64, p geo.Point) bool) error
	// DoorsInRange calls yield for the addresses with lo <= key <= hi that are not protected, in no order, until it returns false; unless
	// single, of flats in one cell that differ in nothing but floor, unit and kind only for the one with the lowest key.
	DoorsInRange(lo, hi uint64, single bool, yield func(Door) bool) error
	// MarksInRange calls yield for the addresses with lo <= key <= hi, with protected of the protected ones too, in key order until it
	// returns false: for flats, and for others whose place in the order without meaning (MarkOrder) is below a bound.
	MarksInRange(lo, hi uint64, below int64, protected bool, yield func(MarkRow) bool) error
	// CountKeys counts the keys in ranges, but no further than most.
	CountKeys(ranges [][2]uint64, most int) (int, error)
	// KeysInRange returns the keys ever issued with lo <= key <= hi, retired ones too, ascending.
	KeysInRange(lo, hi uint64) ([]uint64, error)
	ByExternalID(scheme, value string) (addresscode.Code, error)
	ByLikeness(likeness uint64) ([]*Address, error)

	// The numbers of QĐ 392 that addresses have or ever had. IssuedNumber tells the address that had one first, and whether it was
	// minted for it; NumberBlocks how many of an area were issued in each of its parts, in order; NumbersInBlock which, ascending.
	IssuedNumber(n Number) (code addresscode.Code, minted bool, err error)
	NumberBlocks(area NumberArea) (issued [NumberBlocks]int, err error)
	NumbersInBlock(area NumberArea, block int) ([]Number, error)

	Idempotency(key string) (requestHash [32]byte, code addresscode.Code, err error)
	Events(code addresscode.Code) ([]Event, error)
	// Changes calls yield for the events after a line of the journal, in order and without the states before and after them,
	// until it returns false.
	Changes(after int64, yield func(Event) bool) error
	// KeysBeyond calls yield for the keys of the addresses of a commune that lie off the coast or the border of the country, in no
	// order, until it returns false.
	KeysBeyond(commune string, yield func(key uint64) bool) error
	// SurveyInRange calls yield for the active addresses with lo <= key <= hi in key order until it returns false.
	SurveyInRange(lo, hi uint64, yield func(SurveyRow) bool) error
	// ExpectedHouseholds are all imported figures, by commune.
	ExpectedHouseholds() ([]ExpectedHouseholds, error)
	Count() (active, retired int64, err error)
	Meta(key string) (string, error) // "" when absent

	// JournalHead is the newest line of the journal: its number and its link; 0 when there is none.
	JournalHead() (seq int64, link Link, err error)
	// Journal calls yield for the lines after the given number, in order, until it returns false. Events come without the
	// state before them: that is the state after the address's previous event.
	Journal(after int64, yield func(JournalLine) bool) error
	// AddressesWithoutEvent calls yield for the addresses that the journal knows nothing of, in no order, until it returns
	// false. There are none in a register that nobody tampered with. It looks at every address.
	AddressesWithoutEvent(yield func(code addresscode.Code) bool) error

	// The named places (PlaceRefs) of the active addresses, as of the last commit, in a Writer too.
	//
	// NamedPlacesVersion is the number of the last commit that changed one, 0 when there is none yet. NamedPlacesSince calls
	// yield for the places that commits after the given one changed, those without addresses left included, until it
	// returns false.
	NamedPlacesVersion() (int64, error)
	NamedPlacesSince(version int64, yield func(*NamedPlace) bool) error
	// NamedPlaceKeys calls yield with house key and code key of the addresses of a place with from <= house key < to, in
	// order of house keys or against it, until it returns false. An empty to is no limit.
	NamedPlaceKeys(place int64, from, to string, descending bool, yield func(house string, key uint64) bool) error

	// Proposals calls yield for the proposals stored with a status after a cursor, in order of cursors, until it returns false.
	Proposal(id string) (*Proposal, error)
	Proposals(status ProposalStatus, after Cursor, yield func(*Proposal) bool) error
	ProposalsKeptUntil(t time.Time, limit int) ([]*Proposal, error) // KeptUntil not after t
	// ProposalCounts counts what was made since a time, and what is open and not expired at now.
	ProposalCounts(cell geo.Cell, commune string, since, now time.Time) (ProposalCounts, error)

	Changeset(id string) (*Changeset, error)
	// ChangesetCodes are the first codes with events of a change set and a key greater than after, ascending.
	ChangesetCodes(id string, after uint64, limit int) ([]addresscode.Code, error)

	// Observations calls yield for the observations of an address, newest first, until it returns false. The cursor is of
	// RecordedAt and Observer; the zero Cursor is before the newest.
	Observations(code addresscode.Code, after Cursor, yield func(*Observation) bool) error

	// Reviews calls yield for the reviews of a status after a cursor, in order of cursors, until it returns false.
	Review(id string) (*Review, error)
	LastReview(code addresscode.Code) (*Review, error) // the open one, or else the one closed last
	Reviews(status ReviewStatus, after Cursor, yield func(*Review) bool) error

	// Imports calls yield for the records of loads, newest first, until it returns false; ImportBatches for what each batch of
	// one wrote, in order of the import's position behind it, behind a given one; ImportReviews for what one set aside, in the
	// order of its file.
	Import(id int64) (*Import, error)
	Imports(yield func(*Import) bool) error
	ImportBatches(id, after int64, yield func(position int64, touched []Touched) bool) error
	ImportReviews(id int64, yield func(*ImportReview) bool) error
	// ImportReview is one record of them; *Error CodeNotFound. OpenImportReviews are those of all imports but undone ones that nobody
	// decided on, by commune, import and row, behind a given one.
	ImportReview(id, row int64) (*ImportReview, error)
	OpenImportReviews(commune string, id, row int64, yield func(*ImportReview) bool) error

	// The streets and outlines of the map that meet a box: streets of the kinds up to one ("" for all) without their stretches,
	// larger kinds first, outlines in no order; at most limit.
	Streets(box geo.Box, upTo StreetKind, limit int) ([]Street, error)
	Outlines(box geo.Box, limit int) ([]Outline, error)
	// StreetsAfter calls yield for the streets behind a data set and source, in order of both, with the import that was the last to
	// change each and with their stretches, until it returns false.
	StreetsAfter(dataset, source string, yield func(importID int64, s *Street) bool) error
}

// Writer also writes.
type Writer interface {
	Reader
	// Insert, Replace and Remove also keep the named places of the address.
	//
	// Insert and Replace keep what likeness says so that ByLikeness finds it; 0 is that of addresses without one.
	Insert(a *Address, likeness uint64) error
	Replace(a *Address, likeness uint64) error // optimistic: stored version must be a.Version-1
	Remove(code addresscode.Code) error        // only for demonstration data; with its observations and reviews
	// MintNumber keeps a number that is made for an address, whose external id it becomes after that; CodeVersionConflict when it was
	// issued before. Insert and Replace keep those that come in as external ids, for good.
	MintNumber(n Number, code addresscode.Code) error
	AppendEvent(e Event) error
	AppendEntry(e Entry) error // Seq is ignored; a zero At means now
	PutIdempotency(key string, requestHash [32]byte, code addresscode.Code) error
	SetMeta(key, value string) error
	PutExpectedHouseholds(e ExpectedHouseholds) error // replaces the figure of the commune

	PutChangeset(c *Changeset) error // a known id gets the new report

	InsertProposal(p *Proposal) error
	ReplaceProposal(p *Proposal) error // status, code, reason and time of the decision; CodeNotFound when it is gone
	RemoveProposal(id string) error    // no error when it is gone

	PutObservation(o *Observation) error // replaces that of the same code, observer and day
	InsertReview(r *Review) error        // CodeVersionConflict when one is open for the code
	ReplaceReview(r *Review) error       // status, outcome, note and time of closing; CodeNotFound when it is gone

	InsertImport(i *Import) (id int64, err error) // ID is ignored
	ReplaceImport(i *Import) error                // status, times, position and counts; CodeNotFound when it is gone
	AppendImportBatch(id, position int64, touched []Touched) error
	InsertImportReview(r *ImportReview) error
	// DecideImportReview writes the decision on a record that was set aside.
	DecideImportReview(r *ImportReview) error
	ForgetIdempotency(code addresscode.Code) error // the keys of an address: what led to it may be asked for anew

	// PutStreets and PutOutlines keep what an import has of the map: each in place of what has its data set and source, unless that is
	// the same already. They answer with an outcome for each. The Remove methods take out at most limit of those that no import but
	// the given one has changed since, and count them.
	PutStreets(importID int64, streets []Street) ([]MapOutcome, error)
	PutOutlines(importID int64, outlines []Outline) ([]MapOutcome, error)
	RemoveStreets(importID int64, limit int) (int, error)
	RemoveOutlines(importID int64, limit int) (int, error)

	// The purges delete at most limit rows whose time (recorded, closed, kept) is not after t, and count them.
	PurgeObservations(t time.Time, limit int) (int, error)
	PurgeReviews(t time.Time, limit int) (int, error)
	PurgeIdempotency(t time.Time, limit int) (int, error)
}
