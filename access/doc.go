// Package access decides who may do what: keys, sessions, roles, the one matrix of role × operation × field, and quotas.
//
// It knows nothing of HTTP. The API asks it once per request whether a principal may call an operation, once per address
// which fields that principal sees, and once per request whether a quota allows it.
//
// It is not the place for what people consent to (people), nor for who may write where: the area of a registrar is
// enforced by the registry itself, which is told of it in registry.Actor.
package access
