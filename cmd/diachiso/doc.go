// Command diachiso is the whole platform in one binary: it serves the API, gives addresses their codes, resolves,
// encodes, decodes and repairs codes, and imports addresses from files. `diachiso --help` teaches it.
//
// The commands hold no rules of their own: they read arguments and configuration, call the packages beside them and
// print. One file per command; [Main] is a run of the program that tests can make without a process.
package main
