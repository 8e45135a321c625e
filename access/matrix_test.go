package access

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// specified are the operations of openapi.yaml, in its order.
func specified(t *testing.T) []string {
	t.Helper()
	spec, err := os.ReadFile(filepath.Join("..", "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range regexp.MustCompile(`(?m)^      operationId: (\w+)$`).FindAllSubmatch(spec, -1) {
		ids = append(ids, string(m[1]))
	}
	if len(ids) < 60 {
		t.Fatalf("only %d operations found in openapi.yaml", len(ids))
	}
	return ids
}

func TestEveryOperationIsInTheMatrixOnce(t *testing.T) {
	ids := specified(t)
	seen := map[string]bool{}
	for _, o := range Operations() {
		if seen[o.ID] {
			t.Errorf("%s is in the matrix twice", o.ID)
		}
		seen[o.ID] = true
		if !slices.Contains(ids, o.ID) {
			t.Errorf("%s is in the matrix, but not in openapi.yaml", o.ID)
		}
		if found, ok := OperationOf(o.ID); !ok || found.ID != o.ID {
			t.Errorf("OperationOf(%s) finds %+v", o.ID, found)
		}
	}
	for _, id := range ids {
		if !seen[id] {
			t.Errorf("%s is in openapi.yaml, but not in the matrix: nobody may call it", id)
		}
	}
	if _, ok := OperationOf("dropEverything"); ok {
		t.Error("an operation that is none")
	}
}

func TestRowsAreSound(t *testing.T) {
	for _, o := range Operations() {
		if len(o.Roles) == 0 {
			t.Errorf("%s: nobody may call it", o.ID)
		}
		for _, r := range o.Roles {
			if !slices.Contains(Roles(), r) {
				t.Errorf("%s: unknown role %q", o.ID, r)
			}
			if l, limited := limitOf(o.Class, r); limited != (o.Class != ClassNone) || limited && (l.burst < 1 || l.perMinute <= 0) {
				t.Errorf("%s: %s has the limit %+v of the class %q", o.ID, r, l, o.Class)
			}
		}
		if o.Allows(RolePublic) && !slices.Equal(o.Roles, Roles()) {
			t.Errorf("%s: open to everybody, but not to every role", o.ID)
		}
		if o.Allows(RolePublic) && o.Private {
			t.Errorf("%s: private, and open to everybody", o.ID)
		}
		if slices.Equal(o.Roles, households) && !o.Private {
			t.Errorf("%s: a household's own page, and not private", o.ID)
		}
		if o.Allows(RoleHousehold) && !slices.Equal(o.Roles, households) && !o.Allows(RolePublic) {
			t.Errorf("%s: a household among others", o.ID)
		}
	}
	if (Operation{}).Allows("") || (Operation{Roles: everyone}).Allows("") {
		t.Error("nobody is allowed something")
	}
}

// TestDuties pins what must stay true whatever else changes.
func TestDuties(t *testing.T) {
	writes := func(o Operation) bool {
		return o.Class == ClassWrite || o.ID == "startSession" || o.ID == "claimAddress"
	}
	for _, o := range Operations() {
		if o.Allows(RoleAuditor) && writes(o) && !o.Allows(RolePublic) {
			t.Errorf("an auditor writes: %s", o.ID)
		}
		if o.Allows(RolePublic) && o.Class == ClassWrite {
			t.Errorf("anybody writes: %s", o.ID)
		}
	}
	for id, roles := range map[string][]Role{
		"assignAddress":    {RoleRegistrar, RoleAdmin},
		"assignBuilding":   {RoleRegistrar, RoleAdmin},
		"resolveAlias":     {RoleCourier},
		"exportHousehold":  {RoleHousehold},
		"searchHouseholds": {RoleRegistrar},
		"listJournal":      {RoleAuditor, RoleAdmin},
		"createProposal":   Roles(),
	} {
		if o, _ := OperationOf(id); !slices.Equal(o.Roles, roles) {
			t.Errorf("%s: %v, want %v", id, o.Roles, roles)
		}
	}
}
