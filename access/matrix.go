package access

import "slices"

// Class of an operation: which quota it draws on.
type Class string

// The classes, from generous to strict. What answers by place or by text, and what could guess secrets, is dear to an harvester.
const (
	ClassNone    Class = "none"    // documentation and health: no quota
	ClassRead    Class = "read"    // one thing by its code
	ClassSearch  Class = "search"  // by text
	ClassReverse Class = "reverse" // by place
	ClassTile    Class = "tile"    // pieces of the map
	ClassBulk    Class = "bulk"    // many at once
	ClassWrite   Class = "write"   // changes
	ClassPropose Class = "propose" // what anybody may leave behind
	ClassSecret  Class = "secret"  // what could be used to guess keys, secrets, aliases, phones
)

// Operation is a row of the matrix.
type Operation struct {
	ID      string // operationId in openapi.yaml
	Roles   []Role // who may call it
	Class   Class
	Private bool // its answer is private data: it is in the journal before it is sent
}

// Who may call what, by the groups that occur. Whom a row concerns beyond the role (the registrar's communes, the household's own
// home, whom an alias was given to) is decided where the rows are: in registry and people.
var (
	everyone   = Roles()
	registrars = []Role{RoleRegistrar, RoleAdmin}
	overseers  = []Role{RoleRegistrar, RoleAuditor, RoleAdmin}
	households = []Role{RoleHousehold}
	parcelling = []Role{RoleMerchant, RoleCourier, RoleRegistrar, RoleAdmin} // who has whole files of addresses
)

// operations is the one matrix of role × operation. A test holds it against openapi.yaml, and docs/access.md against it.
var operations = [...]Operation{
	{"getAddress", everyone, ClassRead, false},
	{"getAddressPage", everyone, ClassRead, false},
	{"getPlate", everyone, ClassSearch, false}, // drawing one takes as long as a search
	{"printLabels", parcelling, ClassBulk, false},
	{"resolve", everyone, ClassRead, false},
	{"resolvePrivately", everyone, ClassRead, false},
	{"reverse", everyone, ClassReverse, false},
	{"assignAddress", registrars, ClassWrite, false},
	{"assignBuilding", registrars, ClassWrite, false},
	{"getHistory", overseers, ClassRead, true},
	{"changeAddress", registrars, ClassWrite, false},
	{"retireAddress", registrars, ClassWrite, false},
	{"restoreAddress", registrars, ClassWrite, false},
	{"splitAddress", registrars, ClassWrite, false},
	{"mergeAddresses", registrars, ClassWrite, false},
	{"protectAddress", registrars, ClassWrite, false},
	{"unprotectAddress", registrars, ClassWrite, false},

	{"renameStreet", registrars, ClassBulk, false},
	{"getChangeset", overseers, ClassRead, true},
	{"undoChangeset", registrars, ClassBulk, false},

	{"search", everyone, ClassSearch, false},
	{"searchPrivately", everyone, ClassSearch, false},
	{"autocomplete", everyone, ClassSearch, false},
	{"validateAddress", everyone, ClassSearch, false},

	{"getCodesAt", everyone, ClassReverse, false},
	{"inspectCode", everyone, ClassRead, false},

	{"listDivisions", everyone, ClassRead, false},
	{"getDivision", everyone, ClassRead, false},
	{"getDivisionBoundary", everyone, ClassRead, false},
	{"locateDivision", everyone, ClassRead, false},
	{"convertDivision", everyone, ClassRead, false},
	{"convertDivisions", everyone, ClassBulk, false},

	{"geocodeCsv", parcelling, ClassBulk, true},
	{"geocodeNdjson", parcelling, ClassBulk, true},
	{"createJob", parcelling, ClassBulk, false},
	{"getJob", parcelling, ClassRead, false}, // whoever made it
	{"getJobResult", parcelling, ClassBulk, true},
	{"deleteJob", parcelling, ClassWrite, false},

	{"createProposal", everyone, ClassPropose, false},
	{"getProposal", everyone, ClassRead, false}, // whoever has its id
	{"listProposals", overseers, ClassRead, true},
	{"confirmProposal", registrars, ClassWrite, false},
	{"refuseProposal", registrars, ClassWrite, false},

	{"observe", []Role{RoleCourier, RoleRegistrar, RoleAdmin}, ClassWrite, false},
	{"listObservations", overseers, ClassRead, true},
	{"listReviews", overseers, ClassRead, true},
	{"closeReview", registrars, ClassWrite, false},
	{"listSetAside", overseers, ClassRead, true},
	{"confirmSetAside", registrars, ClassWrite, false},
	{"refuseSetAside", registrars, ClassWrite, false},

	{"startSession", everyone, ClassSecret, false},
	{"getSession", everyone, ClassRead, false},
	{"endSession", everyone, ClassRead, false},

	// Registrars hand out secrets and decide claims without seeing who lives there.
	{"createInvitation", registrars, ClassWrite, true},
	{"claimAddress", everyone, ClassSecret, false},
	{"collectClaim", everyone, ClassSecret, false},
	{"listClaims", registrars, ClassRead, true},
	{"confirmClaim", registrars, ClassWrite, true},
	{"refuseClaim", registrars, ClassWrite, true},

	// A household's own page: nobody else, whatever the role.
	{"getHousehold", households, ClassRead, true},
	{"updateHousehold", households, ClassWrite, true},
	{"deleteHousehold", households, ClassWrite, true},
	{"exportHousehold", households, ClassBulk, true},
	{"listHouseholdJournal", households, ClassRead, true},
	{"listConsents", households, ClassRead, true},
	{"putConsent", households, ClassWrite, true},
	{"createDataRequest", households, ClassWrite, true},
	{"listOwnRequests", households, ClassRead, true},
	{"objectToClaim", households, ClassWrite, true},
	{"moveHousehold", households, ClassSecret, true},
	{"createAlias", households, ClassWrite, true},
	{"listAliases", households, ClassRead, true},
	{"revokeAlias", households, ClassWrite, true},

	{"resolveAlias", []Role{RoleCourier}, ClassSecret, true},
	{"checkAlias", []Role{RoleMerchant, RoleCourier}, ClassSecret, true},
	{"searchHouseholds", []Role{RoleRegistrar}, ClassSecret, true},
	{"listDataRequests", registrars, ClassRead, true},
	{"answerDataRequest", registrars, ClassWrite, true},

	{"exportAddresses", overseers, ClassBulk, true},
	{"listChanges", []Role{RoleCourier, RoleRegistrar, RoleAuditor, RoleAdmin}, ClassBulk, false},
	{"getCoverage", overseers, ClassBulk, false},

	{"getTileJSON", everyone, ClassTile, false},
	{"getTile", everyone, ClassTile, false}, // what it tells beyond what is public is in the journal, address by address

	{"listJournal", []Role{RoleAuditor, RoleAdmin}, ClassBulk, true},
	{"getCheckpoint", everyone, ClassRead, false}, // a witness needs no key

	{"getVersion", everyone, ClassNone, false},
	{"getHealth", everyone, ClassNone, false},
	{"getReadiness", everyone, ClassNone, false},
	{"getMetrics", everyone, ClassNone, false},
	{"getOpenAPI", everyone, ClassNone, false},
	{"getDocs", everyone, ClassNone, false},
	{"getDocsFile", everyone, ClassNone, false},
}

// Operations are all rows of the matrix. The caller must not change them.
func Operations() []Operation { return operations[:] }

// OperationOf is the row of an operation, and false for one that nobody may call. It is for setting routes up: it searches.
func OperationOf(id string) (Operation, bool) {
	i := slices.IndexFunc(operations[:], func(o Operation) bool { return o.ID == id })
	if i < 0 {
		return Operation{}, false
	}
	return operations[i], true
}

// Allows reports whether a role may call the operation.
func (o Operation) Allows(r Role) bool { return slices.Contains(o.Roles, r) }
