// Package attest makes a bundle of a run that somebody can vouch for, and verifies
// one that was handed over.
//
// A bundle is a folder:
//
//	run/              the run directory
//	reports/          renderings, and signoff.json with the waivers applied
//	waivers.toml      where there are waivers
//	statement.json    an in-toto statement over every other file; or
//	attestation.json  the statement in a DSSE envelope, signed with an ed25519 key
//
// The statement is drawn from the bundle alone: its subjects are the files with
// their SHA-256, its predicate is the verdict with what it rests on. Verify draws it
// up again and wants the same bytes. A file that was changed, is missing or was added
// is found by that; so is a folder, and whatever is neither, such as a link, a pipe or
// a device. Modes, owners and times are not covered. A verdict that does not follow
// from the evidence is found by package dossier.
//
// Without a signature that proves only that the bundle is whole: whoever can write
// the bundle can make another one. With a signature, the holder of the key has seen
// these bytes.
package attest
