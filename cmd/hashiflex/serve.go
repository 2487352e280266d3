package main

import (
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/reports/live"
	"github.com/hashiflex/hashiflex/reports/rundir"
)

// serveFlags are where a live page is served.
type serveFlags struct {
	address string
	open    bool
}

func (f *serveFlags) flags(cmd *cobra.Command, name, address, usage string) {
	cmd.Flags().StringVar(&f.address, name, address, usage)
	cmd.Flags().BoolVar(&f.open, "serve-to-others", false, "the address may be one that other machines reach; whoever reaches it sees the run")
}

// listen begins to listen where the flag says.
func (f *serveFlags) listen(name string) (net.Listener, error) {
	if !f.open {
		if err := live.Local(f.address); err != nil {
			return nil, fmt.Errorf("--%s: %w; --serve-to-others allows others", name, err)
		}
	}
	l, err := net.Listen("tcp", f.address)
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", name, err)
	}
	return l, nil
}

// begin serves the page of a run directory, if an address was given, until the returned
// function is called.
func (f *serveFlags) begin(cmd *cobra.Command, dir string) (stop func(), err error) {
	if f.address == "" {
		if f.open {
			return nil, fmt.Errorf("--serve-to-others: --serve is missing")
		}
		return func() {}, nil
	}
	l, err := f.listen("serve")
	if err != nil {
		return nil, err
	}
	screenOf(cmd).progress.Note("live page: http://%s/", l.Addr())
	return live.Serve(l, dir, f.open), nil
}

func serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve RUN",
		Short: "Show a run on a page in the browser while it is going on",
		Long: `Serve a page that shows the layers of a run as they settle, from its directory alone.
The run may be one of another process, and the page becomes its report when it has ended.
Nothing is changed, and nobody but this machine is answered unless --serve-to-others says
otherwise. Ctrl-C ends it.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := rundir.Watch(args[0]); err != nil {
				return fmt.Errorf("%s: no run directory: %w", args[0], err)
			}
			l, err := f.listen("listen")
			if err != nil {
				return err
			}
			stop := live.Serve(l, args[0], f.open)
			defer stop()
			fmt.Fprintf(cmd.OutOrStdout(), "http://%s/\n", l.Addr())
			screenOf(cmd).progress.Close() // a server has no end to show
			<-cmd.Context().Done()
			return nil
		},
	}
	f.flags(cmd, "listen", "127.0.0.1:0", "address and port; port 0 takes a free one")
	return cmd
}
