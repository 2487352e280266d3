// Package html renders a dossier as one self-contained file for a reviewer. The file
// loads nothing and runs no script. It works from a disk, on paper and on a phone.
//
// The page has these parts, in this order: the verdict, what it rests on and what is
// not covered (the first screen); the chain and the map of the network (a layer is a
// cell with its blocks of the chip and a link to its compare points); the chip between
// the layers; the claims with their obligations and confirmations; the assumptions; the
// problems, with cone and waveform of each counterexample; the head; the comparison
// with the paper; and the origin of all data.
//
// Foldable parts are <details>, which work with a keyboard and without a script. A
// verdict is a sign and a word, never only a colour. html/template does all escaping.
// Charts, cones (cone.go) and waveforms (wave.go) are drawn from numbers and escaped
// text; none is copied from a file.
package html
