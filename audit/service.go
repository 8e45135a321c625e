package audit

// Service is skeleton.
type Service struct{}
