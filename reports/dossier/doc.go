// Package dossier reads a run directory into the form that renderers need. The
// directory is its only source. It proves nothing.
//
// Open is strict. A directory that is incomplete, was edited, comes from another
// version or contradicts itself gives an error and no dossier. So no report looks
// better than its evidence. The parts of a dossier follow the way a reviewer reads:
//
//   - a Claim is one sentence about the run, with its obligations and how they were
//     discharged: one claim per edge, one per kind of fact that the edges rest on;
//   - a Layer has its points, and a Point its entry on every edge;
//   - a Problem is an obligation that is not proved, with its counterexample if it
//     has one;
//   - Times come from timings.jsonl alone; they are nil on request, since nothing else
//     in a dossier differs between runs over the same input.
//
// All text of a dossier has passed through package visible: it is one line and holds no
// control characters. Only fingerprints are computed from the raw text.
package dossier
