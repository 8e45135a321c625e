// Package vault keeps the keys of households in a file of its own, outside the backups of addresses, each wrapped by the
// master key. Destroying a key destroys what was encrypted with it, wherever copies of that are.
package vault
