package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry/sqlite"
)

func (m *Main) keyCommand() *cobra.Command {
	return group("key", "Khoá truy cập – keys of the API",
		`Keys say who may do what: docs/access.md has the whole matrix. A running server sees every change at once.
Only whoever may write the database file can manage keys.`,
		m.keyCreateCommand(), m.keyListCommand(), m.keyRevokeCommand(), m.keyRotateCommand())
}

// keyView is a key in JSON; Secret only where it was just made.
type keyView struct {
	Secret    string       `json:"key,omitempty"`
	Prefix    string       `json:"prefix"`
	Name      string       `json:"name"`
	Role      access.Role  `json:"role"`
	State     access.State `json:"state"`
	Communes  []string     `json:"communes"`
	Provinces []string     `json:"provinces"`
	CreatedBy string       `json:"created_by"`
	CreatedAt time.Time    `json:"created_at"`
	IssuedAt  time.Time    `json:"issued_at"`
	ExpiresAt time.Time    `json:"expires_at"`
	OldUntil  time.Time    `json:"old_until,omitzero"`
	RevokedAt time.Time    `json:"revoked_at,omitzero"`
	LastUsed  string       `json:"last_used,omitempty"` // day
}

func viewKey(k access.Key, secret string) keyView {
	return keyView{
		Secret: secret, Prefix: k.Prefix, Name: k.Name, Role: k.Role, State: k.StateAt(time.Now()),
		Communes: nonNil(k.Communes), Provinces: nonNil(k.Provinces), CreatedBy: k.CreatedBy, CreatedAt: k.CreatedAt,
		IssuedAt: k.IssuedAt, ExpiresAt: k.ExpiresAt, OldUntil: k.OldUntil, RevokedAt: k.RevokedAt, LastUsed: k.LastUsed.String(),
	}
}

func (m *Main) keyCreateCommand() *cobra.Command {
	var role, expires string
	var everywhere bool
	var n access.NewKey
	c := &cobra.Command{
		Use:   "create --role ROLE",
		Short: "Tạo khoá – make a key",
		Long: `Makes a key and prints it once, on standard output; what it is goes to standard error. It cannot be shown again.
Roles: merchant, courier, registrar, auditor, admin. A registrar's key writes in the communes and provinces that it names.`,
		Example: `  diachiso key create --role registrar --commune 00070 --name "UBND phường Hoàn Kiếm"
  diachiso key create --role registrar --province 01 --province 79 --expires 90d
  diachiso key create --role courier --name "Bưu tá Hà Nội" > courier.key`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if role == "" {
				return usage("--role with one of: "+roleNames(), "a key has a role")
			}
			n.Role = access.Role(role)
			named := len(n.Communes)+len(n.Provinces) > 0
			switch {
			case n.Role == access.RoleRegistrar && !named && !everywhere:
				return usage("--commune CODE, --province CODE, or --everywhere", "a registrar's key says where it writes")
			case everywhere && (named || n.Role != access.RoleRegistrar):
				return usage("leave --everywhere out", "--everywhere is for a registrar's key without communes and provinces")
			}
			if expires != "" {
				var err error
				if n.Expires, err = parseLife(expires); err != nil || n.Expires <= 0 {
					return usage("--expires 90d", "--expires %s: a key lives for days (90d) or hours (12h)", expires)
				}
			}
			var secret string
			key, err := m.changeKey(cmd.Context(), m.openOrCreate, audit.ActionKeyCreated, func(keys *access.Service) (key access.Key, err error) {
				secret, key, err = keys.CreateKey(cmd.Context(), actorCLI.Name, n)
				return key, err
			})
			if err != nil {
				return err
			}
			return m.printSecret(cmd, secret, key)
		},
	}
	fs := c.Flags()
	fs.StringVar(&role, "role", "", "role: "+roleNames())
	fs.StringVar(&n.Name, "name", "", "whose it is, for lists; at most 100 characters")
	fs.StringSliceVar(&n.Communes, "commune", nil, "code of a commune that a registrar writes in; more than once for several")
	fs.StringSliceVar(&n.Provinces, "province", nil, "code of a province that a registrar writes in; more than once for several")
	fs.BoolVar(&everywhere, "everywhere", false, "a registrar of the whole country")
	fs.StringVar(&expires, "expires", "", "how long it is valid: 90d, 12h; at most two years (default 365d, admin 90d)")
	return c
}

func roleNames() string {
	var names []string
	for _, r := range access.KeyRoles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// parseLife reads a duration that may be in days: 90d, 12h, 1h30m.
func parseLife(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(text)
}

// printSecret prints a key that was just made, alone on standard output, and what it is on standard error.
func (m *Main) printSecret(cmd *cobra.Command, secret string, k access.Key) error {
	if wantsJSON(cmd) {
		return m.printJSON(viewKey(k, secret))
	}
	if _, err := fmt.Fprintln(m.Stdout, secret); err != nil {
		return failure("revoke it and make another: diachiso key revoke "+k.Prefix, "the key %s was made, but could not be printed: %w", k.Prefix, err)
	}
	fmt.Fprintf(m.Stderr, "Khoá %s, vai trò %s, %s, hết hạn %s. Chỉ hiện một lần: hãy cất giữ.\n", k.Prefix, k.Role, areaText(k), geo.DateOf(k.ExpiresAt))
	fmt.Fprintf(m.Stderr, "Key %s, shown once: keep it safe, and send it as Authorization: Bearer …\n", k.Prefix)
	switch {
	case k.OldUntil.After(time.Now()):
		fmt.Fprintf(m.Stderr, "Khoá cũ còn dùng được đến %s – the old secret is valid until then.\n", k.OldUntil.Format(time.RFC3339))
	case !k.OldUntil.IsZero():
		fmt.Fprintln(m.Stderr, "Khoá cũ không dùng được nữa – the old secret has ended.")
	}
	return nil
}

func areaText(k access.Key) string {
	switch {
	case k.Role != access.RoleRegistrar:
		return "cả nước (everywhere)"
	case len(k.Communes)+len(k.Provinces) == 0:
		return "CẢ NƯỚC (the whole country)"
	}
	return strings.Join(append(append([]string{}, k.Communes...), k.Provinces...), " ")
}

// keys is the service of the database's keys.
func (db *database) keys() *access.Service {
	return access.NewService(db.store, db.data.Divisions, time.Now)
}

// changeKey lets fn change a key of the configured database and tells the monitoring centre.
func (m *Main) changeKey(ctx context.Context, open func(context.Context) (*database, error), action audit.Action,
	fn func(*access.Service) (access.Key, error)) (key access.Key, err error) {
	security, end, err := m.securityLog(m.logger()) // first: what cannot be reported should not happen
	if err != nil {
		return access.Key{}, err
	}
	defer func() { err = errors.Join(err, end()) }()
	db, err := open(ctx)
	if err != nil {
		return access.Key{}, err
	}
	defer func() { err = errors.Join(err, db.store.Close()) }()
	if key, err = fn(db.keys()); err == nil {
		reportKey(ctx, security, action, key, "key")
	}
	return key, err
}

func reportKey(ctx context.Context, security audit.Security, action audit.Action, k access.Key, command string) {
	security.Report(ctx, audit.Event{Action: action, User: k.Principal().Name(), Role: string(k.Role), Operation: command})
}

func (m *Main) openOrCreate(ctx context.Context) (*database, error) {
	db, _, err := m.openDatabase(ctx)
	return db, err
}

// openExisting opens the configured database, which must exist, for writing.
func (m *Main) openExisting(ctx context.Context) (*database, error) {
	if !m.hasDatabase() {
		return nil, failure("name another with --db FILE", "there is no database %s", m.config.DB)
	}
	return m.open(ctx, sqlite.Options{Logger: m.logger()})
}
