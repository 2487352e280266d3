package main

import (
	"bufio"
	"context"
	"encoding"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/words"
)

// maxFileAdders bounds a Verilog file, so that one Yosys process can read it in
// a few hundred megabytes. A module is never split.
const maxFileAdders = 20_000

// knobs are the generator's options as flags.
type knobs struct{ tree, widths, subtract, share string }

func (k *knobs) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&k.tree, "tree", shiftadd.Balanced.String(), choice("shape of the adder trees", shiftadd.Balanced, shiftadd.Linear, shiftadd.CarrySave))
	f.StringVar(&k.widths, "widths", shiftadd.Tight.String(), choice("widths of the adders", shiftadd.Tight, shiftadd.Uniform))
	f.StringVar(&k.subtract, "subtract", shiftadd.Sub.String(), choice("what a negative weight becomes", shiftadd.Sub, shiftadd.InvertCarry))
	f.StringVar(&k.share, "share", shiftadd.None.String(), choice("what channels compute once", shiftadd.None, shiftadd.Pairs))
}

// choice is the help text of a knob.
func choice[T fmt.Stringer](what string, values ...T) string {
	var names []string
	for _, v := range values {
		names = append(names, v.String())
	}
	return what + ": " + strings.Join(names, ", ")
}

func (k *knobs) options() (o shiftadd.Options, err error) {
	var errs []error
	for _, p := range []struct {
		flag, text string
		value      encoding.TextUnmarshaler
	}{{"--tree", k.tree, &o.Tree}, {"--widths", k.widths, &o.Widths}, {"--subtract", k.subtract, &o.Subtract}, {"--share", k.share, &o.Share}} {
		if err := p.value.UnmarshalText([]byte(p.text)); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", p.flag, err))
		}
	}
	return o, errors.Join(errs...)
}

func generateCommand() *cobra.Command {
	var (
		network, layer, out string
		channel, jobs       int
		k                   knobs
		whole, justHead     bool
		pictures            []string
		chip                streamKnobs
	)
	cmd := &cobra.Command{
		Use:   "generate -o DIR",
		Short: "Write the network's hardware as Verilog",
		Long: `Write the adder trees of the network as Verilog: one module per output channel,
named by layer and channel, in files of at most 20,000 adders in an empty
directory. Dense layers are the programmable head's data and have no trees.

With --stream, write the whole chip: frames in as an AXI4-Stream, a pixel a beat, the
layers, and the programmable head behind them; with a list of the files, a map of the
modules, test benches that send pictures, and a README of the interface.

With --head, write the programmable head alone, with the sizes that the network's dense
layers need on --lanes multipliers: the Verilog, the register map as a table and as a C
header, a driver in C that writes the network's program, and a test bench.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var errs []error
			if out == "" {
				errs = append(errs, errors.New("generate: -o names the directory to write, and is missing"))
			}
			if jobs < 1 {
				errs = append(errs, fmt.Errorf("--jobs %d: want 1 or more", jobs))
			}
			opt, err := k.options()
			errs = append(errs, err)
			n, err := networks.OpenOrLoad(network)
			if err != nil {
				return errors.Join(append(errs, err)...)
			}
			if justHead {
				for _, name := range append([]string{"stream", "layer", "channel", "jobs", "picture", "tree", "widths", "subtract", "share"}, streamKnobNames[1:]...) { // all but the lanes
					if cmd.Flags().Changed(name) {
						errs = append(errs, fmt.Errorf("--%s: --head writes the programmable head alone", name))
					}
				}
				if err := errors.Join(errs...); err != nil {
					return err
				}
				files, err := generateHead(n, chip.lanes, out)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", words.Count(files, "file"))
				return machine(err)
			}
			if whole {
				for _, name := range []string{"layer", "channel", "jobs"} {
					if cmd.Flags().Changed(name) {
						errs = append(errs, fmt.Errorf("--%s: --stream writes the whole network at once", name))
					}
				}
				if err := errors.Join(errs...); err != nil {
					return err
				}
				o, err := chip.options(n, stream.Options{Datapath: opt})
				if err != nil {
					return err
				}
				files, err := generateStream(cmd.Context(), n, o, pictures, out)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", words.Count(files, "file"))
				return machine(err)
			}
			for _, name := range append([]string{"picture"}, streamKnobNames...) {
				if cmd.Flags().Changed(name) {
					errs = append(errs, fmt.Errorf("--%s: is for --stream", name))
				}
			}
			work, err := selectWork(n, opt, layer, channel)
			if err := errors.Join(append(errs, err)...); err != nil {
				return err
			}
			if err := emptyDir(out); err != nil {
				return err
			}
			p := screenOf(cmd).progress
			p.Report("modules", 0, modules(work))
			total, err := generate(cmd.Context(), work, out, jobs, p)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s, %s, %s\n", words.Count(total.files, "file"), words.Count(total.modules, "module"), words.Count(total.adders, "adder"))
			return machine(err)
		},
	}
	networkFlag(cmd, &network)
	k.flags(cmd)
	f := cmd.Flags()
	f.StringVarP(&out, "output", "o", "", "directory to write, empty or new")
	f.StringVar(&layer, "layer", "", "only this layer")
	f.IntVar(&channel, "channel", -1, "only this output channel of --layer, and what it shares")
	f.BoolVar(&whole, "stream", false, "the whole chip as a stream; the flags of plan say which")
	chip.flags(cmd)
	f.BoolVar(&justHead, "head", false, "the programmable head alone, with its program, register map and driver")
	f.StringArrayVar(&pictures, "picture", nil, "PNG or JPEG that the test benches of --stream send; several make several frames; without any, two frames of noise")
	f.IntVar(&jobs, "jobs", runtime.GOMAXPROCS(0), "layers at a time")
	return cmd
}

// layerWork is what to generate of one layer.
type layerWork struct {
	gen   *shiftadd.Generator
	units []shiftadd.Unit
}

// selectWork lists the layers that have hardware and are asked for.
func selectWork(n *spec.Network, opt shiftadd.Options, layer string, channel int) ([]layerWork, error) {
	if layer == "" && channel >= 0 {
		return nil, fmt.Errorf("--channel %d: --layer is missing", channel)
	}
	if channel < -1 {
		return nil, fmt.Errorf("--channel %d: want 0 or more", channel)
	}
	if layer != "" && n.Layer(layer) == nil {
		return nil, fmt.Errorf("--layer %q: %w", layer, n.NoLayer(layer))
	}
	var work []layerWork
	var errs []error
	for _, l := range n.Layers {
		if layer != "" && l.Name != layer {
			continue
		}
		if _, dense := l.Op.(*spec.Dense); dense && layer == "" {
			continue
		}
		g, err := shiftadd.New(l, opt)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		w := layerWork{gen: g}
		for _, u := range g.Modules() {
			if channel < 0 || u.Kind == shiftadd.KindShared || u.Kind == shiftadd.KindChannel && u.Channel == channel {
				w.units = append(w.units, u)
			}
		}
		if conv, ok := l.Op.(*spec.Conv); channel >= 0 && (!ok || channel >= conv.OutC) {
			errs = append(errs, fmt.Errorf("--channel %d: layer %s has no such output channel", channel, l.Name))
			continue
		}
		work = append(work, w)
	}
	return work, errors.Join(errs...)
}

func modules(work []layerWork) (n int) {
	for _, w := range work {
		n += len(w.units)
	}
	return n
}

// totals counts the written hardware.
type totals struct{ files, modules, adders int }

// generate writes all layers, up to jobs at a time. What a file holds does not
// depend on jobs.
func generate(ctx context.Context, work []layerWork, dir string, jobs int, p *progress.Progress) (totals, error) {
	each := make([]totals, len(work))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(jobs)
	for i, w := range work {
		group.Go(func() (err error) {
			defer crash.Recover("layer "+w.gen.Layer().Name, func(e *crash.Error) { err = e })
			each[i], err = generateLayer(ctx, w, dir, p)
			if err != nil {
				return machine(fmt.Errorf("layer %s: %w", w.gen.Layer().Name, err))
			}
			p.Line("%s: %s, %s", w.gen.Layer().Name, words.Count(each[i].modules, "module"), words.Count(each[i].adders, "adder"))
			return nil
		})
	}
	var sum totals
	err := group.Wait()
	for _, t := range each {
		sum.files += t.files
		sum.modules += t.modules
		sum.adders += t.adders
	}
	return sum, err
}

func generateLayer(ctx context.Context, w layerWork, dir string, p *progress.Progress) (t totals, err error) {
	var (
		file   *os.File
		buf    *bufio.Writer
		adders int
	)
	closeFile := func() error {
		if file == nil {
			return nil
		}
		err := errors.Join(buf.Flush(), file.Close())
		file, adders = nil, 0
		return err
	}
	defer func() { err = errors.Join(err, closeFile()) }()
	for _, u := range w.units {
		if err := ctx.Err(); err != nil {
			return t, err
		}
		m := w.gen.Module(u)
		s := netlist.Measure(m)
		n := s.Adders + s.Subtractors + s.Negations
		if file != nil && adders+n > maxFileAdders {
			if err := closeFile(); err != nil {
				return t, err
			}
		}
		if file == nil {
			name := fmt.Sprintf("%s_%03d.v", rtl.VerilogName(w.gen.Layer().Name), t.files)
			// Never over another layer's file.
			if file, err = os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644); err != nil {
				return t, err
			}
			buf = bufio.NewWriterSize(file, 1<<20)
			t.files++
		}
		if err := rtl.WriteVerilog(buf, m); err != nil {
			return t, err
		}
		adders += n
		t.adders += n
		t.modules++
		p.Add(1)
	}
	return t, nil
}
