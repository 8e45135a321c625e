// Package api serves the registry over HTTP as openapi.yaml describes it.
//
// A request passes, in this order: the outer middleware (request id, time limit, panics, errors, log,
// metrics), CORS where configured, gzip, validation against openapi.yaml, the generated strict server, and a handler
// without Echo types. Handlers are grouped in files by the tag of their operations; domain types become API types in
// mapping.go; errors become problem documents by the one table in errors.go.
//
// It is not the place for rules about addresses (package registry) nor for opening stores and listening (cmd/diachiso).
package api

//go:generate go tool -modfile=../tools/go.mod oapi-codegen -config oapi-codegen.yaml ../openapi.yaml
