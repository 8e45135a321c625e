package main

import (
	"cmp"
	"context"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/diachiso/diachiso/api"
	"github.com/diachiso/diachiso/jobs"
)

// openJobs opens the folder of files that are handed in for later.
func (m *Main) openJobs(db *database, log *slog.Logger) (*jobs.Service, error) {
	dir := cmp.Or(m.config.JobsDir, filepath.Join(filepath.Dir(m.config.DB), "jobs"))
	service, err := jobs.Open(db.store, jobs.Options{Dir: dir}, log)
	if err != nil {
		return nil, failure("another folder in jobs_dir", "%w", err)
	}
	return service, nil
}

// runJobs does jobs and deletes those past their time. stop ends that; what is not done is done after the next start.
func runJobs(ctx context.Context, handler *api.Server, service *jobs.Service, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := handler.RunJobs(ctx); err != nil && ctx.Err() == nil {
			log.Error("files handed in for later are not worked on", "error", err)
		}
	})
	wait.Go(func() { purgeJobs(ctx, service, log) })
	return func() {
		cancel()
		wait.Wait()
	}
}

// purgeJobsEvery is how late a job may be deleted; from its time on nobody sees it.
const purgeJobsEvery = time.Hour

func purgeJobs(ctx context.Context, service *jobs.Service, log *slog.Logger) {
	ticker := time.NewTicker(purgeJobsEvery)
	defer ticker.Stop()
	for {
		purged, err := service.Purge(ctx)
		if err != nil && ctx.Err() == nil {
			log.Warn("files handed in that are past their time were not deleted", "error", err)
		}
		if purged > 0 {
			log.Info("deleted files handed in that were past their time", "jobs", purged)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// parseBytes reads a number of bytes above 0: 67108864, 64MiB, 1GiB.
func parseBytes(text string) (int64, bool) {
	number, unit := strings.TrimSpace(text), int64(1)
	for suffix, size := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if rest, ok := strings.CutSuffix(number, suffix); ok {
			number, unit = strings.TrimSpace(rest), size
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	return n * unit, err == nil && n > 0 && n <= (1<<62)/unit
}
