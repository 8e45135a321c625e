package access

// Service is skeleton.
type Service struct{}
