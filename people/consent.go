package people

import "time"

// Purpose is what a household consents to.
type Purpose string

// The purposes.
const (
	PurposeDeliveryContact Purpose = "delivery_contact" // name and phone go to the courier of a delivery
	PurposeAliasDelivery   Purpose = "alias_delivery"   // an alias leads a courier to the door
	PurposeShopAddress     Purpose = "shop_address"     // a shop learns the code and the address
	PurposeEmergency       Purpose = "emergency"        // rescuers learn whom to call
	PurposeStatistics      Purpose = "statistics"       // counts in which nobody can be told
)

// ConsentChange is one time that a household gave or withdrew a consent.
type ConsentChange struct {
	Purpose     Purpose
	Granted     bool
	TextVersion int // of the text that the household read; 0 when withdrawn
	At          time.Time
	By          string // Actor.Name
}
