package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/bulk"
	"github.com/diachiso/diachiso/jobs"
	"github.com/diachiso/diachiso/registry"
)

const defaultJobLimit = 1 << 30

// createJob takes a file in and answers when it is on disk.
func (s *Server) createJob(c echo.Context) error {
	r := c.Request()
	format, params := formatOfMedia(r.Header.Get("Content-Type"))
	if format == "" {
		return wrongMedia(mediaCSV + ", " + mediaNDJSON + " / " + mediaForm)
	}
	if err := checkFile(r, s.config.JobLimit); err != nil {
		return err
	}
	wish, err := wishOf(c, format)
	if err != nil {
		return err
	}
	if err := s.overload.files.enter(r.Context()); err != nil {
		return err
	}
	defer s.overload.files.leave()
	ctx := unhurried(c)
	link := newSteadyLink(c.Response())
	body := link.reader(r.Body, s.config.JobLimit)
	if format == mediaForm {
		if body, wish.Format, err = filePart(body, params["boundary"]); err != nil {
			return err
		}
	}
	options, err := wish.text()
	if err != nil {
		return err
	}
	job, _, err := s.jobs.Create(ctx, callerOf(ctx).Name(), r.Header.Get("Idempotency-Key"), options, body)
	if err != nil {
		return fileProblem(bodyFault(err))
	}
	link.received()
	c.Response().Header().Set("Location", jobPath(job.ID))
	return c.JSON(http.StatusAccepted, jobOf(job, callerOf(ctx).language()))
}

// bodyFault says of a body that broke off, in which no error of ours is, that it did.
func bodyFault(err error) error {
	_, told := errors.AsType[*problem](err)
	_, own := errors.AsType[*registry.Error](err)
	if told || own || errors.Is(err, context.Canceled) {
		return err
	}
	return &problem{code: ProblemCodeInvalidFile, detail: words{"Không đọc được hết nội dung gửi lên", "the body could not be read to its end"}, cause: err}
}

// filePart is the part "file" of a form, and the format of files with its name or type.
func filePart(body io.Reader, boundary string) (io.Reader, string, error) {
	part, err := multipart.NewReader(body, boundary).NextPart()
	if errors.Is(err, io.EOF) {
		return nil, "", invalidField("file", FieldErrorCodeRequired, words{})
	}
	if err != nil {
		return nil, "", bodyFault(err)
	}
	if part.FormName() != "file" {
		return nil, "", invalidField(shortened(part.FormName()), FieldErrorCodeUnknownField, words{})
	}
	format, _ := formatOfMedia(part.Header.Get("Content-Type"))
	switch strings.ToLower(path.Ext(part.FileName())) {
	case ".ndjson", ".jsonl", ".geojsonl":
		format = bulk.FormatNDJSON
	}
	if format != bulk.FormatNDJSON {
		format = bulk.FormatCSV
	}
	return part, format, nil
}

func shortened(name string) string {
	if len(name) > maxEchoedName {
		name = name[:maxEchoedName] + "…"
	}
	return strings.ToValidUTF8(name, "\uFFFD")
}

func jobPath(id string) string { return "/v1/jobs/" + url.PathEscape(id) }

// GetJob tells how far a job is.
func (s *Server) GetJob(ctx context.Context, r GetJobRequestObject) (GetJobResponseObject, error) {
	job, err := s.jobs.Get(ctx, callerOf(ctx).Name(), r.ID)
	if err != nil {
		return nil, err
	}
	return GetJob200JSONResponse(jobOf(job, callerOf(ctx).language())), nil
}

// DeleteJob deletes a job with its file and result.
func (s *Server) DeleteJob(ctx context.Context, r DeleteJobRequestObject) (DeleteJobResponseObject, error) {
	if err := s.jobs.Delete(ctx, callerOf(ctx).Name(), r.ID); err != nil {
		return nil, err
	}
	return DeleteJob204Response{}, nil
}

// getJobResult gives the result of a job, or parts of it.
func (s *Server) getJobResult(c echo.Context) error {
	ctx := unhurried(c)
	by := callerOf(ctx)
	file, job, err := s.jobs.Result(ctx, by.Name(), c.Param("id"))
	if err != nil {
		return err
	}
	if file == nil {
		return &problem{code: ProblemCodeJobNotDone}
	}
	defer file.Close()
	if by.journalled() {
		if err := s.registry.Record(ctx, registry.Entry{Actor: by.Name(), Action: "job.downloaded", Subject: job.ID}); err != nil {
			return err
		}
	}
	wish, err := wishOfText(job.Options)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Type", wish.media())
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, job.ID, wish.Format))
	h.Set("ETag", `"`+job.ID+`"`)
	link := newSteadyLink(c.Response())
	link.received()
	w := &steadyResponse{Response: c.Response(), link: link}
	if r := c.Request(); !satisfiable(r.Header.Get("Range"), job.ResultBytes) {
		r.Header.Del("Range") // RFC 9110, 14.2: what cannot be satisfied may be ignored
	}
	http.ServeContent(w, c.Request(), "", job.FinishedAt, file)
	return nil
}

// satisfiable reports whether net/http would serve a Range; what it cannot serve it answers in plain text.
func satisfiable(given string, size int64) bool {
	if given == "" {
		return true
	}
	list, ok := strings.CutPrefix(given, "bytes=")
	for one := range strings.SplitSeq(list, ",") {
		var from, to int64
		n, _ := fmt.Sscanf(strings.TrimSpace(one), "%d-%d", &from, &to)
		ok = ok && n > 0 && from < size && (n < 2 || to >= from) && strings.Trim(one, "0123456789- ") == ""
	}
	return ok
}

// steadyResponse lets a download last as long as the client makes progress.
type steadyResponse struct {
	*echo.Response
	link *steadyLink
}

func (w *steadyResponse) Write(p []byte) (int, error) { return w.link.write(w.Response, p) }

// RunJobs does the jobs that were handed in until ctx ends.
func (s *Server) RunJobs(ctx context.Context) error { return s.jobs.Run(ctx, s.doJob) }

// doJob geocodes the file of a job for the key that handed it in, with what that key may see now.
func (s *Server) doJob(ctx context.Context, j jobs.Job, in io.Reader, out io.Writer, progress func(int64)) (jobs.Outcome, error) {
	wish, err := wishOfText(j.Options)
	if err != nil {
		return jobs.Outcome{}, err
	}
	by, err := s.holderOf(ctx, j.Owner)
	if err != nil {
		return jobs.Outcome{}, err
	}
	report, err := s.geocodeFile(ctx, by, wish, in, out, progress)
	if p, ok := errors.AsType[*problem](err); ok {
		err = &jobs.Failure{Code: string(p.code), Message: p.detail.en, Hint: p.hint.en, MessageVi: p.detail.vi, HintVi: p.hint.vi}
	}
	outcome := jobs.Outcome{Rows: report.Rows, Counts: map[string]int64{}}
	for status, n := range report.Statuses {
		outcome.Counts[string(status)] = n
	}
	return outcome, err
}

// holderOf is whoever handed a job in, by what actors are called.
func (s *Server) holderOf(ctx context.Context, owner string) (*caller, error) {
	by := &caller{who: owner}
	prefix, key := strings.CutPrefix(owner, "key:")
	switch {
	case key && s.access != nil:
		p, err := s.access.Principal(ctx, prefix)
		if err != nil {
			return nil, err
		}
		by.Principal = p
	case s.config.Dev:
		by.Principal, by.developer = access.Principal{Role: access.RoleAdmin}, true
	default:
		return nil, &registry.Error{Code: registry.CodeUnauthorized, Message: "the key that handed the file in is no more", Hint: "ask the operator for another"}
	}
	by.view = newView(by.Principal, by.Actor(s.provinceToday).Area)
	return by, nil
}

func wishOfText(text string) (w fileWish, err error) {
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return w, fmt.Errorf("read options of job: %w", err)
	}
	return w, nil
}

func jobOf(j jobs.Job, l lang) Job {
	out := Job{
		ID: j.ID, Bytes: j.Bytes, BytesDone: min(j.BytesRun, j.Bytes), Rows: j.Rows, Statuses: j.Counts, ResultBytes: j.ResultBytes,
		CreatedAt: j.CreatedAt.UTC(), ExpiresAt: j.ExpiresAt.UTC(), Format: JobFormatCsv,
	}
	if wish, err := wishOfText(j.Options); err == nil {
		out.Format = JobFormat(wish.Format)
	}
	if out.Statuses == nil {
		out.Statuses = map[string]int64{}
	}
	switch {
	case j.State == jobs.StateSucceeded:
		out.Status, out.BytesDone, out.Result = JobStatusSucceeded, j.Bytes, jobPath(j.ID)+"/result"
	case j.State == jobs.StateFailed:
		out.Status = JobStatusFailed
	case j.Running:
		out.Status = JobStatusRunning
	default:
		out.Status = JobStatusQueued
	}
	if f := j.Failure; f != nil {
		out.Error = jobError(f, l)
	}
	if !j.FinishedAt.IsZero() {
		out.FinishedAt = j.FinishedAt.UTC().Truncate(time.Millisecond)
	}
	return out
}

// jobError says why a job failed, as a problem document would.
func jobError(f *jobs.Failure, l lang) JobError {
	kind, ok := kindOf(ProblemCode(f.Code))
	if !ok {
		kind, _ = kindOf(ProblemCodeInternal)
	}
	p := problem{code: kind.code, detail: words{f.MessageVi, f.Message}, hint: words{f.HintVi, f.Hint}}
	if f.MessageVi == "" { // of the domain, which speaks English
		p.detail, p.hint = wordsOf(&registry.Error{Code: registry.ErrorCode(f.Code), Message: f.Message, Hint: f.Hint})
	}
	return JobError{Code: string(kind.code), Title: kind.title.in(l), Detail: p.detail.in(l), Hint: p.hintIn(l, kind)}
}
