package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/pack"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

// openStore opens the configured database, which may be an offline pack: then it is held against its signature and its time first.
func (m *Main) openStore(ctx context.Context, o sqlite.Options) (*sqlite.Store, error) {
	isPack, err := pack.Is(m.config.DB)
	if err != nil {
		return nil, failure("check the file and its permissions", "open database: %w", err)
	}
	if !isPack {
		store, err := sqlite.Open(ctx, m.config.DB, o)
		if err != nil {
			return nil, err
		}
		return store, m.refuseStripped(ctx, store)
	}
	if !o.ReadOnly {
		return nil, failure("ask it with resolve, search, geocode or validate", "%s is an offline pack: nothing is written to it", m.config.DB)
	}
	checked, err := pack.CheckFile(m.config.DB, m.config.PackKey)
	if err != nil {
		return nil, err
	}
	o.Still = true
	store, err := sqlite.Open(ctx, m.config.DB, o)
	if err != nil {
		return nil, err
	}
	manifest, err := checked.Open(ctx, store, time.Now())
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	if m.config.PackKey == "" {
		fmt.Fprintf(m.Stderr, "Gói ngoại tuyến, chữ ký của %s chưa được đối chiếu – the pack's own key was taken; pin it with --pack-key\n", manifest.Verifier)
	}
	return store, nil
}

// refuseStripped refuses, and closes, a database that was a pack and has lost its signature.
func (m *Main) refuseStripped(ctx context.Context, store *sqlite.Store) error {
	var manifest string
	err := store.View(ctx, func(r registry.Reader) (err error) {
		manifest, err = r.Meta(pack.MetaKey)
		return err
	})
	if err == nil && manifest != "" {
		err = &registry.Error{Code: registry.CodeInvalid, Op: "open pack", Message: "the pack has lost its signature", Hint: "get it again, and copy it as a file"}
	}
	if err == nil && m.config.PackKey != "" && !m.config.isDefault("db") && m.packKeyGiven() {
		err = &registry.Error{Code: registry.CodeInvalid, Op: "open pack", Message: m.config.DB + " is no offline pack", Hint: "leave --pack-key out to open a registry"}
	}
	if err != nil {
		return errors.Join(err, store.Close())
	}
	return nil
}

// packKeyGiven reports --pack-key, which asks for a pack; as a setting it only says which packs are trusted.
func (m *Main) packKeyGiven() bool {
	for _, v := range m.config.values {
		if v.Key == "pack_key" {
			return v.Origin == "flag --pack-key"
		}
	}
	return false
}

func (m *Main) canaryKeyPath() string {
	if m.config.CanaryKey != "" {
		return m.config.CanaryKey
	}
	return filepath.Join(filepath.Dir(m.config.DB), "canary.key")
}

func (m *Main) packCommand() *cobra.Command {
	var province, commune, courier, out string
	c := &cobra.Command{
		Use:   "pack (--province CODE | --commune CODE) --for KEY -o FILE",
		Short: "Gói ngoại tuyến cho bưu tá – an offline pack for a courier",
		Long: `Writes one file that resolves, searches and reverses in a commune or a province without a network; use it with --db.
It holds what is public of the active addresses, is made for one courier's key (its prefix; diachiso key list), signed with the
key of the journal, and cannot be opened after 30 days. A few addresses in it are nowhere else: diachiso pack trace finds
whose pack was leaked. The courier pins the signature with the verifier key that "diachiso audit key" prints.`,
		Example: `  diachiso pack --province 01 --for 7F2KQ9BX -o hanoi.pack.db
  diachiso --db hanoi.pack.db --pack-key "$(cat verifier.txt)" resolve 5FJBC-2NJV-T33
  diachiso --db hanoi.pack.db resolve 21.0287,105.8524`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case (province == "") == (commune == ""):
				return usage("--province 01, or --commune 00070", "a pack is of a province or of a commune")
			case len(province) != 0 && len(province) != geo.LevelProvince.CodeDigits():
				return usage("--province 01", "the code of a province has two digits")
			case len(commune) != 0 && len(commune) != geo.LevelCommune.CodeDigits():
				return usage("--commune 00070", "the code of a commune has five digits")
			case courier == "":
				return usage("--for 7F2KQ9BX", "a pack is made for the key of a courier")
			case out == "":
				return usage("-o hanoi.pack.db", "name the file to write")
			}
			return m.makePack(cmd, out, pack.Request{By: actorCLI, Area: province + commune}, courier)
		},
	}
	fs := c.Flags()
	fs.StringVar(&province, "province", "", "code of the province of today")
	fs.StringVar(&commune, "commune", "", "code of the commune of today")
	fs.StringVar(&courier, "for", "", "prefix of the courier's key")
	fs.StringVarP(&out, "output", "o", "", "file to write")
	c.AddCommand(m.packTraceCommand())
	return c
}

func (m *Main) makePack(cmd *cobra.Command, out string, q pack.Request, courier string) (err error) {
	ctx := cmd.Context()
	db, err := m.openExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.store.Close()) }()
	record, err := db.store.AccessKey(ctx, courier)
	if err != nil {
		return err
	}
	q.Key = record.Key
	key, err := m.openAuditKey(ctx, db)
	if err != nil {
		return err
	}
	secret, err := pack.OpenSecret(m.canaryKeyPath())
	if err != nil {
		return err
	}
	maker := pack.Maker{Store: db.store, Service: db.svc, Signer: key, Verifier: key.Verifier, Secret: secret, DataVersion: db.data.Version, Now: time.Now}
	manifest, err := maker.Make(ctx, out, q)
	if err != nil {
		return err
	}
	if wantsJSON(cmd) {
		return m.printJSON(manifest)
	}
	t := m.table()
	t.row("Gói (pack)", out)
	t.row("Vùng (area)", manifest.AreaName)
	t.row("Địa chỉ (addresses)", fmt.Sprint(manifest.Addresses))
	t.row("Cho khoá (for key)", manifest.Key)
	t.row("Hết hạn (expires)", manifest.ExpiresAt.Format(time.RFC3339))
	t.row("Khoá kiểm (verifier)", manifest.Verifier)
	return t.flush()
}

// packMatch is a pack in JSON, as trace finds it.
type packMatch struct {
	Pack      string    `json:"pack"`
	Key       string    `json:"key"`
	Area      string    `json:"area"`
	MadeAt    time.Time `json:"made_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Canaries  int       `json:"canaries"`
}

func (m *Main) packTraceCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "trace FILE",
		Short: "Gói của ai bị lộ? – whose pack leaked?",
		Long: `Looks for the canaries of packs in a file: a pack, or any text in which codes stand (CSV, JSON, a log; - reads standard input).
Needs the registry that made the packs and its canary.key. Exit status 3 when there is none in it.`,
		Example: `  diachiso pack trace found.pack.db
  diachiso pack trace dump.csv --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return m.tracePack(cmd, args[0]) },
	}
}

func (m *Main) tracePack(cmd *cobra.Command, name string) (err error) {
	ctx := cmd.Context()
	db, err := m.readDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.store.Close()) }()
	if _, err := os.Stat(m.canaryKeyPath()); err != nil {
		return failure("put it back from where it was kept", "there is no secret of canaries, with which alone packs are traced: %w", err)
	}
	secret, err := pack.OpenSecret(m.canaryKeyPath())
	if err != nil {
		return err
	}
	tracer := pack.NewTracer(db.store, secret)
	if isPack, err := pack.Is(name); err == nil && isPack {
		err = traceRows(ctx, tracer, name)
		if err != nil {
			return err
		}
	} else {
		in, err := m.openInput(name)
		if err != nil {
			return err
		}
		defer in.Close()
		if err := tracer.Text(ctx, io.Reader(in)); err != nil {
			return err
		}
	}
	matches := tracer.Matches()
	if wantsJSON(cmd) {
		view := []packMatch{}
		for _, f := range matches {
			view = append(view, packMatch{f.ID, f.Key, f.Area, f.MadeAt, f.ExpiresAt, f.Canaries})
		}
		err = m.printJSON(view)
	} else {
		t := m.table()
		for _, f := range matches {
			t.row(f.Key, fmt.Sprintf("%s, %s, %s, %d canaries", f.ID, f.Area, f.MadeAt.Format(time.RFC3339), f.Canaries))
		}
		err = t.flush()
	}
	if err == nil && len(matches) == 0 {
		err = &cliError{status: exitNotFound, message: "no canary of a pack of this registry is in it", try: "an extract of a few addresses may well hold none"}
	}
	return err
}

// traceRows looks at every address of a pack, whoever signed it and expired or not.
func traceRows(ctx context.Context, tracer *pack.Tracer, name string) (err error) {
	store, err := sqlite.Open(ctx, name, sqlite.Options{ReadOnly: true, Still: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	var codes []addresscode.Code
	if err := store.View(ctx, func(r registry.Reader) error {
		return r.AddressesInRange(0, 1<<63-1, func(a *registry.Address) bool {
			codes = append(codes, a.Code)
			return true
		})
	}); err != nil {
		return err
	}
	for _, code := range codes {
		if err := tracer.Code(ctx, code); err != nil {
			return err
		}
	}
	return nil
}
