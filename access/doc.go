// Package access decides who may do what: keys, sessions, roles, the one matrix of role × operation × field, and quotas.
//
// It knows nothing of HTTP. The API asks it once per request whether a principal may call an operation, once per address
// which fields that principal sees, and once per request whether a quota allows it.
//
//	principal.go             roles and who has them
//	secret.go, key.go        keys: their text, what they are made of
//	service.go, session.go   their life
//	store.go                 what keeps them (registry/sqlite)
//	matrix.go, fields.go     who may call what, who sees what; docs/access.md is written from them
//	limits.go, quota.go      how often
//	harvest.go               who asks about more places than one has business in
//
// Nothing of a key is kept in memory between requests but the day of its last use, so that what one process revokes all refuse.
//
// It is not the place for what people consent to (people), nor for who may write where: the area of a registrar is
// enforced by the registry itself, which is told of it in registry.Actor.
package access
