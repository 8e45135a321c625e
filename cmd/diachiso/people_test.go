package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/people/vault"
	"github.com/diachiso/diachiso/registry"
)

// withPeople runs fn over the database of the folder, as a command does.
func (c *cli) withPeople(fn func(*people.Service, *vault.Vault)) {
	c.t.Helper()
	m := &Main{Stdout: os.Stdout, Stderr: os.Stderr, Env: c.env, Data: builtIn}
	var err error
	if m.config, err = loadConfig(nil, c.env); err != nil {
		c.t.Fatal(err)
	}
	err = m.withPeople(c.t.Context(), func(s *people.Service, v *vault.Vault, _ *database) error {
		fn(s, v)
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// household registers an address and claims it.
func (c *cli) household() (id string) {
	c.t.Helper()
	var a addressView
	c.json(&a, "assign", "--lat", "21.0287", "--lon", "105.8524", "--house-number", "1")
	code, err := addresscode.Parse(a.Code)
	if err != nil {
		c.t.Fatal(err)
	}
	c.withPeople(func(s *people.Service, _ *vault.Vault) {
		secret, _, err := s.Invite(c.t.Context(), actorCLI, code)
		if err != nil {
			c.t.Fatal(err)
		}
		claim, err := s.Claim(c.t.Context(), registry.Actor{Name: "public"}, code, secret.Reveal())
		if err != nil {
			c.t.Fatal(err)
		}
		id = claim.Household
		if _, _, err := s.ChangePeople(c.t.Context(), actorCLI, id, []people.Person{{Name: "An", Phone: "0912345678"}}); err != nil {
			c.t.Fatal(err)
		}
	})
	return id
}

// reads reports whether the household's data can be read.
func (c *cli) reads(id string) (readable bool) {
	c.t.Helper()
	c.withPeople(func(s *people.Service, _ *vault.Vault) {
		_, kept, err := s.Household(c.t.Context(), actorCLI, id)
		readable = err == nil && len(kept) == 1
		if err != nil && registry.CodeOf(err) != registry.CodeNotFound {
			c.t.Error(err)
		}
	})
	return readable
}

func TestPeopleCommands(t *testing.T) {
	c := newCLI(t)
	if status, _, errs := c.run("people", "requests"); status != exitFailure || !strings.Contains(errs, "no database") {
		t.Errorf("exit status %d, %s", status, errs)
	}
	id := c.household()
	c.withPeople(func(s *people.Service, _ *vault.Vault) {
		if _, err := s.Ask(t.Context(), actorCLI, id, people.RequestDelete, "xin xoá"); err != nil {
			t.Fatal(err)
		}
	})
	var list struct{ Requests []requestView }
	c.json(&list, "people", "requests")
	if len(list.Requests) != 1 || list.Requests[0].Kind != "delete" || list.Requests[0].Overdue || list.Requests[0].DueAt.Sub(list.Requests[0].ReceivedAt) != 20*24*time.Hour {
		t.Errorf("%+v", list)
	}
	if status, out, errs := c.run("people", "requests"); status != exitOK || !strings.Contains(out, "delete") || strings.Contains(out, "xin xoá") {
		t.Errorf("exit status %d, %s%s", status, out, errs)
	}
	c.json(&list, "people", "requests", "--overdue")
	if len(list.Requests) != 0 {
		t.Errorf("%+v", list)
	}

	if err := os.Mkdir("copies", 0o700); err != nil {
		t.Fatal(err)
	}
	var copied struct{ File string }
	c.json(&copied, "people", "keys-backup", "copies")
	if _, err := os.Stat(copied.File); err != nil {
		t.Error(err)
	}
	if status, _, errs := c.run("people", "keys-backup", "nowhere"); status != exitFailure || !strings.Contains(errs, "Try: an existing folder") {
		t.Errorf("exit status %d, %s", status, errs)
	}

	var rotated struct{ Keys int }
	c.json(&rotated, "people", "rotate-master")
	if rotated.Keys != 1 || !c.reads(id) {
		t.Errorf("%+v", rotated)
	}
	c.run("audit", "checkpoint")
	_, journal, _ := c.run("audit", "export")
	for _, action := range []string{"household_keys.copied", "master_key.rotated"} {
		if strings.Count(journal, `"`+action+`"`) != 1 {
			t.Errorf("the journal does not have %s once:\n%s", action, journal)
		}
	}

	for _, args := range [][]string{{"people", "destroy"}, {"people", "destroy", id, "--keyless"}} {
		if status, _, errs := c.run(args...); status != exitUsage {
			t.Errorf("%v: exit status %d, %s", args, status, errs)
		}
	}
	if status, _, errs := c.run("people", "destroy", "NOSUCHHOUSEHOLD0"); status != exitNotFound {
		t.Errorf("exit status %d, %s", status, errs)
	}
	var deleted struct{ Deleted []string }
	c.json(&deleted, "people", "destroy", "--keyless")
	if len(deleted.Deleted) != 0 || !c.reads(id) {
		t.Errorf("%+v", deleted)
	}
	c.json(&deleted, "people", "destroy", id)
	if len(deleted.Deleted) != 1 || c.reads(id) {
		t.Errorf("%+v", deleted)
	}
}

func TestMasterKeyFromTheEnvironment(t *testing.T) {
	c := newCLI(t)
	id := c.household()
	file := filepath.Join("data", "master.key")
	key, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := c.run("people", "requests"); status != exitFailure || !strings.Contains(errs, "Try: the master key that belongs to it") {
		t.Errorf("exit status %d, %s", status, errs)
	}
	c.env = append(c.env, envMasterKey+"="+string(key))
	if !c.reads(id) {
		t.Error("the master key of the environment does not open")
	}
	status, out, errs := c.run("config", "print")
	if status != exitOK || strings.Contains(out, strings.TrimSpace(string(key))) || strings.Contains(out, "not a setting") {
		t.Errorf("config print: %d %s%s", status, out, errs)
	}
	if status, _, errs := c.run("people", "rotate-master"); status != exitUsage || !strings.Contains(errs, "--out") {
		t.Errorf("exit status %d, %s", status, errs)
	}
	var rotated struct{ Keys int }
	c.json(&rotated, "people", "rotate-master", "--out", "new.key")
	if status, _, _ := c.run("people", "requests"); status != exitFailure {
		t.Error("the old master key still opens")
	}
	c.env = c.env[:len(c.env)-1]
	c.env = append(c.env, "DIACHISO_MASTER_KEY_FILE=new.key")
	if !c.reads(id) {
		t.Error("the new master key does not open")
	}
}
