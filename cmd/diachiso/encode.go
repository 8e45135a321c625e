package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

func (m *Main) encodeCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "encode LAT LON",
		Short: "Vị trí → mã – the code of a position",
		Long: `Computes the code of a position, on land or at sea, without a database. It does not register anything:
the ordinal tells apart the addresses of one cell of about 50 m², and only the registry issues it.`,
		Example: `  diachiso encode 21.0287 105.8524              # 5FJBC-2NJV-T33, Hồ Gươm
  diachiso encode "10.7725, 106.698" --json
  diachiso encode 21.0287 105.8524 --ordinal 30`,
		Args: pointArgs,
	}
	ordinal := c.Flags().Int("ordinal", 0, "number of the address in its cell, 0 to 30 (default: the lowest that can be issued, nearly always 0)")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := pointOf(args)
		if err != nil {
			return err
		}
		var code addresscode.Code
		if cmd.Flags().Changed("ordinal") {
			code, err = geo.Encode(p, *ordinal)
		} else {
			code, err = geo.EncodeFirst(p)
		}
		if err != nil {
			return ordinalHint(err)
		}
		data, err := m.Data()
		if err != nil {
			return err
		}
		v := viewOfCode(code)
		v.locate(data.Locator, p)
		position := latLon(p)
		v.Position = &position
		if wantsJSON(cmd) {
			return m.printJSON(v)
		}
		t := m.table()
		v.write(t)
		return t.flush()
	}
	return c
}

// ordinalHint explains the codes that are never issued.
func ordinalHint(err error) error {
	if !errors.Is(err, addresscode.ErrDigitsOnly) {
		return err
	}
	return &cliError{status: exitInvalid, message: "this ordinal would give a code of digits only, which is never issued", try: "another --ordinal", err: err}
}
