// Package registry is the domain: addresses with their codes, the rules by which they are assigned, and their life.
//
// A Service holds the rules; a Store keeps rows and events (registry/sqlite). Every change is an event in the same
// transaction. The rules that are easy to miss:
//
//   - The code comes from the first entrance, or the first building position where no entrance is given; that position
//     stands first in Address.Positions.
//   - Ordinals are issued lowest free first. A full cell passes the next address to the nearest cell with room, ring by
//     ring, at most eight rings, inside the building's outline where one is given.
//   - Components may be empty: many rural houses have neither number nor name, and their position tells them apart.
//     Likeness (a likely duplicate) is therefore only asked of addresses with a number, unit, building or block.
//   - One external id belongs to one address. A request that names a known id gets that address; new ids beside it are
//     added when the request lies within 30 m of it, and are a conflict otherwise.
//   - A code that was given is never given again. A retired address leads to its successors, which were in use when it was retired:
//     so chains of them are no circles. Only a retired address has successors; Restore takes them away.
//   - An address that moves within 60 m of the centre of its code's cell and in its commune keeps the code (Change). Farther away the code
//     is retired, and the address gets a new one with all external ids. A split retires the code, unless a part keeps it.
//   - What changes many addresses (RenameStreet, Rederive) is a change set: its id stands in each event, and Undo puts back what nothing
//     else has changed since.
//   - What is told depends on a Sight: without flats and exact positions an address is a door at the centre of its code's cell, and all
//     flats behind it are one. A protected address is, for a sight that is not told of it, not there: neither in what is
//     answered nor in the steps that lead to the answer.
//   - An idempotency key belongs to the actor who sent it.
//   - Anybody may propose an address (Propose). A proposal holds no code; the registrar's confirmation assigns one by the same
//     rules and in the same transaction. It expires by the clock, and is deleted by Purge.
//   - Couriers observe (Observe). Each of them has one voice; three that agree on three days may move an entrance, within the
//     accuracy it was known to when a person or an import last set it, within its commune and 60 m of its cell. What goes
//     beyond that, and two who found nothing there, raise a review, one at a time. The code never changes.
//
// It is not the place for SQL, HTTP, parsing of address lines, or anything about people.
package registry
