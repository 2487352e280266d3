// Package attest packs a run into a bundle that can be signed, and verifies a bundle
// that it is given.
//
// A bundle is a folder:
//
//	run/              the run directory
//	reports/          the reports, and signoff.json with the waivers applied
//	waivers.toml      the waivers, if there are any
//	statement.json    an in-toto statement over every other file; or
//	attestation.json  the statement in a DSSE envelope, signed with an ed25519 key
//
// The statement depends on the bundle alone. Its subjects are the files with their
// SHA-256. Its predicate is the verdict with what it rests on. Verify makes the
// statement again and compares the bytes. So it finds every file and folder that was
// changed, is missing or was added. It also finds links, pipes and devices. It ignores
// modes, owners and times. Package dossier checks that the verdict follows from the
// evidence.
//
// Without a signature, this proves only that the bundle is complete: whoever can write
// the bundle can make another one. A signature proves that the holder of the key signed
// these bytes.
package attest
