package addresscode

// GF(27) = GF(3)[x]/(x³+2x+1). The value v = a0 + 3·a1 + 9·a2 stands for a0 + a1·x + a2·x²;
// α = x, which is the value 3, generates the 26 elements other than 0.

// fieldOrder is the number of elements, and the size of the alphabet.
const fieldOrder = 27

func add(a, b uint8) uint8 { return addTable[(uint(a)<<5|uint(b))&1023] }

// logOf is the k with α^k = a, and zeroLog for 0.
func logOf(a uint8) uint { return uint(logTable[a&31]) }

// alphaTo is α^k for k < zeroLog, and 0 for zeroLog ≤ k < 128.
func alphaTo(k uint) uint8 { return expTable[k&127] }

func mul(a, b uint8) uint8 { return alphaTo(logOf(a) + logOf(b)) }

// neg is −a = 2·a, because 3 is 0 in this field.
func neg(a uint8) uint8 { return mul(2, a) }

func sub(a, b uint8) uint8 { return add(a, neg(b)) }

// div is a/b; b must not be 0.
func div(a, b uint8) uint8 { return alphaTo(logOf(a) + fieldOrder - 1 - logOf(b)) }
