// Package rundir writes and reads run directories. A run directory holds what a
// reviewer or debugger needs to know about one run.
//
//	run.json           identity of the run: network and options
//	obligations.jsonl  every obligation with its verdict, in a fixed order
//	signoff.json       the signoff, see package reports
//	chunks/            compressed Verilog that was read, netlists read back from it
//	certificates/      what an independent checker needs, by layer
//	queries/           solver inputs, named by their SHA-256, where kept
//	logs/              what the tools printed
//	witnesses/         counterexamples
//	reports/           the signoff in other formats
//	network/           what the network was imported from, and one that the run made
//	head/              a program of the programmable head that the run made
//	cache.jsonl        proofs that a later run can reuse
//	timings.jsonl      times and memory; nothing else differs from run to run
//	timings.sha256     the hash of timings.jsonl
//	SHA256SUMS         the hashes of everything else; sha256sum -c checks them
//	progress.jsonl     how far a run is that is going on; see Watch
//
// A run writes SHA256SUMS last and removes it first. A directory without it belongs to
// a run that is still going on or was killed. To resume a killed run, start it again in
// the same directory: cache.journal holds what it has discharged.
//
// A Key is a hash of everything that a record depends on: the content that the caller
// gives, the running executable, and the tools' files. So a new program or tool never
// uses an old record. The cache keeps only what is proved. Each line of the cache
// carries its own hash. A line that is incomplete or was edited is ignored and counted.
// This finds accidents, not forgery. To exclude forgery, start in an empty directory.
//
// A run may be divided among several machines. The directory of a shard has shard.json, its
// Manifest, instead of obligations and a signoff. ReadShard opens it, and a run with
// Config.Shards takes its records and files over as those of an earlier run in its own
// directory.
//
// Files are written under temporary names and then renamed. A lock, held from Open to
// Close, keeps two runs from sharing a directory.
//
// Start at Open to make a run, and at Read for a finished run.
package rundir
