// Package child runs the built program, or a test's own, in a process of its own: the one way in which tests and measurements
// do. Its standard output and its log are files, not pipes, so nobody has to read them for it to go on, nothing is lost when it
// is killed, and whoever waits for a line looks at the file and at the process. Every wait has an end that tells what the
// process had to say.
package child
