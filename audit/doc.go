// Package audit makes the registry's journal worthy of trust: signed checkpoints of its chain, verification of every line
// up to the newest checkpoint and of the addresses that the lines tell of, anchors kept elsewhere that reveal a cut tail,
// the export for an auditor, and security events for a monitoring centre.
//
// docs/audit.md says what is found, what is not, and how to verify with a program of one's own.
//
// It is not the place for writing the journal: stores do that in the transaction of what happened.
package audit
