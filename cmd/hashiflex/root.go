package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/words"
)

const defaultNetwork = "mobilenet_v2_1.0_224"

func rootCommand() *cobra.Command {
	var said, asJSON bool
	var shown screenFlags
	root := &cobra.Command{
		Use:   "hashiflex",
		Short: "Prove that hardware computes its power-of-two network bit for bit",
		Long: `hashiflex proves that the hardware of a power-of-two network computes the
reference model bit for bit, or shows the weight, wire and source line where it
does not.

Exit codes: 0 proved, 1 refuted, 2 not proved, 3 bad input, 4 a tool or the
machine failed; when several apply, 1 goes before 4 before 3 before 2.`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              known,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return shown.begin(cmd) },
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case said && asJSON:
				return machine(writeJSON(cmd.OutOrStdout(), versions()))
			case said:
				return machine(versions().write(cmd.OutOrStdout()))
			case asJSON:
				return errors.New("--json: say of what; --version is one thing that it is for")
			}
			return cmd.Help()
		},
	}
	root.Flags().BoolVar(&said, "version", false, "print the version, the commit and the tools found")
	jsonFlag(root, &asJSON)
	root.AddCommand(doctorCommand(), importCommand(), runCommand(), evalCommand(), sweepCommand(), initCommand(), mapCommand(), listCommand(), generateCommand(), planCommand(), fuzzCommand(), proveCommand(), signoffCommand(), mergeCommand(), retargetCommand(), reportCommand(), serveCommand(), gateCommand(), attestCommand(), verifyCommand(), certificateCommand(), selftestCommand(), mutateCommand(), schemaCommand(), explainCommand(), replayCommand(), benchCommand())
	shown.flags(root)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(foldedHelp(root.HelpFunc()))
	root.SetHelpCommand(helpCommand())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.Args, c.RunE = known, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	exemplify(root)
	for _, path := range networkCommands {
		cmd, _, err := root.Find(strings.Fields(path))
		must(err)
		takesNetwork(cmd)
	}
	showUsage(root)
	complete(root)
	return root
}

// networkCommands take the network as their argument.
var networkCommands = []string{"bench", "eval", "generate", "init", "list", "map", "mutate", "plan", "prove", "prove stream", "retarget", "signoff"}

// known is the error for a command that there is not.
func known(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("unknown command %q%s (%s --help lists them)", args[0], words.DidYouMean(args[0], subcommands(cmd)), cmd.CommandPath())
}

// helpCommand is --help in other words.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Say what a command is for, with examples",
		RunE: func(cmd *cobra.Command, args []string) error {
			at, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 {
				err = known(at, rest)
			}
			if err != nil {
				return err
			}
			return at.Help()
		},
	}
}

// foldedHelp is help whose lines fit a terminal.
func foldedHelp(help func(*cobra.Command, []string)) func(*cobra.Command, []string) {
	return func(cmd *cobra.Command, args []string) {
		out := cmd.OutOrStdout()
		if !isTerminal(out) {
			help(cmd, args)
			return
		}
		width := columns(out, reports.TableWidth)
		cmd.Long = refill(cmd.Long, min(width, reports.TableWidth))
		p := &page{w: out, s: newScreen(), wrap: width}
		cmd.Root().SetOut(p)
		help(cmd, args)
		must(p.flush())
		cmd.Root().SetOut(out)
	}
}

// refill breaks the lines of paragraphs anew. A paragraph with an indented line stays.
func refill(text string, width int) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		if strings.HasPrefix(p, " ") || strings.Contains(p, "\n ") {
			continue
		}
		paragraphs[i] = fold(strings.Join(strings.Fields(p), " "), width)
	}
	return strings.Join(paragraphs, "\n\n")
}

// subcommands are the names of the commands below a command.
func subcommands(cmd *cobra.Command) (names []string) {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagError proposes a flag for one that there is not.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return err
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return fmt.Errorf("%w%s", err, words.DidYouMean("--"+unknown.GetSpecifiedName(), names))
}

// networkFlag adds --network to a command.
func networkFlag(cmd *cobra.Command, value *string) {
	cmd.Flags().StringVar(value, "network", defaultNetwork, "embedded name ("+strings.Join(networks.Names(), ", ")+"), matrix:ROWSxCOLUMNS, or a directory")
}

// showUsage lets errors about a command's arguments say which it takes.
func showUsage(cmd *cobra.Command) {
	if check := cmd.Args; check != nil && !cmd.HasSubCommands() {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return fmt.Errorf("%w; usage: %s", err, cmd.UseLine())
			}
			return nil
		}
	}
	for _, c := range cmd.Commands() {
		showUsage(c)
	}
}

// takesNetwork lets a command, which has --network, take the network as its argument, too.
func takesNetwork(cmd *cobra.Command) {
	name, rest, _ := strings.Cut(cmd.Use, " ")
	cmd.Use = strings.TrimRight(name+" [NETWORK] "+rest, " ")
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		switch flag := cmd.Flags().Lookup("network"); {
		case len(args) == 0:
			return nil
		case len(args) > 1:
			return fmt.Errorf("%s takes one network, and not %s: %s", cmd.CommandPath(), words.Count(len(args), "word"), strings.Join(args, " "))
		case flag.Changed:
			return fmt.Errorf("%s %s: --network %s names a network too", cmd.Name(), args[0], flag.Value)
		}
		if words.DidYouMean(args[0], subcommands(cmd)) != "" && !networks.BuiltIn(args[0]) {
			if _, err := os.Stat(args[0]); err != nil {
				return known(cmd, args)
			}
		}
		return cmd.Flags().Set("network", args[0])
	}
}

// noneOf is the error for a word that is none of those there are.
func noneOf(word string, all ...string) error {
	return fmt.Errorf("%q: want %s%s", word, strings.Join(all, ", "), words.DidYouMean(word, all))
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
