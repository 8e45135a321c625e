// Package plate draws house-number plates and sheets of parcel labels: the number and street, the commune, the address code and a QR
// code that leads to the page of the code. It knows nothing of the registry; what stands on a plate is handed in.
//
// A drawing is made once, in millimetres, and written as SVG, PNG or PDF. In SVG and PNG text is drawn as outlines, as sign makers
// want it, so that a plate looks the same wherever it is opened; in PDF it is text that can be searched and copied. docs/plates.md
// tells of sizes, colours and the source of both.
package plate
