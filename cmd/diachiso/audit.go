package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/registry/sqlite"
)

func (m *Main) auditCommand() *cobra.Command {
	return group("audit", "Nhật ký không sửa được – the tamper-evident journal",
		`Every change of an address and every read of private data is a line of the journal, linked to the one before it. The server
signs the end of the chain every ten minutes. docs/audit.md says what a verification finds and what it cannot.`,
		m.auditVerifyCommand(), m.auditExportCommand(), m.auditCheckpointCommand(), m.auditKeyCommand())
}

// auditReport is a verification in JSON.
type auditReport struct {
	Intact           bool        `json:"intact"`
	Lines            int64       `json:"lines"`
	Checkpoints      int64       `json:"checkpoints"`
	Anchored         int64       `json:"anchored"`
	NewestCheckpoint *signedLine `json:"newest_checkpoint,omitempty"`
	Unsigned         int64       `json:"unsigned"`
	UnsignedSince    time.Time   `json:"unsigned_since,omitzero"`
	KeysGiven        bool        `json:"keys_given"` // with --key, not taken from beside the database
	Fault            *auditFault `json:"fault,omitempty"`
}

type signedLine struct {
	Lines int64     `json:"lines"`
	At    time.Time `json:"at"`
}

type auditFault struct {
	Line    int64      `json:"line,omitempty"`
	What    audit.What `json:"what"`
	Message string     `json:"message"`
}

func (m *Main) auditVerifyCommand() *cobra.Command {
	var keys []string
	c := &cobra.Command{
		Use:   "verify",
		Short: "Kiểm tra nhật ký – look for anything that was changed, removed or put in",
		Long: `Reads the whole journal and holds it against itself, the addresses and the signed checkpoints; the server may go on
meanwhile. The exit status is 0 when everything is as it was written and 7 when something is not.

Give the verifier key that you kept (--key, printed by: diachiso audit key). Without it the key beside the database is
used, which whoever tampers with the database may have changed as well. Without an anchor, checkpoints kept elsewhere,
nobody can see that the newest lines and their checkpoints were cut off together.`,
		Example: `  diachiso audit verify --key diachiso-journal+1a2b3c4d+A… --anchor /mnt/anchor/diachiso.checkpoints
  diachiso audit verify --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return m.auditVerify(cmd, keys) },
	}
	c.Flags().StringArrayVar(&keys, "key", nil, "verifier key that may have signed (may be given again, after a change of keys)")
	c.Flags().String("anchor", "", "file or folder of checkpoints that were kept elsewhere (DIACHISO_ANCHOR)")
	return c
}

func (m *Main) auditVerify(cmd *cobra.Command, keys []string) (err error) {
	store, err := m.readStore(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	report := auditReport{KeysGiven: len(keys) > 0}
	if !report.KeysGiven {
		key, err := audit.ReadKey(m.auditKeyPath())
		switch {
		case err == nil:
			keys = []string{key.Verifier}
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
		if newest, err := store.NewestCheckpoint(cmd.Context()); err != nil {
			return err
		} else if newest != nil && len(keys) == 0 {
			return failure("--key with the verifier key that was kept", "there is no key beside the database to verify its checkpoints with")
		}
	}
	log := m.logger()
	told := time.Now()
	found, err := audit.Verify(cmd.Context(), store, audit.VerifyOptions{Keys: keys, Anchor: m.config.Anchor, Progress: func(lines int64) {
		if now := time.Now(); now.Sub(told) >= 5*time.Second {
			told = now
			log.Info("verifying the journal", "lines", lines)
		}
	}})
	if err != nil {
		return err
	}
	report.Lines, report.Checkpoints, report.Anchored = found.Lines, found.Checkpoints, found.Anchored
	report.Unsigned, report.UnsignedSince = found.Unsigned, found.UnsignedSince
	if found.Newest != nil {
		report.NewestCheckpoint = &signedLine{found.Newest.Lines, found.Newest.At}
	}
	if f := found.Fault; f != nil {
		report.Fault = &auditFault{f.Seq, f.What, f.Message}
	}
	report.Intact = report.Fault == nil
	if wantsJSON(cmd) {
		err = m.printJSON(report)
	} else if report.Intact {
		err = m.printVerified(report, m.config.Anchor)
	}
	if err == nil && !report.Intact {
		err = &cliError{status: exitTampered, message: "the journal does not verify: " + report.Fault.Message,
			try: "keep a copy of the files before anything else, then see docs/audit.md"}
	}
	return err
}

func (m *Main) printVerified(r auditReport, anchor string) error {
	t := m.table()
	t.row("Nhật ký nguyên vẹn (intact)", m.config.DB)
	t.row("Số dòng (lines)", fmt.Sprint(r.Lines))
	t.row("Mốc đã ký (checkpoints)", fmt.Sprint(r.Checkpoints))
	if r.NewestCheckpoint != nil {
		t.row("Mốc mới nhất (newest)", fmt.Sprintf("%d lines, %s", r.NewestCheckpoint.Lines, r.NewestCheckpoint.At.Format(time.RFC3339)))
	}
	if r.Unsigned > 0 {
		t.row("Chưa ký (not signed yet)", fmt.Sprintf("%d since %s", r.Unsigned, r.UnsignedSince.Format(time.RFC3339)))
	}
	if anchor != "" {
		t.row("Neo (anchor)", fmt.Sprintf("%d checkpoints in %s", r.Anchored, anchor))
	} else {
		t.row("Neo (anchor)", "none: a tail cut off with its checkpoints would not be seen (--anchor)")
	}
	if !r.KeysGiven && r.Checkpoints > 0 {
		t.row("Khoá (key)", "taken from beside the database; one kept elsewhere proves more (--key)")
	}
	return t.flush()
}

func (m *Main) auditExportCommand() *cobra.Command {
	var o audit.ExportOptions
	var format string
	c := &cobra.Command{
		Use:   "export",
		Short: "Xuất nhật ký – write the journal for an auditor",
		Long: `Writes the lines with their links to standard output, one JSON object a line, verified while they are written, and the newest
checkpoint at the end: docs/audit.md describes the form, so that an auditor can verify it with a program of their own.
The addresses themselves are left out unless --states asks for them: the links cover their hashes.`,
		Example: `  diachiso audit export > journal.ndjson
  diachiso audit export --since 120001 --until 130000 --states`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			switch {
			case format != "ndjson":
				return usage("--format ndjson", "--format %s: there is only ndjson", format)
			case o.Since < 0 || o.Until < 0 || o.Until > 0 && o.Until < o.Since:
				return usage("--since 1 --until 100", "--since and --until are numbers of lines, the first not after the last")
			}
			store, err := m.readStore(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, store.Close()) }()
			_, err = audit.Export(cmd.Context(), store, m.Stdout, o)
			return err
		},
	}
	fs := c.Flags()
	fs.Int64Var(&o.Since, "since", 1, "number of the first line")
	fs.Int64Var(&o.Until, "until", 0, "number of the last line (default the last there is)")
	fs.BoolVar(&o.States, "states", false, "with each change what it made of the address: private, as the register is")
	fs.StringVar(&format, "format", "ndjson", "ndjson")
	return c
}

func (m *Main) auditCheckpointCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "checkpoint",
		Short: "Ký mốc – sign the end of the journal now",
		Long: `Signs the end of the journal, keeps the checkpoint in the database and in the anchor, and prints it. The server does so by
itself every ten minutes, every 10,000 lines and when it stops.`,
		Example: "  diachiso audit checkpoint >> /mnt/anchor/diachiso.checkpoints",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if !m.hasDatabase() {
				return m.noDatabase()
			}
			db, err := m.open(cmd.Context(), sqlite.Options{Logger: m.logger()})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.store.Close()) }()
			key, err := m.openAuditKey(cmd.Context(), db)
			if err != nil {
				return err
			}
			c, err := audit.NewService(db.store, audit.Options{Key: key, Anchor: m.config.Anchor, Log: m.logger()}).Checkpoint(cmd.Context())
			switch {
			case err != nil:
				return err
			case c == nil:
				return &cliError{status: exitNotFound, message: "the journal is empty", try: "checkpoints begin with the first line"}
			case wantsJSON(cmd):
				return m.printJSON(map[string]any{"lines": c.Lines, "at": c.At, "checkpoint": c.Note})
			}
			_, err = fmt.Fprintln(m.Stdout, c.Note) // with an empty line, as in an anchor
			return err
		},
	}
}

func (m *Main) auditKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "key",
		Short: "Khoá kiểm chứng – print the key that verifies checkpoints",
		Long: `Prints the public part of the key that signs the journal; a first start of the server makes it. Keep what it prints on another
machine: it is what --key of audit verify takes.`,
		Example: "  diachiso audit key > verifier.txt",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			key, err := audit.ReadKey(m.auditKeyPath())
			if errors.Is(err, fs.ErrNotExist) {
				return &cliError{status: exitNotFound, message: "there is no signing key " + m.auditKeyPath(), try: "start the server once, or: diachiso audit checkpoint"}
			}
			if err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return m.printJSON(map[string]string{"key": key.Verifier})
			}
			_, err = fmt.Fprintln(m.Stdout, key.Verifier)
			return err
		},
	}
}

// auditKeyPath is the file of the signing key: beside the database unless it is configured.
func (m *Main) auditKeyPath() string {
	if m.config.AuditKey != "" {
		return m.config.AuditKey
	}
	return filepath.Join(filepath.Dir(m.config.DB), "audit.key")
}

// openAuditKey reads the signing key or makes one, which is a line of the journal.
func (m *Main) openAuditKey(ctx context.Context, db *database) (*audit.Key, error) {
	key, created, err := audit.OpenKey(m.auditKeyPath())
	if err != nil || !created {
		return key, err
	}
	return key, db.svc.Record(ctx, registry.Entry{Actor: actorCLI.Name, Action: "audit_key.created", Subject: key.ID()})
}

// signBeforeBackup makes a checkpoint, so that a backup is signed up to its end. What stands in the way is logged: it must not
// stand in the way of a backup.
func (m *Main) signBeforeBackup(ctx context.Context) {
	log := m.logger()
	if store, err := m.readStore(ctx); err != nil {
		return // not there, or of an older schema, which opening it for writing would change
	} else if err := store.Close(); err != nil {
		log.Warn("the database was not closed cleanly", "error", err)
	}
	key, err := audit.ReadKey(m.auditKeyPath())
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		err = m.sign(ctx, key)
	}
	if err != nil {
		log.Error("no checkpoint of the journal was made before the backup", "error", err)
	}
}

func (m *Main) sign(ctx context.Context, key *audit.Key) error {
	store, err := sqlite.Open(ctx, m.config.DB, sqlite.Options{Logger: m.logger()})
	if err != nil {
		return err
	}
	_, err = audit.NewService(store, audit.Options{Key: key, Anchor: m.config.Anchor, Log: m.logger()}).Checkpoint(ctx)
	return errors.Join(err, store.Close())
}

func (m *Main) readStore(ctx context.Context) (*sqlite.Store, error) {
	if !m.hasDatabase() {
		return nil, m.noDatabase()
	}
	return sqlite.Open(ctx, m.config.DB, sqlite.Options{ReadOnly: true, Logger: m.logger()})
}

func (m *Main) noDatabase() error {
	return failure("name another with --db FILE, or create it with: diachiso seed", "there is no database %s", m.config.DB)
}
