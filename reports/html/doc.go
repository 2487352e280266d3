// Package html renders a dossier as one self-contained file for a reviewer: it
// loads nothing, runs no script, and works from a disk, on paper and on a phone.
//
// The page answers in this order: what the verdict is, what it rests on, and what
// is not covered (the first screen); where in the chain and where in the network
// (each layer is a cell of the map, with its blocks of the chip, and leads to its compare
// points); what is known of the chip between the layers; which claim
// stands for which obligations and who agrees; what is taken for granted; what
// differs, with the cone and the waveform of the counterexample; what is known of the
// head; how the figures compare with the paper's; and where all of it came from.
//
// What folds is <details>, which a keyboard opens without a script. A verdict is a
// sign and a word and never a colour alone. All escaping is html/template's; charts,
// cones (cone.go) and waveforms (wave.go) are drawn from numbers and escaped text, and
// none is copied from a file.
package html
