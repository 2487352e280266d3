// Package html renders a dossier as one self-contained file for a reviewer. The file
// loads nothing. It works from a disk, on paper and on a phone. Its one script, script.js,
// sorts and filters the layers and unfolds what a link goes to; without it, all is there.
// The page's policy names that script by its hash, so that no other runs.
//
// The page has these parts, in this order: the verdict, what it rests on and what is
// not covered (the first screen); the chain and the map of the network (topology.go: each
// layer with its blocks of the chip and a link to its compare points, and lines for what it
// reads); earlier runs beside this one; the chip between the layers; the claims with their obligations and confirmations; the assumptions; the
// problems, with cone and waveform of each counterexample; the head; the comparison
// with the paper; and the origin of all data.
//
// Foldable parts are <details>, which work with a keyboard and without a script. A
// verdict is a sign and a word, never only a colour. html/template does all escaping.
// Each layer shows one of its modules as a tree of nodes that open what they read.
// Charts, cones (cone.go) and waveforms (wave.go) are drawn from numbers and escaped
// text; none is copied from a file.
package html
