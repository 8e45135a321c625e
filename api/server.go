package api

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/diachiso/diachiso/access"
	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/audit"
	"github.com/diachiso/diachiso/geo"
	"github.com/diachiso/diachiso/jobs"
	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/plate"
	"github.com/diachiso/diachiso/registry"
	"github.com/diachiso/diachiso/tiles"
	"github.com/diachiso/diachiso/web"
)

// Registry is what the handlers need of the domain; *registry.Service has it.
type Registry interface {
	Assign(ctx context.Context, by registry.Actor, r registry.AssignRequest) (registry.Assignment, error)
	Address(ctx context.Context, code addresscode.Code) (*registry.Address, error) // all of it, for whose home it is
	AddressFor(ctx context.Context, sight registry.Sight, code addresscode.Code) (*registry.Address, error)
	History(ctx context.Context, code addresscode.Code) ([]registry.Event, error)
	Label(a *registry.Address, at geo.Date) string
	DivisionOf(a *registry.Address, at geo.Date) registry.DivisionInfo
	PlaceFor(ctx context.Context, sight registry.Sight, p geo.Point) (*registry.Place, error)
	ReverseFor(ctx context.Context, sight registry.Sight, p geo.Point, radiusM float64, limit int) ([]registry.Neighbour, error)
	ResolveFor(ctx context.Context, sight registry.Sight, q string) (*registry.Resolution, error)
	FindDivisions(level geo.Level, parent, q string, at geo.Date) []*geo.Division
	Divisions() *geo.Divisions
	Locator() *geo.Locator
	Count(ctx context.Context) (active, retired int64, err error)
	Change(ctx context.Context, by registry.Actor, code addresscode.Code, version int64, r registry.ChangeRequest) (registry.Changed, error)
	Retire(ctx context.Context, by registry.Actor, code addresscode.Code, version int64, successors []addresscode.Code, reason registry.RetireReason) (*registry.Address, error)
	Restore(ctx context.Context, by registry.Actor, code addresscode.Code, version int64, allowDuplicate bool) (*registry.Address, error)
	Split(ctx context.Context, by registry.Actor, code addresscode.Code, version int64, parts []registry.Part, allowDuplicate bool) ([]*registry.Address, *registry.Address, error)
	Merge(ctx context.Context, by registry.Actor, code addresscode.Code, version int64, others []addresscode.Code) (*registry.Address, []*registry.Address, error)
	Successors(ctx context.Context, sight registry.Sight, a *registry.Address) ([]*registry.Address, error)
	RenameStreet(ctx context.Context, by registry.Actor, r registry.RenameRequest, progress func(int64)) (*registry.Changeset, error)
	Changeset(ctx context.Context, by registry.Actor, id string) (*registry.Changeset, error)
	Undo(ctx context.Context, by registry.Actor, id string, progress func(int64)) (*registry.Changeset, error)
	Protect(ctx context.Context, by registry.Actor, code addresscode.Code, protected bool) (*registry.Address, error)
	Record(ctx context.Context, entries ...registry.Entry) error
	Buildings
	Proposals
	Quality
	SetAsides
	Whole
	tiles.Source
}

// Whole is what concerns large parts of the register.
type Whole interface {
	Extent(code string) (registry.Extent, error)
	Each(ctx context.Context, sight registry.Sight, e *registry.Extent, fn func(*registry.Address) error) error
	Head(ctx context.Context) (seq int64, err error)
	ChangesFor(ctx context.Context, sight registry.Sight, since int64, limit int) (changes []registry.Change, next int64, more bool, err error)
	MeasureCoverage(ctx context.Context, e *registry.Extent) (*registry.Coverage, error)
	Units(c *registry.Coverage, level geo.Level, parent string, area registry.Area) []registry.UnitCoverage
}

// Services are what the handlers stand on. Access, People, Audit and Jobs may be nil in a server that is for reading what is public.
type Services struct {
	Registry Registry
	Geocoder Geocoder
	Access   *access.Service
	People   *people.Service
	Audit    *audit.Service
	Jobs     *jobs.Service
}

// Config is what a server can be told. The zero value is a server with the defaults named here.
type Config struct {
	Version       string // of the program
	DataVersion   string // of the built-in data
	SchemaVersion string // of the database

	BodyLimit      int64         // bytes of a request body; 0 means 128 KiB
	GeocodeLimit   int64         // bytes of a file that is geocoded while it arrives; 0 means 64 MiB
	JobLimit       int64         // bytes of a file that is handed in for later; 0 means 1 GiB
	RequestTimeout time.Duration // for the work on one request; 0 means 10 s
	PublicURL      string        // scheme and host that QR codes and links lead to; "" is where a request went
	CORSOrigins    []string      // origins that browsers may call from, "*" for any; none by default

	// Dev takes callers without a key for the administrator, without quotas and without a line in the journal for what they read.
	// It is for a server that nobody else can reach.
	Dev            bool
	TrustedProxies []netip.Prefix // whose X-Forwarded-For and X-Forwarded-Proto are believed; nobody's by default
	Security       audit.Security // is told of security events; may be nil

	BaseMap     *web.BaseMap // drawn below our map; nil for none
	Certificate *Certificate // for its metric; nil without TLS

	Ready func(context.Context) error // whether requests can be served now; nil means always
}

const (
	defaultBodyLimit      = 128 << 10
	defaultRequestTimeout = 10 * time.Second
)

// Server answers HTTP requests. It is safe for concurrent use.
type Server struct {
	registry    Registry
	geocoder    Geocoder
	access      *access.Service
	people      *people.Service
	audit       *audit.Service
	jobs        *jobs.Service
	site        *web.Site
	press       *plate.Press
	tiles       *tiles.Service
	config      Config
	log         *slog.Logger
	echo        *echo.Echo
	metrics     *metrics
	overload    *overload
	connections *openConnections
	proxies     proxies
	quotas      *access.Quotas
	harvest     *access.HarvestWatch
	now         func() time.Time // of quotas
	exports     chan struct{}    // taken by each export under way
	covered     coverageCache
}

// New builds a server over a registry and what understands address text. It fails only on a broken openapi.yaml.
func New(services Services, config Config, log *slog.Logger) (*Server, error) {
	config.BodyLimit = cmp.Or(config.BodyLimit, defaultBodyLimit)
	config.GeocodeLimit, config.JobLimit = cmp.Or(config.GeocodeLimit, defaultGeocodeLimit), cmp.Or(config.JobLimit, defaultJobLimit)
	config.RequestTimeout = cmp.Or(config.RequestTimeout, defaultRequestTimeout)
	if config.Ready == nil {
		config.Ready = func(context.Context) error { return nil }
	}
	doc, err := loadSpec()
	if err != nil {
		return nil, err
	}
	ops, err := operations(doc)
	if err != nil {
		return nil, err
	}
	s := &Server{registry: services.Registry, geocoder: services.Geocoder, access: services.Access, people: services.People, audit: services.Audit, config: config, log: log, echo: echo.New(), metrics: newMetrics(services.Registry, services.People), overload: newOverload(ops, runtime.GOMAXPROCS(0))}
	s.connections, s.exports, s.jobs, s.now = newOpenConnections(), make(chan struct{}, maxExports), services.Jobs, time.Now
	s.proxies, s.quotas, s.harvest = config.TrustedProxies, access.NewQuotas(), access.NewHarvestWatch(s.reportHarvest)
	if s.tiles, err = tiles.New(services.Registry, time.Now); err != nil {
		return nil, err
	}
	s.metrics.registry.MustRegister(s.overload, s.connections)
	if config.Certificate != nil {
		s.metrics.registry.MustRegister(config.Certificate.gauge())
	}
	if services.Audit != nil {
		s.metrics.registry.MustRegister(journalState{services.Audit})
	}
	if services.Jobs != nil {
		s.metrics.registry.MustRegister(jobCount{services.Jobs})
	}
	e := s.echo
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = s.proxies.clientAddress()
	e.HTTPErrorHandler = func(err error, c echo.Context) { s.fail(c, err) }
	e.Use(s.outer)
	if len(config.CORSOrigins) > 0 {
		e.Use(allowOrigins(config.CORSOrigins))
	}
	e.Use(compress)
	checks, err := s.guarded(s.overload.first(validation(ops, config.BodyLimit)))
	if err != nil {
		return nil, err
	}
	RegisterHandlersWithOptions(e, NewStrictHandler(s, []StrictMiddlewareFunc{s.answer, s.overload.admit}), RegisterHandlersOptions{
		OperationMiddlewares: checks,
	})
	// Without these, a parameter that ends a path would take slashes as well.
	for _, longer := range []string{"/v1/addresses/:code/*", "/v1/codes/:text/*", "/v1/tiles/:z/:x/:y/*", "/docs/:file/*"} {
		e.RouteNotFound(longer, echo.NotFoundHandler)
	}
	s.registerFiles(checks)
	e.GET("/metrics", echo.WrapHandler(s.metrics.handler()))
	if err := registerDocs(e); err != nil {
		return nil, fmt.Errorf("documentation page: %w", err)
	}
	if s.site, err = web.New(); err != nil {
		return nil, err
	}
	if s.press, err = plate.NewPress(); err != nil {
		return nil, err
	}
	s.registerSite()
	s.registerCodePage(checks)
	return s, nil
}

// ServeHTTP makes the server an http.Handler. HEAD is routed like GET: net/http keeps the method of its own request and
// sends no body.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		get := *r
		get.Method = http.MethodGet
		r = &get
	}
	s.echo.ServeHTTP(w, r)
}

func allowOrigins(origins []string) echo.MiddlewareFunc {
	return middleware.CORSWithConfig(middleware.CORSConfig{
		AllowOrigins:  origins,
		AllowMethods:  []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete},
		AllowHeaders:  []string{"Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "X-Request-Id"},
		ExposeHeaders: []string{"ETag", "Location", "Retry-After", "X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"},
		MaxAge:        int((12 * time.Hour).Seconds()),
	})
}
