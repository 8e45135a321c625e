// Package crashtest holds only tests: that an acknowledged write survives whatever happens to the process, and that it
// was on disk before it was acknowledged. The tests start their own binary again as a child that writes to a database and
// tells of each acknowledged write on a pipe. One kills the child again and again at random moments and looks for every
// acknowledged write; but a killed process loses nothing that the kernel already has, so the other reads the child's system
// calls with strace and looks for the sync before each acknowledgement.
package crashtest
