// Package jobs keeps long pieces of work on files that were handed in: the file is on disk before the job is accepted, what is not
// done when the server stops is done when it runs again, and the result appears whole or not at all.
//
// A job is a row of the registry's database and at most two files in a folder of its own, named by its id: the file handed in
// (id.in, until it is done) and the result (id.out). A restart begins an unfinished job anew: work is deterministic and fast, so
// nothing is lost but the time.
//
// It is not the place for what is done with a file (package bulk, called by api), nor for who may do it (access).
package jobs
