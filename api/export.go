package api

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/exporter"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/registry"
)

const (
	maxExports    = 4                // at a time; each reads as fast as the client takes it
	exportStalled = 30 * time.Second // for one buffer to be taken
	exportBuffer  = 64 << 10
)

// exportAnswer sends the addresses of an extent while it reads them.
type exportAnswer struct {
	s      *Server
	ctx    context.Context
	by     *caller
	extent registry.Extent
	format exporter.Format
	seq    int64
}

var exportTypes = map[exporter.Format]string{
	exporter.FormatCSV: "text/csv; charset=utf-8", exporter.FormatNDJSON: "application/x-ndjson", exporter.FormatGeoJSON: "application/geo+json",
}

// ExportAddresses begins an export. What is in the journal before the first byte is that this area was exported.
func (s *Server) ExportAddresses(ctx context.Context, r ExportAddressesRequestObject) (ExportAddressesResponseObject, error) {
	p := r.Params
	area := p.Commune + p.Province
	if (p.Commune == "") == (p.Province == "") {
		return nil, &registry.Error{Code: registry.CodeInvalid, Field: "commune", Message: "give a commune or a province", Hint: "commune=00070 or province=01"}
	}
	extent, err := s.registry.Extent(area)
	if err != nil {
		return nil, err
	}
	by := callerOf(ctx)
	for _, commune := range extent.Communes() {
		if by.Role == access.RoleRegistrar && !by.view.atHome(commune) {
			return nil, &problem{code: ProblemCodeForbidden}
		}
	}
	seq, err := s.registry.Head(ctx)
	if err != nil {
		return nil, err
	}
	by.subject = area
	quiet := *by
	quiet.developer = true // each address would be remembered for the journal and for the watch otherwise
	return &exportAnswer{s, ctx, &quiet, extent, exporter.Format(cmp.Or(p.Format, ExportAddressesParamsFormatCsv)), seq}, nil
}

// VisitExportAddressesResponse makes exportAnswer an answer of ExportAddresses. The time limit of requests is for the work before an answer;
// this one lasts as long as the client goes on reading.
func (a *exportAnswer) VisitExportAddressesResponse(w http.ResponseWriter) (err error) {
	select {
	case a.s.exports <- struct{}{}:
		defer func() { <-a.s.exports }()
	default:
		return &problem{code: ProblemCodeBusy}
	}
	ctx := context.WithoutCancel(a.ctx)
	h := w.Header()
	h.Set("Content-Type", exportTypes[a.format])
	h.Set("Content-Disposition", `attachment; filename="diachiso-`+a.extent.Code+"."+string(a.format)+`"`)
	h.Set("X-Diachiso-Seq", strconv.FormatInt(a.seq, 10))
	w.WriteHeader(http.StatusOK)
	defer func() {
		if err != nil {
			a.s.log.LogAttrs(ctx, slog.LevelWarn, "export ended early", slog.String("format", string(a.format)), slog.Any("error", err))
			panic(http.ErrAbortHandler) // so that the client sees that it is not complete
		}
	}()
	out := bufio.NewWriterSize(&patientWriter{w, http.NewResponseController(w)}, exportBuffer)
	today := geo.Today()
	file, err := exporter.New(a.format, out, func(address *registry.Address) ([]byte, error) {
		shown := a.s.address(a.by, address, today)
		return appendAddress(nil, &shown), nil
	})
	if err != nil {
		return err
	}
	if err := a.s.registry.Each(ctx, a.by.view.sight, &a.extent, file.Write); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return out.Flush()
}

// patientWriter gives each buffer of its own time to be taken, and a client that takes none no more.
type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (w *patientWriter) Write(p []byte) (int, error) {
	if err := w.control.SetWriteDeadline(time.Now().Add(exportStalled)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return w.ResponseWriter.Write(p)
}
