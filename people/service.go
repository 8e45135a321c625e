package people

// Service is skeleton.
type Service struct{}
