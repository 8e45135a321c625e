// Command eval measures how well the engine understands address text, and how fast. It fills a registry with addresses,
// derives queries from them by named classes of noise, asks, and prints how many answers are right:
//
//	go run ./internal/eval                    quality on 200,000 addresses, as a Markdown table
//	go run ./internal/eval -check             the same; exit status 1 when a class is below its target
//	go run ./internal/eval -failures out.tsv  the same, with the wrong answers in a file
//	go run ./internal/eval -speed -n 1000000  speed, memory and disk instead
//
// The addresses are synthetic ones (package synth) and, where the source data lies beside the checkout, real ones from
// OpenStreetMap; the public offices with old-style addresses are asked for their wards only. Two runs with the same data
// print the same figures of quality. It is a measuring tool: no figure stops it unless -check is given. The small run in
// the tests is what guards against falling back.
package main
