package main

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/project"
	"github.com/hashiflex/hashiflex/equiv/witness"
	"github.com/hashiflex/hashiflex/fuzz/head/seqwitness"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

func replayCommand() *cobra.Command {
	var network, verilog string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "replay WITNESS",
		Short: "Run a witness again: exit 1 while it fails, 0 once it is fixed",
		Long: `Run the inputs of a witness on the reference model, on the netlist that Yosys
reads from the Verilog, and on the Verilog itself in Icarus. WITNESS is a folder of
a run's witnesses, or the witness.json in one.

The Verilog is the witness's own, or the mended one that --verilog names. The
network is the one of the run; another one has another hash and is refused, and so
is a witness whose files were changed. A failure of the programmable head is run in
Verilator against its reference.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if seqwitness.Is(args[0]) {
				return replayHead(cmd, args[0], verilog, asJSON)
			}
			w, design, err := witness.Load(args[0])
			if err != nil {
				return err
			}
			if network == "" {
				network = w.Network.Open
			}
			net, inputs, err := openHashed(network)
			if err != nil {
				return err
			}
			if err := sameNetwork(args[0], w, network, inputs); err != nil {
				return err
			}
			if verilog != "" {
				mended, err := project.ReadText(verilog)
				if err != nil {
					return err
				}
				design.Files = mend(design.Files, verilog, mended)
			}
			out, err := witness.Replay(cmd.Context(), args[0], w, net, design, verilog != "", toolLimits, toolLimits)
			if err != nil {
				return replayError(err, verilog != "")
			}
			state := "it still fails"
			if out.Agree() {
				state = "it is fixed"
			}
			if asJSON {
				if err := writeJSON(cmd.OutOrStdout(), &replayOutput{Obligation: w.Obligation, Fixed: out.Agree(), Values: &replayValues{out.Gold, out.Netlist, out.Simulated}}); err != nil {
					return machine(err)
				}
			} else if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: model %d, netlist %d, Icarus %d: %s\n",
				printable(string(w.Obligation)), out.Gold, out.Netlist, out.Simulated, state); err != nil {
				return machine(err)
			}
			if out.Agree() {
				return nil
			}
			return &verdictError{reports.NetworkRefuted}
		},
	}
	cmd.Flags().StringVar(&network, "network", "", "embedded name or directory; default: as the run had it")
	jsonFlag(cmd, &asJSON)
	cmd.Flags().StringVar(&verilog, "verilog", "", "mended Verilog, in place of the witness's file of that name, or else of all")
	return cmd
}

// replayOutput is what replay writes as JSON.
type replayOutput struct {
	Obligation verdict.ID    `json:"obligation"` // empty: a head's failure outside of a run
	Fixed      bool          `json:"fixed"`
	Why        string        `json:"why,omitempty"`    // of a head that still fails
	Values     *replayValues `json:"values,omitempty"` // of a compare point
}

// replayValues are the output on each reading.
type replayValues struct {
	Model   int64 `json:"model"`
	Netlist int64 `json:"netlist"`
	Icarus  int64 `json:"icarus"`
}

// mend returns a design with a changed file, which replaces the file of the same name,
// or else all files.
func mend(files []rtl.Source, name string, text []byte) []rtl.Source {
	same := func(whole bool) int {
		return slices.IndexFunc(files, func(f rtl.Source) bool {
			return f.Name == filepath.ToSlash(filepath.Clean(name)) || !whole && path.Base(f.Name) == filepath.Base(name)
		})
	}
	i := same(true)
	if i < 0 {
		i = same(false)
	}
	if i < 0 {
		return []rtl.Source{{Name: name, Text: text}}
	}
	files = slices.Clone(files)
	files[i].Text = text
	return files
}

// sameNetwork compares the hashes of a network's files with the witness's.
func sameNetwork(file string, w *witness.Witness, name string, inputs []reports.Input) error {
	var errs []error
	for _, in := range inputs {
		field, want := "network.topology_sha256", w.Network.Topology
		if in.Name == spec.WeightsFile {
			field, want = "network.weights_sha256", w.Network.Weights
		}
		if in.SHA256 != want {
			errs = append(errs, &witness.FieldError{File: file, Field: field,
				What: fmt.Sprintf("%s of network %s has the hash %s, the witness is of %s", in.Name, name, in.SHA256, want)})
		}
	}
	return errors.Join(errs...)
}

// replayError classifies an error: changed Verilog that cannot be read is bad input;
// any failure on unchanged files is a fault of this program.
func replayError(err error, mended bool) error {
	var field *witness.FieldError
	var source *rtl.SourceError
	if errors.As(err, &field) || mended && errors.As(err, &source) {
		return err
	}
	return machine(err)
}
