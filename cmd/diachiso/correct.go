package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/addresscode"
)

// correctionsView is what correct --json prints.
type correctionsView struct {
	Input       string           `json:"input"`
	Valid       bool             `json:"valid"`
	Code        string           `json:"code,omitempty"` // of a valid input
	Suggestions []correctionView `json:"suggestions"`
	Reason      string           `json:"reason,omitempty"` // why there is no suggestion
}

func (m *Main) correctCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "correct TEXT",
		Short: "Sửa mã gõ nhầm – repair a damaged code",
		Long: `Suggests what a damaged code may have been: one wrong character, two neighbours exchanged, one left out or doubled,
up to three unreadable ones written as ? or *. A suggestion is never applied by itself: compare it with the source.
A code that is right already is said to be so. Exit status 4 when nothing can be suggested.`,
		Example: `  diachiso correct 5FJBC-2NJV-T35
  diachiso correct "5FJB? 2NJV T33" --json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text := textArg(args)
			v := correctionsView{Input: text, Suggestions: []correctionView{}}
			code, err := addresscode.Parse(text)
			if err == nil {
				v.Valid, v.Code = true, code.String()
			} else {
				var suggestions []addresscode.Suggestion
				suggestions, err = addresscode.Correct(text)
				for _, s := range suggestions {
					v.Suggestions = append(v.Suggestions, viewOfCorrection(s))
				}
			}
			if e, ok := errors.AsType[*addresscode.Error](err); ok {
				v.Reason = e.Message
			}
			if perr := m.printCorrections(cmd, v); perr != nil {
				return perr
			}
			return err
		},
	}
}

func (m *Main) printCorrections(cmd *cobra.Command, v correctionsView) error {
	if wantsJSON(cmd) {
		return m.printJSON(v)
	}
	t := m.table()
	if v.Valid {
		t.row("Mã đúng (valid)", v.Code)
	}
	for _, s := range v.Suggestions {
		t.row("Có thể là (perhaps)", s.Code, repairText(s))
	}
	return t.flush()
}
