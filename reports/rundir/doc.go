// Package rundir writes and reads run directories: what a reviewer or a
// debugger needs to know about one run.
//
//	run.json           whose directory this is: network and options
//	obligations.jsonl  every obligation with its verdict, in a fixed order
//	signoff.json       the signoff, see package reports
//	chunks/            compressed Verilog that was read, netlists read back from it
//	queries/           solver inputs, named by their SHA-256, where kept
//	logs/              what the tools printed
//	witnesses/         counterexamples
//	reports/           renderings of the signoff
//	cache.jsonl        records of what a later run need not prove again
//	timings.jsonl      times and memory, the only thing that differs from run to run
//	timings.sha256     the hash of timings.jsonl
//	SHA256SUMS         the hashes of everything else; sha256sum -c checks them
//
// SHA256SUMS is written last and removed first: a directory without it belongs
// to a run that goes on or was killed. Such a run is resumed by starting it
// again in the same directory; what it had discharged is in cache.journal.
//
// A Key is a hash of everything that a record depends on. It covers the running
// executable and the hashes of the tools' files besides the content that the caller
// gives, so that no record outlives the program or the tool that made it. Only what is proved is
// kept. Each line of the cache carries a hash of itself: a
// line that was torn by a kill or edited is ignored and counted. This finds
// accidents, not forgers; who has to exclude those starts in an empty directory.
//
// Files are written under temporary names and renamed. Open holds a lock until
// Close, so that two runs never share a directory.
//
// Start at Open, and at Read for a finished run.
package rundir
