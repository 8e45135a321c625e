// Package diachiso holds the description of the HTTP API, so that the server can check requests against it and serve it.
//
// It is not a place for code: the rooms of the house are the directories beside it (see docs/architecture.md).
package diachiso

import _ "embed"

// OpenAPI is the text of openapi.yaml.
//
//go:embed openapi.yaml
var OpenAPI string
