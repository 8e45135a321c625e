// Package synth makes addresses that do not exist but could: streets laid out as lines over the real communes, numbered as
// Thông tư 08/2024/TT-BXD numbers them (odd on the left, even on the right, alleys by the number at their mouth), with the
// words of each region, buildings with flats, hamlets whose houses have no numbers. The same count and seed give the same
// addresses. They are for measuring, never for a registry that people use.
//
// Generate makes some hundred thousand that differ in everything by which people could mistake them; Country makes any number over all
// communes, as dense as people live, without keeping them in memory.
package synth
