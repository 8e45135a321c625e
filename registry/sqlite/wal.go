package sqlite

import (
	"fmt"
	"os"
)

const (
	checkpointPages = 4096     // 16 MiB of log before a commit copies it into the database
	maxLogBytes     = 64 << 20 // a log that has grown beyond this waits for the readers to be emptied
	trimTimeoutMS   = 100      // how long it then holds up the writer at most
	commitsPerLook  = 64       // how often the size of the log is looked at
)

// trimLog empties the write-ahead log when it has grown large. The checkpoints that SQLite makes by itself never wait, so under
// uninterrupted reading there is always a view that keeps the log from starting over, and it would grow without end.
// When a long view is in the way, the next attempt comes when the log has doubled.
func (s *Store) trimLog() error {
	if s.commits.Load()%commitsPerLook != 0 {
		return nil
	}
	info, err := os.Stat(s.path + "-wal")
	if err != nil || info.Size() < max(s.maxLog, s.trimAt) {
		return err
	}
	if err := s.setBusyTimeout(trimTimeoutMS); err != nil {
		return err
	}
	blocked, err := s.write.pragma("wal_checkpoint(TRUNCATE)")
	if err != nil {
		return err
	}
	s.trimAt = 0
	if blocked != int64(0) {
		s.trimAt = 2 * info.Size()
	}
	return s.setBusyTimeout(busyTimeoutMS)
}

func (s *Store) setBusyTimeout(ms int) error {
	_, err := s.write.raw.Exec(fmt.Sprintf("PRAGMA busy_timeout = %d", ms), nil)
	return err
}
