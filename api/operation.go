package api

import (
	"context"
	"runtime"
)

// GetHealth says that the process is alive.
func (s *Server) GetHealth(context.Context, GetHealthRequestObject) (GetHealthResponseObject, error) {
	return GetHealth200JSONResponse{Status: HealthStatusOk}, nil
}

// GetReadiness says whether requests can be served now.
func (s *Server) GetReadiness(ctx context.Context, _ GetReadinessRequestObject) (GetReadinessResponseObject, error) {
	if err := s.config.Ready(ctx); err != nil {
		s.log.WarnContext(ctx, "not ready", "error", err)
		return nil, &problem{code: ProblemCodeNotReady, cause: err}
	}
	return GetReadiness200JSONResponse{Status: HealthStatusOk}, nil
}

// GetVersion tells which program and data answer.
func (s *Server) GetVersion(context.Context, GetVersionRequestObject) (GetVersionResponseObject, error) {
	return GetVersion200JSONResponse{
		Version:     s.config.Version,
		Go:          runtime.Version(),
		DataVersion: s.config.DataVersion,
		Schema:      s.config.SchemaVersion,
	}, nil
}
