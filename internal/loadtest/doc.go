// Command loadtest measures the promises of speed in one run, each as a figure beside its baseline: resolve against a
// bare Echo handler with a body of the same size and against the same with one primary-key read, assign with shared
// commits against one commit per request, reverse, and the start of the built binary. It prints a Markdown report.
//
//	go run ./internal/loadtest
//
// Every server is a process of its own on loopback; the client is this process and shares the machine with it, the same
// client for all. Rounds of the compared servers take turns, and medians are reported, so that a busy machine disturbs
// both alike. It is a measuring tool: it asserts nothing, and no test depends on it.
package main
