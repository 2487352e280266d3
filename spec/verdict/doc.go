// Package verdict is the vocabulary in which every engine and every report states the
// result of a claim. It decides nothing itself. Of the product's packages it imports only
// crash.
//
// A run claims many things. Each claim is an obligation, and each obligation is of
// one Kind: a compare point of the chain, a rule of the lifter, an interface
// between two layers. The table in kind.go says for every kind what it claims,
// whether it stands for a sample only, and which other kinds it may rest on. These
// relations have no cycle, so no proof depends on itself.
//
// An obligation has one Verdict. Proved comes with a Basis: what the proof relies on.
// Refuted comes with a witness. Unknown, Vacuous and Failed come with a Reason. A Reason
// is one of a few fixed texts, so that reports can count them. A sentence that explains
// it is in a field called Detail.
//
// A compare point lies on an Edge, which is one link of the chain from the model to
// the hardware. Every obligation has an ID, which is the same in every run. This
// package has the only printer of IDs and the only parser.
package verdict
