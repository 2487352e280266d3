package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/spec/networks"
)

const defaultNetwork = "mobilenet_v2_1.0_224"

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "hashiflex",
		Short: "Prove that hardware computes its power-of-two network bit for bit",
		Long: `hashiflex proves that the hardware of a power-of-two network computes the
reference model bit for bit, or shows the weight, wire and source line where it
does not.

Exit codes: 0 proved, 1 refuted, 2 not proved, 3 bad input, 4 a tool or the
machine failed; when several apply, 1 goes before 4 before 3 before 2.`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddCommand(doctorCommand(), importCommand(), runCommand(), evalCommand(), sweepCommand(), initCommand(), mapCommand(), generateCommand(), planCommand(), fuzzCommand(), proveCommand(), signoffCommand(), reportCommand(), gateCommand(), attestCommand(), verifyCommand(), schemaCommand(), explainCommand(), replayCommand(), benchCommand())
	return root
}

// version is what this program calls itself, from the build's own records.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" {
		v = "(devel)"
	}
	return v + " " + runtime.Version()
}

// networkFlag adds --network to a command.
func networkFlag(cmd *cobra.Command, value *string) {
	cmd.Flags().StringVar(value, "network", defaultNetwork, "embedded name ("+strings.Join(networks.Names(), ", ")+") or a directory")
	must(cmd.RegisterFlagCompletionFunc("network", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return networks.Names(), cobra.ShellCompDirectiveDefault
	}))
}

// must guards calls that fail only when a flag's name is misspelt above.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// emptyDir makes sure that dir is there and empty, so that nothing old mixes
// with what a command writes.
func emptyDir(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case os.IsNotExist(err):
		return machine(os.MkdirAll(dir, 0o755))
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%s: the directory is not empty (%q)", dir, entries[0].Name())
	}
	return nil
}
