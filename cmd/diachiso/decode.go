package main

import (
	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/geo"
)

func (m *Main) decodeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "decode CODE",
		Short: "Mã → vị trí – what a code says by itself",
		Long: `Tells where a code lies, without a database: its cell, the centre of the cell and the commune there.
Case, spaces, hyphens and dots do not matter. Whether an address has the code, only "resolve" can tell.`,
		Example: `  diachiso decode 5FJBC-2NJV-T33
  diachiso decode 5fjbc 2njv t33 --json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text := textArg(args)
			code, err := addresscode.Parse(text)
			if err != nil {
				return withSuggestion(err, text)
			}
			data, err := m.Data()
			if err != nil {
				return err
			}
			v := viewOfCode(code)
			v.locate(data.Locator, geo.CodeCenter(code))
			if wantsJSON(cmd) {
				return m.printJSON(v)
			}
			t := m.table()
			v.write(t)
			return t.flush()
		},
	}
}

// withSuggestion adds the best repair of a damaged code to what is wrong with it.
func withSuggestion(err error, text string) error {
	suggestions, cerr := addresscode.Correct(text)
	if cerr != nil || len(suggestions) == 0 {
		return err
	}
	best := suggestions[0].Code.String()
	message := err.Error()
	if e, ok := err.(*addresscode.Error); ok {
		message = e.Message
	}
	return &cliError{status: exitInvalid, message: message, try: "perhaps " + best + " was meant; see diachiso correct", err: err}
}
