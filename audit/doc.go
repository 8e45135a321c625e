// Package audit makes the registry's journal worthy of trust: signed checkpoints of its chain, verification of every line
// up to the newest checkpoint, anchors kept elsewhere that reveal a cut tail, and the export for an auditor.
//
// It is not the place for writing the journal: stores do that in the transaction of what happened.
package audit
