package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

func (m *Main) addressCommand() *cobra.Command {
	return group("address", "Sửa, ngừng dùng, xem lịch sử một địa chỉ – the life of an address",
		`Moves, retires and restores an address, and shows its history. Each change is in the journal; a code that was given is never given again.
The household that lives there is told on its page.`,
		m.addressHistoryCommand(), m.addressMoveCommand(), m.addressRetireCommand(), m.addressRestoreCommand())
}

// changeAddress opens the database for a change of an address, which prints what the address is then.
func (m *Main) changeAddress(cmd *cobra.Command, text string, change func(db *database, code addresscode.Code) (*registry.Address, error)) error {
	code, err := addresscode.Parse(text)
	if err != nil {
		return err
	}
	db, err := m.changeDatabase(cmd)
	if err != nil {
		return err
	}
	defer db.store.Close()
	a, err := change(db, code)
	if err != nil {
		return err
	}
	v := viewOfAddress(db.svc, a)
	if wantsJSON(cmd) {
		return m.printJSON(v)
	}
	t := m.table()
	v.write(t)
	return t.flush()
}

// changeDatabase opens the configured database, which must exist, for reading and writing.
func (m *Main) changeDatabase(cmd *cobra.Command) (*database, error) {
	if !m.hasDatabase() {
		return nil, failure("name another with --db FILE", "there is no database %s", m.config.DB)
	}
	db, _, err := m.openDatabase(cmd.Context())
	return db, err
}

func (m *Main) addressMoveCommand() *cobra.Command {
	var source string
	var accuracy float64
	var allow bool
	c := &cobra.Command{
		Use:   "move CODE LAT LON",
		Short: "Sửa vị trí lối vào – correct where the entrance is",
		Long: `Gives the entrance of an address another position. Within 60 m of the code's cell and in the same commune the code stays; beyond
that it is retired and the address gets a new one, which is printed.`,
		Example: "  diachiso address move 5FJBC-2NJV-T33 21.02871 105.85241 --source survey --accuracy 0.5",
		Args:    cobra.RangeArgs(2, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			point, err := pointOf(args[1:])
			if err != nil {
				return err
			}
			to := registry.TypedPosition{Type: registry.PositionEntrance, Position: geo.Position{Point: point, Source: geo.Source(source), AccuracyM: accuracy}}
			return m.changeAddress(cmd, args[0], func(db *database, code addresscode.Code) (*registry.Address, error) {
				changed, err := db.svc.Change(cmd.Context(), actorCLI, code, registry.AnyVersion, registry.ChangeRequest{Positions: []registry.TypedPosition{to}, AllowDuplicate: allow})
				return changed.Address, err
			})
		},
	}
	c.Flags().StringVar(&source, "source", "", "where the position is from: survey, gps, imagery, geocoded or unknown")
	c.Flags().Float64Var(&accuracy, "accuracy", 0, "its accuracy in metres, 0 for unknown")
	c.Flags().BoolVar(&allow, "allow-duplicate", false, "even where an address with the same parts is near")
	return c
}

func (m *Main) addressRetireCommand() *cobra.Command {
	var successors []string
	var reason string
	c := &cobra.Command{
		Use:   "retire CODE",
		Short: "Ngừng dùng một mã – end the use of a code for good",
		Long: `Retires an address. Whoever asks for its code is led to the successors; the code is never given to another address. An open review
of it is closed.`,
		Example: `  diachiso address retire 5FJBC-2NJV-T33 --reason demolished
  diachiso address retire 5FJBC-2NJV-T33 --reason duplicate --successor 5FJBC-2NJV-BMZ`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			codes := make([]addresscode.Code, len(successors))
			for i, text := range successors {
				code, err := addresscode.Parse(text)
				if err != nil {
					return err
				}
				codes[i] = code
			}
			return m.changeAddress(cmd, args[0], func(db *database, code addresscode.Code) (*registry.Address, error) {
				return db.svc.Retire(cmd.Context(), actorCLI, code, registry.AnyVersion, codes, registry.RetireReason(reason))
			})
		},
	}
	c.Flags().StringSliceVar(&successors, "successor", nil, "code of an address in use that takes its place; may be repeated")
	c.Flags().StringVar(&reason, "reason", "", "demolished, duplicate, mistake or other (default other)")
	return c
}

func (m *Main) addressRestoreCommand() *cobra.Command {
	var allow bool
	c := &cobra.Command{
		Use:     "restore CODE",
		Short:   "Dùng lại một mã – take a retired address into use again",
		Example: "  diachiso address restore 5FJBC-2NJV-T33",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return m.changeAddress(cmd, args[0], func(db *database, code addresscode.Code) (*registry.Address, error) {
				return db.svc.Restore(cmd.Context(), actorCLI, code, registry.AnyVersion, allow)
			})
		},
	}
	c.Flags().BoolVar(&allow, "allow-duplicate", false, "even where an address with the same parts is near")
	return c
}

// eventView is an event as programs read it.
type eventView struct {
	Seq       int64     `json:"seq"`
	At        time.Time `json:"at"`
	Action    string    `json:"action"`
	Version   int64     `json:"version"`
	Actor     string    `json:"actor"`
	Changeset string    `json:"changeset,omitempty"`
	Label     string    `json:"label,omitempty"` // of the address after it
}

func (m *Main) addressHistoryCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "history CODE",
		Short:   "Lịch sử của một địa chỉ – what happened to an address, oldest first",
		Long:    "Shows the events of an address with who made them. With --json: one line per event.",
		Example: "  diachiso address history 5FJBC-2NJV-T33",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			code, err := addresscode.Parse(textArg(args))
			if err != nil {
				return err
			}
			db, err := m.readDatabase(cmd.Context())
			if err != nil {
				return err
			}
			defer db.store.Close()
			events, err := db.svc.History(cmd.Context(), code)
			if err != nil {
				return err
			}
			t := m.table()
			for _, e := range events {
				v := eventView{Seq: e.Seq, At: e.At.UTC(), Action: e.Action, Version: e.Version, Actor: e.Actor, Changeset: e.Changeset}
				if e.After != nil {
					v.Label = db.svc.Label(e.After, geo.DateOf(e.At))
				}
				if wantsJSON(cmd) {
					if err := m.printJSON(v); err != nil {
						return err
					}
					continue
				}
				t.row(v.At.Local().Format("2006-01-02 15:04"), v.Action, fmt.Sprint(v.Version), v.Actor, v.Label)
			}
			return t.flush()
		},
	}
}
