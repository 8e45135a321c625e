package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/geo"
)

// shieldNegativeNumbers puts a space before arguments such as -5 or -0.5,106, which the flag parser would take for
// flags. No flag of this program begins with a digit. Numbers are trimmed where they are read.
func shieldNegativeNumbers(args []string) []string {
	out := make([]string, len(args))
	for i, arg := range args {
		rest, negative := strings.CutPrefix(arg, "-")
		rest = strings.TrimPrefix(rest, ".")
		if negative && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			arg = " " + arg
		}
		out[i] = arg
	}
	return out
}

// pointArgs accepts a position as one argument ("21.0287,105.8524") or two.
func pointArgs(_ *cobra.Command, args []string) error {
	if len(args) == 0 || len(args) > 2 {
		return fmt.Errorf("expected a latitude and a longitude, got %d arguments", len(args))
	}
	return nil
}

// pointOf reads the position that pointArgs let through.
func pointOf(args []string) (geo.Point, error) {
	text := strings.TrimSpace(args[0])
	if len(args) == 2 {
		text = strings.TrimRight(text, ", ;") + "," + strings.TrimSpace(args[1])
	}
	return geo.ParsePoint(text)
}

// textArg joins arguments that are one text, so that a code or an address needs no quotes.
func textArg(args []string) string { return strings.TrimSpace(strings.Join(args, " ")) }
