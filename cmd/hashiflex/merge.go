package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/reports/rundir"
)

func mergeCommand() *cobra.Command {
	var out, network, solver, second string
	var jobs int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "merge DIR...",
		Short: "Make one run of the shards that several machines have proved",
		Long: `Make the run directory that "prove" or "signoff" would have made without --shard, byte
for byte, from the directories of all shards. A DIR is that of a shard, or a folder of
them. The options come from the shards. Files that they name, such as a network's folder
or Verilog, are looked for where merge is called; --network names another place.

Every shard must be there once, whole, of this network, under the same options, by this
very program and by tools of the same files; anything else is bad input that is named.
A proof of a shard is believed as one of an earlier run in the same directory is: if its
record has its hash and all of its files have theirs. What a shard has not proved is
proved again here, with its witnesses. What joins the layers is always proved here.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dirs, err := shardDirs(args, out)
			if err != nil {
				return err
			}
			first, err := rundir.ReadShard(dirs[0])
			if err != nil {
				return err
			}
			sub, err := commandOf(cmd, first)
			if err != nil {
				return err
			}
			set := func(flag, value string) {
				if value != "" {
					err = errors.Join(err, sub.Flags().Set(flag, value))
				}
			}
			for _, flag := range []string{"solver", "second-solver"} {
				// A file that somebody else wrote must not say which program is started.
				if f := sub.Flag(flag); f.Changed && !cmd.Flag(flag).Changed && !slices.ContainsFunc(smt.Table, func(r smt.Row) bool { return r.Name == f.Value.String() }) {
					err = errors.Join(err, fmt.Errorf("%s: the shard was proved with --%s %q: to start that program here, give merge the flag too", first.Dir, flag, f.Value))
				}
			}
			set("solver", solver)
			set("second-solver", second)
			set("network", network)
			set("output", out)
			for _, dir := range dirs {
				set(mergeFlag, dir)
			}
			if cmd.Flag("jobs").Changed {
				set("jobs", cmd.Flag("jobs").Value.String())
			}
			if asJSON {
				set("json", "true")
			}
			if err != nil {
				return err
			}
			sub.SetContext(cmd.Context())
			return sub.RunE(sub, sub.Flags().Args())
		},
	}
	f := cmd.Flags()
	f.StringVarP(&out, "output", "o", "", "run directory for the evidence (default of a signoff runs/NETWORK)")
	f.StringVar(&network, "network", "", "where the network is here, if it is a folder that has moved")
	f.StringVar(&solver, "solver", "", "as for the shards, if they had one that is given by its path")
	f.StringVar(&second, "second-solver", "", "as for the shards, if they had one that is given by its path")
	f.IntVar(&jobs, "jobs", 0, "workers, each with solver processes of its own (default one for each CPU)")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// commandOf is prove or signoff with the flags of a shard. A file that somebody else wrote
// must not say where this run writes, what it starts, or that it only prints its help: no
// shard has one of these flags.
func commandOf(cmd *cobra.Command, s *rundir.Shard) (*cobra.Command, error) {
	if len(s.Command) > 0 {
		for _, sub := range cmd.Root().Commands() {
			if sub.Name() != s.Command[0] || sub.Flag(mergeFlag) == nil {
				continue
			}
			// Of an error for --help, the root would print the help and exit with 0.
			if err := sub.ParseFlags(s.Command[1:]); err != nil {
				return nil, fmt.Errorf("%s: its command %q: %v", s.Dir, s.Command, err)
			}
			foreign := len(sub.Flags().Args()) > 0
			sub.Flags().Visit(func(f *pflag.Flag) {
				foreign = foreign || f.Name != "network" && slices.Contains(immaterial, f.Name)
			})
			if foreign {
				return nil, fmt.Errorf("%s: its command %q is none of a shard", s.Dir, s.Command)
			}
			return sub, nil
		}
	}
	return nil, fmt.Errorf("%s: its command %q is none of a shard", s.Dir, s.Command)
}

// shardDirs are the directories of shards: those that are named, and those in folders that
// are named, sorted. The merged run itself, out, may lie in such a folder.
func shardDirs(args []string, out string) (all []string, err error) {
	var errs []error
	merged, _ := os.Stat(out)
	for _, arg := range args {
		if rundir.Is(arg) {
			all = append(all, arg)
			continue
		}
		entries, err := os.ReadDir(arg)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		before := len(all)
		for _, e := range entries {
			dir := filepath.Join(arg, e.Name())
			if here, err := os.Stat(dir); merged != nil && err == nil && os.SameFile(here, merged) {
				continue
			}
			if rundir.Is(dir) {
				all = append(all, dir)
			}
		}
		if len(all) == before {
			errs = append(errs, fmt.Errorf("%s: no shard, and no folder of some", arg))
		}
	}
	return all, errors.Join(errs...)
}
