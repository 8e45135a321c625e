// Package web holds what people see of the platform: the pages as templates, and the scripts and styles that Vite builds of src and
// packages into dist, all inside the program. It knows nothing of HTTP routes (package api serves it) and of the registry.
//
// The names of built files hold a hash of their contents, so that browsers may keep them for ever; the manifest of the build says
// which files an entry point needs. Building them again needs Node (make web); building the program does not, for dist is committed.
package web
