package api

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/diachiso/diachiso/jobs"
)

// jobCount tells how the files stand that were handed in for later, asked anew at each scrape.
type jobCount struct{ jobs *jobs.Service }

var (
	jobsDesc    = prometheus.NewDesc("diachiso_jobs", "Files handed in for later that are kept, by how they stand.", []string{"state"}, nil)
	jobRowsDesc = prometheus.NewDesc("diachiso_job_rows_total", "Rows of such files that were geocoded.", nil, nil)
)

// Describe implements prometheus.Collector.
func (jobCount) Describe(descs chan<- *prometheus.Desc) {
	descs <- jobsDesc
	descs <- jobRowsDesc
}

// Collect implements prometheus.Collector. Where the count fails or takes too long, the metrics are absent.
func (j jobCount) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countTimeout)
	defer cancel()
	counts, err := j.jobs.Count(ctx)
	if err != nil {
		return
	}
	for state, n := range map[string]int64{"waiting": counts.Waiting, "running": counts.Running, "done": counts.Succeeded, "failed": counts.Failed} {
		out <- prometheus.MustNewConstMetric(jobsDesc, prometheus.GaugeValue, float64(n), state)
	}
	out <- prometheus.MustNewConstMetric(jobRowsDesc, prometheus.CounterValue, float64(counts.Rows))
}
