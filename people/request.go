package people

import (
	"time"

	"github.com/diachiso/diachiso/addresscode"
)

// RequestKind is a right of the data subject.
type RequestKind string

// The rights, as Law 91/2025/QH15 and Decree 356/2025 name them.
const (
	RequestView     RequestKind = "view"
	RequestCorrect  RequestKind = "correct"
	RequestProvide  RequestKind = "provide"
	RequestRestrict RequestKind = "restrict"
	RequestObject   RequestKind = "object"
	RequestWithdraw RequestKind = "withdraw"
	RequestDelete   RequestKind = "delete"
)

// RequestStatus is how far a request is.
type RequestStatus string

// The states. Fulfilled and refused are final.
const (
	RequestOpen      RequestStatus = "open"
	RequestExtended  RequestStatus = "extended"
	RequestFulfilled RequestStatus = "fulfilled"
	RequestRefused   RequestStatus = "refused"
)

// Request is what a household asks for under the law, with its deadlines.
type Request struct {
	ID            string
	Household     string
	Code          addresscode.Code
	Kind          RequestKind
	Status        RequestStatus
	SealedNote    []byte // encrypted with the key of the household; nil for none
	SealedAnswer  []byte
	ReceivedAt    time.Time
	AcknowledgeBy time.Time
	DueAt         time.Time
	AnsweredAt    time.Time // zero while it is not closed
}
