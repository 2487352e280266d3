// Package retarget renews a signoff for another classifier. After tape-out only the
// program of the programmable head can change. So nothing that was proved of the hardened
// layers is proved again; it is cited.
//
// # Concepts
//
//	hardened     every layer that is not dense: it is cast in metal
//	classifier   the dense layers at the end: a program of the head
//	cited run    the run directory that signed the network off
//	renewed run  a run directory with the cited evidence and that of the new classifier
//
// # What is claimed, and why it holds
//
// The cited run is opened as every report opens it: each file has its hash, and the
// verdict follows from the obligations. It must be signed off, of this very network, by
// the hashes of its files, and with the Verilog of the head that this program has. The
// hardened layers of the new network are those of the old one, so the cited obligations
// are about the same hardware. What remains to be shown is about the classifier: it
// reads the features that the hardware gives, it fits the memories of the head as it was
// hardened, and no accumulator overflows. Its program is written to a file of bus
// writes. That file alone is read back, compared with the weights, and programs the
// head's Verilog in a simulator, whose logits must be golden's.
//
// A cited run may have been forged by somebody who can write to its directory, as any run
// may; package attest signs.
//
// # Entry points
//
// Cite opens the cited run, New makes the network with the new classifier, Fit lists
// what is to be shown of it, and Run does it all in a directory.
package retarget
