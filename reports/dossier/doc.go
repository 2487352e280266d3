// Package dossier gathers what a run directory says about one run into the shape
// that renderers want. Everything in it comes from the directory; nothing is
// proven, counted anew or taken from anywhere else.
//
// Open is strict: a directory that is incomplete, was edited, comes from another
// version or contradicts itself gives an error and no dossier, so that a report
// cannot be greener than its evidence. What it finds is grouped as a reviewer reads:
//
//   - a Claim is what the run says in one sentence, with the obligations that it
//     stands for and how they were discharged: one claim per edge, one per kind
//     of fact that the edges rest on;
//   - a Layer has its points, and a Point its entry on every edge;
//   - a Problem is an obligation that is not proved, with its counterexample if it
//     has one;
//   - Times come from timings.jsonl alone and are nil when they were not asked
//     for: nothing else in a dossier differs between runs over the same input.
//
// All text of a dossier has passed package visible: it is one line and holds no
// control characters. Only the fingerprints are taken from the raw text.
package dossier
