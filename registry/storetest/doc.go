// Package storetest is the one suite that every registry.Store must pass, whatever keeps its rows:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) registry.Store { … })
//	}
//
// It tests what a store promises: nothing is changed on its way in and out, a state is seen whole or not at all,
// uniqueness holds under concurrency, history is complete. The rules of the registry are tested with registry.Service;
// durability, files and errors of a driver are each store's own matter.
package storetest
