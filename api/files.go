package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/bulk"
	"github.com/diachiso/diachiso/registry"
)

const (
	defaultGeocodeLimit = 64 << 20
	// rowsPerRequest is how many rows of a file cost as much as one request.
	rowsPerRequest = 5000
	// answerBuffer is how much of an answer is held back, in bytes: until so much is there, a fault of the file is still told in place of
	// the answer.
	answerBuffer = 32 << 10
)

// registerFiles adds the operations that take or give files, which the generated server would read into memory.
func (s *Server) registerFiles(checks map[string][]echo.MiddlewareFunc) {
	s.echo.POST("/v1/geocode/csv", s.geocodeStream(bulk.FormatCSV, mediaCSV, "geocodeCsv"), checks["geocodeCsv"]...)
	s.echo.POST("/v1/geocode/ndjson", s.geocodeStream(bulk.FormatNDJSON, mediaNDJSON, "geocodeNdjson"), checks["geocodeNdjson"]...)
	s.echo.POST("/v1/jobs", s.createJob, checks["createJob"]...)
	s.echo.GET("/v1/jobs/:id/result", s.getJobResult, checks["getJobResult"]...)
}

// geocodeStream answers a file while it arrives.
func (s *Server) geocodeStream(format, media, operation string) echo.HandlerFunc {
	return func(c echo.Context) error {
		wish, err := wishOf(c, format)
		if err != nil {
			return err
		}
		if got, _ := formatOfMedia(c.Request().Header.Get("Content-Type")); got != format {
			return wrongMedia(media)
		}
		if err := checkFile(c.Request(), s.config.GeocodeLimit); err != nil {
			return err
		}
		if err := s.overload.files.enter(c.Request().Context()); err != nil {
			return err
		}
		defer s.overload.files.leave()
		return s.stream(c, wish, operation)
	}
}

// checkFile refuses a body before it is read.
func checkFile(r *http.Request, limit int64) error {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return &problem{
			code:   ProblemCodeUnsupportedMediaType,
			detail: words{"Không nhận nội dung nén", "compressed bodies are not accepted"},
			hint:   words{"Gửi nội dung không nén", "send the body as it is"},
		}
	}
	if r.ContentLength > limit {
		return fileTooLarge(limit)
	}
	return nil
}

func fileTooLarge(limit int64) *problem {
	p := tooLarge(limit)
	p.hint = words{"Chia nhỏ tệp, hoặc gửi tệp dài qua POST /v1/jobs", "send the file in parts, or a long one to POST /v1/jobs"}
	return p
}

// stream geocodes the body into the answer. The request's time limit does not hold for it: a client that makes no progress is cut off.
func (s *Server) stream(c echo.Context, wish fileWish, operation string) error {
	ctx, cancel := context.WithCancel(unhurried(c))
	defer cancel()
	by := callerOf(ctx)
	spool, err := bulk.NewSpool()
	if err != nil {
		return noRoom(err)
	}
	defer spool.Close()
	if err := s.recordFile(ctx, by, "file.received", operation, nil); err != nil {
		return err
	}
	link := newSteadyLink(c.Response())
	filled := make(chan struct{})
	go func() {
		defer close(filled)
		_ = spool.Fill(link.reader(c.Request().Body, s.config.GeocodeLimit)) // told to who reads the spool
		link.received()
	}()
	answer := &fileAnswer{c: c, link: link, media: wish.media()}
	out := bufio.NewWriterSize(answer, answerBuffer)
	report, err := s.geocodeFile(ctx, by, wish, spool, out, s.rowsPaid(ctx, by))
	if err == nil {
		err = out.Flush()
	}
	failed := s.recordFile(ctx, by, "file.geocoded", operation, &report)
	if err != nil && !answer.begun {
		<-filled // a client that reads nothing before all is sent hears the reason too
		return noRoom(err)
	}
	if err == nil {
		<-filled
		err = failed
	}
	if err == nil {
		return nil
	}
	link.cut()
	<-filled
	s.log.LogAttrs(ctx, slog.LevelWarn, "an answer was broken off", slog.String("route", c.Path()), slog.Int64("rows", report.Rows),
		slog.String("request_id", c.Response().Header().Get(headerRequestID)), slog.String("reason", string(s.problemOf(ctx, err).code)))
	panic(http.ErrAbortHandler)
}

// unhurried is the context of a request without its time limit. It still ends when the client goes.
func unhurried(c echo.Context) context.Context {
	r := c.Request()
	ctx := r.Context()
	if l, ok := ctx.(*limited); ok {
		ctx = context.WithValue(l.Context, callerKey{}, l.by)
		c.SetRequest(r.WithContext(ctx))
	}
	return ctx
}

// noRoom says of a full disk that it is full.
func noRoom(err error) error {
	if _, ok := errors.AsType[*os.PathError](err); ok {
		return &problem{code: ProblemCodeReadOnly, cause: err}
	}
	return err
}

// rowsPaid takes from the caller's quota what rows cost, and waits until there is enough: a file that has begun is finished.
func (s *Server) rowsPaid(ctx context.Context, by *caller) func(rows int64) {
	paid := int64(1)
	return func(rows int64) {
		for !by.developer && rows/rowsPerRequest >= paid && ctx.Err() == nil {
			v := s.quotas.Take(by.who, by.Role, access.ClassBulk, time.Now())
			if v.OK {
				paid++
				continue
			}
			select {
			case <-time.After(v.RetryAfter):
			case <-ctx.Done():
			}
		}
	}
}

// recordFile writes to the journal what became of a file. report is nil before there is one.
func (s *Server) recordFile(ctx context.Context, by *caller, action, operation string, report *bulk.Report) error {
	if !by.journalled() {
		return nil
	}
	detail := struct {
		Rows    *int64 `json:"rows,omitempty"`
		Matched *int64 `json:"matched,omitempty"`
	}{}
	if report != nil {
		matched := report.Statuses[bulk.StatusMatched]
		detail.Rows, detail.Matched = &report.Rows, &matched
	}
	text, err := json.Marshal(detail)
	if err != nil {
		return fmt.Errorf("describe file: %w", err)
	}
	return s.registry.Record(context.WithoutCancel(ctx), registry.Entry{Actor: by.Name(), Action: action, Subject: operation, Detail: string(text)})
}

// fileAnswer begins an answer with its first byte.
type fileAnswer struct {
	c     echo.Context
	link  *steadyLink
	media string
	begun bool
}

func (a *fileAnswer) Write(p []byte) (int, error) {
	res := a.c.Response()
	if !a.begun {
		a.begun = true
		res.Header().Set("Content-Type", a.media)
		res.WriteHeader(http.StatusOK)
	}
	return a.link.write(res, p)
}

// geocodeFile geocodes what comes from in, for a caller.
func (s *Server) geocodeFile(ctx context.Context, by *caller, w fileWish, in io.Reader, out io.Writer, progress func(rows int64)) (bulk.Report, error) {
	wished := w.options()
	wished.Sight, wished.Places, wished.Progress = by.view.sight, s.overload.rows, progress
	var report bulk.Report
	var err error
	if w.Sort {
		report, _, err = bulk.GeocodeSorted(ctx, s.geocoder, s.registry, in, out, wished)
	} else {
		report, err = bulk.Geocode(ctx, s.geocoder, s.registry, in, out, wished)
	}
	return report, fileProblem(err)
}
