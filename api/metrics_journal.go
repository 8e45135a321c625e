package api

import (
	"context"
	"math"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/registry"
)

// journalState tells how long the journal is and how much of it is signed, asked anew at each scrape. Lines that stay unsigned
// mean that whoever has the database could write them anew without being found out.
type journalState struct{ audit *audit.Service }

var (
	journalLinesDesc  = prometheus.NewDesc("diachiso_journal_lines", "Lines of the journal.", nil, nil)
	journalSignedDesc = prometheus.NewDesc("diachiso_journal_signed_lines", "Lines that the newest checkpoint signs.", nil, nil)
	journalAtDesc     = prometheus.NewDesc("diachiso_journal_signed_timestamp_seconds", "When the newest checkpoint was made, in Unix time.", nil, nil)
)

// Describe implements prometheus.Collector.
func (journalState) Describe(descs chan<- *prometheus.Desc) {
	descs <- journalLinesDesc
	descs <- journalSignedDesc
	descs <- journalAtDesc
}

// Collect implements prometheus.Collector. What cannot be read is absent; before the first checkpoint nothing is signed.
func (j journalState) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countTimeout)
	defer cancel()
	gauge := func(desc *prometheus.Desc, value int64) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(value))
	}
	_, head, err := j.audit.Lines(ctx, math.MaxInt64, 1)
	if err != nil {
		return
	}
	gauge(journalLinesDesc, head)
	newest, err := j.audit.Newest(ctx)
	switch {
	case err == nil:
		gauge(journalSignedDesc, newest.Lines)
		gauge(journalAtDesc, newest.At.Unix())
	case registry.CodeOf(err) == registry.CodeNotFound:
		gauge(journalSignedDesc, 0)
		gauge(journalAtDesc, 0)
	}
}
