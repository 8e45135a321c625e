package api

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/diachiso/diachiso/people"
)

// metrics counts requests by method, route template and status. It never labels by path, query or client.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	observed sync.Map // observation → prometheus.Observer: as many as requests has series
}

// observation names a series.
type observation struct {
	method, route string
	status        int
}

func newMetrics(r Registry, p *people.Service) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "diachiso_http_request_duration_seconds",
			Help:    "Time to answer a request.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5},
		}, []string{"method", "route", "status"}),
	}
	m.registry.MustRegister(m.requests, addressCount{r},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if p != nil {
		m.registry.MustRegister(requestCount{p})
	}
	return m
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	series := observation{method, route, status}
	if known, ok := m.observed.Load(series); ok {
		known.(prometheus.Observer).Observe(took.Seconds())
		return
	}
	observer := m.requests.WithLabelValues(method, route, strconv.Itoa(status))
	m.observed.Store(series, observer)
	observer.Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{DisableCompression: true})
}

// addressCount tells how many addresses are registered, asked anew at each scrape.
type addressCount struct{ registry Registry }

var addressesDesc = prometheus.NewDesc("diachiso_addresses", "Registered addresses.", []string{"status"}, nil)

// Describe implements prometheus.Collector.
func (addressCount) Describe(descs chan<- *prometheus.Desc) { descs <- addressesDesc }

const countTimeout = time.Second

// Collect implements prometheus.Collector. Where the count fails or takes too long, the metric is absent.
func (a addressCount) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countTimeout)
	defer cancel()
	active, retired, err := a.registry.Count(ctx)
	if err != nil {
		return
	}
	out <- prometheus.MustNewConstMetric(addressesDesc, prometheus.GaugeValue, float64(active), "active")
	out <- prometheus.MustNewConstMetric(addressesDesc, prometheus.GaugeValue, float64(retired), "retired")
}

// requestCount tells how many requests of data subjects wait for an answer, asked anew at each scrape.
type requestCount struct{ people *people.Service }

var requestsDesc = prometheus.NewDesc("diachiso_data_requests", "Requests under the data protection law that wait for an answer.", []string{"state"}, nil)

// Describe implements prometheus.Collector.
func (requestCount) Describe(descs chan<- *prometheus.Desc) { descs <- requestsDesc }

// Collect implements prometheus.Collector. Where the count fails or takes too long, the metric is absent.
func (r requestCount) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countTimeout)
	defer cancel()
	counts, err := r.people.CountRequests(ctx)
	if err != nil {
		return
	}
	out <- prometheus.MustNewConstMetric(requestsDesc, prometheus.GaugeValue, float64(counts.Open), "open")
	out <- prometheus.MustNewConstMetric(requestsDesc, prometheus.GaugeValue, float64(counts.Overdue), "overdue")
}
