package tool

import "regexp"

// Tool describes one external program.
type Tool struct {
	Name     string // the program's file name on PATH
	Package  string // the Debian package that brings it
	Min      string // oldest version that suffices, as "0.23"
	Required bool   // without it a signoff is impossible
	Use      string // what the suite does with it
	Lost     string // what is lost without it

	versionArgs []string
	version     *regexp.Regexp                // first group: the version in the tool's own words
	parts       func(Found) ([]string, error) // files besides the program that its answers come from; nil: none
}

// The programs that the suite drives. Min is the version of Debian 12 where
// the suite depends on the version's behaviour, and older where it does not.
var (
	Yosys = Tool{
		Name: "yosys", Package: "yosys", Min: "0.23", Required: true,
		Use:         "reads Verilog back",
		Lost:        "golden = RTL cannot be proved",
		versionArgs: []string{"-V"}, version: regexp.MustCompile(`(?m)^Yosys (\d+(?:\.\d+)+)`),
		parts: yosysParts,
	}
	Z3 = Tool{
		Name: "z3", Package: "z3", Min: "4.8.12", Required: true,
		Use:         "confirms every compare point",
		Lost:        "no point is confirmed, nothing can be signed off",
		versionArgs: []string{"--version"}, version: regexp.MustCompile(`(?m)^Z3 version (\d+(?:\.\d+)+)`),
	}
	CVC5 = Tool{
		Name: "cvc5", Package: "cvc5", Min: "1.0.3", Required: true,
		Use:         "checks the lifter, second solver",
		Lost:        "the lifter is not checked apart, nothing can be signed off",
		versionArgs: []string{"--version"}, version: regexp.MustCompile(`(?m)^This is cvc5 version (\d+(?:\.\d+)+)`),
	}
	Boolector = Tool{
		Name: "boolector", Package: "boolector", Min: "1.5.118", Required: true,
		Use:         "third solver, of bit-vectors",
		Lost:        "what two solvers leave open stays one solver's word, nothing can be signed off",
		versionArgs: []string{"--version"}, version: regexp.MustCompile(`^(\d+(?:\.\d+)+)\s*$`),
	}
	Icarus = Tool{
		Name: "iverilog", Package: "iverilog", Min: "11.0", Required: true,
		Use:         "compiles Verilog for vectors and witnesses",
		Lost:        "no witness can be replayed, no vectors run on the Verilog",
		versionArgs: []string{"-V"}, version: regexp.MustCompile(`(?m)^Icarus Verilog version (\d+(?:\.\d+)+)`),
		parts: icarusParts,
	}
	VVP = Tool{
		Name: "vvp", Package: "iverilog", Min: "11.0", Required: true,
		Use:         "runs what iverilog compiled",
		Lost:        "no witness can be replayed, no vectors run on the Verilog",
		versionArgs: []string{"-V"}, version: regexp.MustCompile(`(?m)^Icarus Verilog runtime version (\d+(?:\.\d+)+)`),
	}
	Verilator = Tool{
		Name: "verilator", Package: "verilator", Min: "5.006", Required: true,
		Use:         "simulates the programmable head, lints",
		Lost:        "the head is not fuzzed, nothing with a head can be signed off",
		versionArgs: []string{"--version"}, version: regexp.MustCompile(`(?m)^Verilator (\d+(?:\.\d+)+)`),
		parts: verilatorParts,
	}
	CXX = Tool{
		Name: "g++", Package: "g++", Min: "9", Required: true,
		Use:         "compiles Verilator's models",
		Lost:        "the head is not fuzzed, nothing with a head can be signed off",
		versionArgs: []string{"-dumpfullversion"}, version: regexp.MustCompile(`^(\d+(?:\.\d+)*)\s*$`),
		parts: cxxParts,
	}
	Make = Tool{
		Name: "make", Package: "make", Min: "4.0",
		Use:         "builds Verilator's models",
		Lost:        "no fast simulation",
		versionArgs: []string{"--version"}, version: regexp.MustCompile(`(?m)^GNU Make (\d+(?:\.\d+)*)`),
	}
	ABC = Tool{
		Name: "berkeley-abc", Package: "berkeley-abc", Min: "1.01",
		Use:         "a rival in the benchmark",
		Lost:        "the benchmark has one rival less",
		versionArgs: []string{"-q", "version"}, version: regexp.MustCompile(`(?m)^UC Berkeley, ABC (\d+(?:\.\d+)*)`),
	}
	// Coq is no tool of a command: make proved compiles the proofs with it.
	Coq = Tool{
		Name: "coqc", Package: "coq", Min: "8.16",
		Use:         "compiles the proof of the certificates' rules",
		Lost:        "certificates are checked by rules that are proved in words alone",
		versionArgs: []string{"--version"}, version: regexp.MustCompile(`^The Coq Proof Assistant, version (\d+(?:\.\d+)+)`),
	}
)

// All lists every tool that a command uses, the required ones first.
func All() []Tool {
	return []Tool{Yosys, Z3, CVC5, Boolector, Icarus, VVP, Verilator, CXX, Make, ABC}
}
