package main

import (
	"fmt"
	"io"
	"strings"
)

// report is what a run of quality found.
type report struct {
	world     *world
	classes   []tally
	negatives []negativeTally
	divisions []divisionTally
	offices   *offices // nil when the source data is absent
}

// acceptLimit is the share of addresses that do not exist which validation may accept.
const acceptLimit = 0.01

// write prints the report as Markdown.
func (r *report) write(out io.Writer) {
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	say("Registered: %d synthetic and %d real addresses. Right is the house, or the street or hamlet where the address has no number.\n", r.world.synthetic, r.world.real)
	say("| class | n | right %% | target | | ward@1 %% | street@1 %% | house@1 %% | accept %% | wrong accept %% | no match %% | m p50 | m p95 |")
	say("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, t := range r.classes {
		say("| %s | %d | %.2f | %s | %s | %.2f | %.2f | %.2f | %.1f | %.2f | %.2f | %.0f | %.0f |", t.class.name, t.n, share(t.right, t.n), percent(t.class.target),
			mark(t.right, t.n, t.class.target), share(t.ward, t.n), share(t.street, t.n), share(t.house, t.numbered), share(t.accepts, t.n), share(t.accepted, t.n), share(t.none, t.n),
			percentile(t.metres, 50), percentile(t.metres, 95))
	}
	say("\n| names of divisions | n | ward@1 %% | target | | no match %% |")
	say("|---|---|---|---|---|---|")
	for _, t := range r.divisions {
		say("| %s | %d | %.2f | %s | %s | %.2f |", t.name, t.n, share(t.right, t.n), percent(t.target), mark(t.right, t.n, t.target), share(t.none, t.n))
	}
	r.writeOffices(say)
	say("\n| addresses that do not exist | n | wrong accept %% | target | | taken for a house by search %% |")
	say("|---|---|---|---|---|---|")
	for _, t := range append(r.negatives, r.allNegatives()) {
		state := "ok"
		if float64(t.accepted) > acceptLimit*float64(t.n) {
			state = "short"
		}
		say("| %s | %d | %.2f | ≤ %.0f | %s | %.2f |", t.name, t.n, share(t.accepted, t.n), 100*acceptLimit, state, share(t.houses, t.n))
	}
}

func (r *report) writeOffices(say func(string, ...any)) {
	if r.offices == nil {
		say("\nReal old-style addresses: the source data is not beside the checkout.")
		return
	}
	o := r.offices
	say("\n| real old-style addresses (of %d) | n | ward@1 %% | target | | no match %% |", o.read)
	say("|---|---|---|---|---|---|")
	row := func(name string, x rate, target float64) {
		say("| %s | %d | %.2f | %s | %s | %.2f |", name, x.n, share(x.right, x.n), percent(target), mark(x.right, x.n, target), share(x.none, x.n))
	}
	row("ward named in full", o.named, officesTarget)
	row("of these: divided wards", o.divided, dividedTarget)
	row("ward not read by comparison of names (truth: the commune of the point)", o.unreadable, 0)
	say("\nThe points of %d of the offices whose ward is named in full lie in no official successor of it.", o.contradict)
}

const (
	officesTarget = 0.995
	dividedTarget = 0.97
)

func (r *report) allNegatives() negativeTally {
	all := negativeTally{name: "all"}
	for _, t := range r.negatives {
		all.n += t.n
		all.accepted += t.accepted
		all.houses += t.houses
	}
	return all
}

// short lists what is below its target.
func (r *report) short() []string {
	var names []string
	add := func(name string, right, n int, target float64) {
		if mark(right, n, target) == "short" {
			names = append(names, name)
		}
	}
	for _, t := range r.classes {
		add(t.class.name, t.right, t.n, t.class.target)
	}
	for _, t := range r.divisions {
		add(t.name, t.right, t.n, t.target)
	}
	if r.offices != nil {
		add("real old-style addresses", r.offices.named.right, r.offices.named.n, officesTarget)
		add("real old-style addresses of divided wards", r.offices.divided.right, r.offices.divided.n, dividedTarget)
	}
	if all := r.allNegatives(); float64(all.accepted) > acceptLimit*float64(all.n) {
		names = append(names, "addresses that do not exist")
	}
	return names
}

// writeFailures prints the wrong answers: class, query, wanted, got, separated by tabs.
func (r *report) writeFailures(out io.Writer) error {
	var all []failure
	for _, t := range r.classes {
		all = append(all, t.failures...)
	}
	for _, t := range r.divisions {
		all = append(all, t.failures...)
	}
	if r.offices != nil {
		all = append(all, r.offices.failures...)
	}
	for _, t := range r.negatives {
		all = append(all, t.failures...)
	}
	clean := strings.NewReplacer("\t", " ", "\n", "⏎")
	for _, f := range all {
		if _, err := fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", f.class, clean.Replace(f.query), clean.Replace(f.want), clean.Replace(f.got)); err != nil {
			return err
		}
	}
	return nil
}

func percent(target float64) string {
	if target == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", 100*target)
}

// mark is ok or short, "" without a target or queries.
func mark(right, n int, target float64) string {
	switch {
	case target == 0 || n == 0:
		return ""
	case float64(right) >= target*float64(n):
		return "ok"
	}
	return "short"
}
