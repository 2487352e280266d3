package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/project"
	"github.com/hashiflex/hashiflex/equiv/mapped"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/words"
)

func initCommand() *cobra.Command {
	var network string
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a project file with comments",
		Long: `Write ` + project.File + ` into this folder, with comments and a table for each layer of
the network, all of them commented out: as it is, everything is generated. A file that
is there already is left alone. "hashiflex map --suggest" proposes the port maps.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := networks.OpenOrLoad(network)
			if err != nil {
				return err
			}
			f, err := os.OpenFile(project.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			if errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("%s: it is there already", project.File)
			}
			if err != nil {
				return machine(err)
			}
			_, err = f.WriteString(commented(network, n))
			if err := errors.Join(err, f.Close()); err != nil {
				return machine(err)
			}
			fmt.Fprintln(cmd.OutOrStdout(), project.File)
			return nil
		},
	}
	networkFlag(cmd, &network)
	return cmd
}

// commented is a project file of a network.
func commented(opened string, n *spec.Network) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# What hashiflex proves of this repository: prove, signoff, gate, report and bench read
# it, and flags go before what it says. Paths are relative to this file.
# "go doc ./cmd/hashiflex/internal/project" has all keys.

network = %q

# Of layers without files: true generates them, false leaves them out. What is left out
# is told in the first sentence of every report.
generated = true
# head = false               # leaves the programmable head out
# stream = false             # leaves the chip between the layers out

# waivers = "waivers.toml"   # who answers for what no proof covers
# baseline = "baseline"      # the run or bundle that gate compares with
# output = "runs/signoff"    # of signoff; runs/NETWORK unless said
# seed = 1
# solver = "z3"
# second_solver = "cvc5"
# front_end = "both"         # reads the Verilog of the layers: strict, yosys, or both

[limits]
# timeout = "1m"             # of a solver on one query
# deadline = "2h"            # of the whole command
# memory = 2048              # of a solver, in MiB

[hardware]                   # how what is generated is generated
# tree = "balanced"
# widths = "tight"
# subtract = "sub"
# share = "none"

# The layers of %s. One that has files of its own is proved of those:
#
#   files = ["rtl/pkg.sv", "rtl/stem*.v", "-f rtl/stem.f"]   # lists, globs, file lists
#   include = ["rtl/include"]            # folders of what the files take in
#   defines = { WIDTH = "8" }
#   parameters = { LANES = 4 }           # of the top module
#   language = "systemverilog"           # of files of any name
#   convert = "sv2v"                     # writes what the front end does not read as Verilog
#   rtl = ["rtl/stem.v"]                 # of a netlist of gates: what it was made from
#   top = "stem"                         # the module, or "stem_{channel}"
#   latency = "auto"                     # or a number of clocks, or a table by channel
#   ports = { "x*" = "pixels", "y*" = "results" }
#   tie = { enable = 1 }
#   unused = ["debug"]
#   map = "stem.ports.toml"              # in the place of top, latency, ports, …
#
# Or it says what becomes of it: generated = false leaves it out.
`, opened, n.Name)
	b.WriteString(`
# A block of the chip between the layers may be a module of your own, too: files, include,
# defines, language, top, parameters and tie as above, and
#
#   [block."stem.window"]
#   ports = { in_data = "s_pixel" }      # what top calls the ports of the block
#   datapath = "u.math"                  # where it has the layer's datapath, if it computes
`)
	for _, l := range n.Layers {
		if l.Kind() == "dense" {
			continue
		}
		layer, err := mapped.Layer(l, nil)
		if err != nil || len(layer.Units) == 0 {
			continue
		}
		bits := 0
		for _, x := range layer.Inputs {
			bits += x.Width
		}
		out := layer.Units[0].Output.Width
		fmt.Fprintf(&b, "\n# [layer.%s]   # %s: %s of %s together", tomlKey(l.Name), l.Kind(), words.Count(len(layer.Inputs), "input"), words.Count(bits, "bit"))
		fmt.Fprintf(&b, "; %s of %s\n# files = []\n", words.Count(layer.Channels, "output"), words.Count(out, "bit"))
	}
	return b.String()
}

// tomlKey is a name as a key of TOML.
func tomlKey(name string) string {
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == "" && name != "" {
		return name
	}
	return fmt.Sprintf("%q", name)
}
