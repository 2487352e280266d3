package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Options says what to prove.
type Options struct {
	Network *spec.Network // validated
	Map     *stream.Map
	// Sources is the Verilog of everything between the layers' arithmetic. Its
	// datapaths may be empty.
	Sources rtl.Sources
	// Datapaths is the Verilog of a layer's datapaths. The modules in them may be
	// empty: they are proved separately.
	Datapaths func(layer string) (rtl.Sources, error)
	// Modules is the Verilog of a layer's modules if they have registers, one file
	// each.
	Modules func(layer string) ([]rtl.Source, error)
	// Layer is the generator of a layer's modules.
	Layer func(l *spec.Layer) (*shiftadd.Generator, error)
	// Points are the obligations of a layer's modules, which a datapath needs. They are
	// on golden = netlist if it has registers, since its Verilog is compared with that
	// netlist. Otherwise they are on golden = rtl.
	Points func(layer string, edge verdict.Edge) []verdict.ID
	// Blocks are the instances to judge; then nothing is said of the whole. Nil: all.
	Blocks []string
	// Own reports whether a block is the user's. A simulator then reads it, too. Nil:
	// none is.
	Own      func(instance string) bool
	Yosys    rtl.Limits
	Jobs     int
	States   int // that a block may have; 0 is maxStates
	Progress func(done, total int)

	// read reads Verilog; nil is Yosys. Tests do not read the same text again.
	read func(ctx context.Context, s rtl.Sources) (*rtl.Design, error)
}

// Result is the outcome for a design.
type Result struct {
	Facts  []equiv.Fact
	Blocks []*Exploration // by block of the map; nil: not explored
	Still  *Replay        // of a deadlock; nil: none was seen
	// Late are the replays of FIFOs that cost clocks, by name of the refuted fact.
	Late map[string]*Replay
}

// Prove checks a streaming design: every block, every datapath, the top level, and what
// follows for the whole. A design that cannot be read gives a fact that says so. An
// error comes from the machine.
func Prove(ctx context.Context, o Options) (*Result, error) {
	p, err := prove(ctx, o)
	if err != nil {
		return nil, err
	}
	for _, x := range p.Blocks {
		if x != nil {
			x.table = nil
		}
	}
	return &p.Result, nil
}

func prove(ctx context.Context, o Options) (*prover, error) {
	if o.Jobs < 1 {
		o.Jobs = 1
	}
	if o.States == 0 {
		o.States = maxStates
	}
	if o.read == nil {
		o.read = func(ctx context.Context, s rtl.Sources) (*rtl.Design, error) {
			d, _, err := rtl.Yosys{Limits: o.Yosys}.Read(ctx, s)
			return d, err
		}
	}
	p := &prover{o: o, contracts: make([]*contract, len(o.Map.Blocks)), through: make([]map[border][]border, len(o.Map.Blocks))}
	p.Blocks = make([]*Exploration, len(o.Map.Blocks))
	design, err := o.read(ctx, o.Sources)
	if err != nil {
		return nil, fmt.Errorf("stream: %w", err)
	}
	p.design = design
	facts := make([][]equiv.Fact, len(o.Map.Blocks))
	var g errgroup.Group
	g.SetLimit(o.Jobs)
	done, judged := 0, len(o.Map.Blocks)
	if o.Blocks != nil {
		judged = len(o.Blocks)
	}
	var mu sync.Mutex
	for i := range o.Map.Blocks {
		if o.Blocks != nil && !slices.Contains(o.Blocks, o.Map.Blocks[i].Instance) {
			continue
		}
		g.Go(func() error {
			var err error
			facts[i], err = p.block(ctx, i)
			mu.Lock()
			defer mu.Unlock()
			if done++; o.Progress != nil {
				o.Progress(done, judged)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for _, fs := range facts {
		p.Facts = append(p.Facts, fs...)
	}
	if o.Blocks != nil {
		return p, nil
	}
	if err := p.whole(ctx); err != nil {
		return nil, fmt.Errorf("stream: %w", err)
	}
	return p, nil
}

type prover struct {
	Result
	o         Options
	design    *rtl.Design
	contracts []*contract
	through   []map[border][]border // by block
}

// block judges one block. The error is the context's.
func (p *prover) block(ctx context.Context, i int) (facts []equiv.Fact, err error) {
	b := &p.o.Map.Blocks[i]
	reset := equiv.Fact{Kind: verdict.StreamReset, Name: b.Instance, Layer: p.layer(b), Method: "constants through registers while reset is held",
		Claim: fmt.Sprintf("What reset leaves unknown in %s decides nothing.", b.Instance)}
	fact := equiv.Fact{Kind: verdict.StreamBlock, Name: b.Instance, Layer: p.layer(b), Needs: []verdict.ID{reset.ID()},
		Claim: sentence(b)}
	var read []equiv.Fact // what the block needs comes before it
	defer func() { facts = slices.Concat([]equiv.Fact{reset}, read, []equiv.Fact{fact}, facts) }()
	// What is not settled below stays unknown.
	defer crash.Recover("block "+b.Instance, verdict.Crashed(&fact.Verdict, &fact.Reason, &fact.Detail))
	if b.Datapath != nil {
		f, err := p.datapath(ctx, b)
		if err != nil {
			return nil, err
		}
		facts = append(facts, f)
	}
	k, err := contractOf(b, p.o.Network)
	if err != nil {
		unsupport(&fact, err)
		unsupport(&reset, err)
		return facts, nil
	}
	p.contracts[i] = k
	m, err := open(p.design, p.o.Map, b, k)
	if err != nil {
		unsupport(&fact, err)
		unsupport(&reset, err)
		return facts, nil
	}
	m.own = p.o.Own != nil && p.o.Own(b.Instance)
	p.through[i] = m.c.through(b)
	reset.Verdict, reset.Basis = verdict.Proved, verdict.Computed
	reset.Detail = fmt.Sprintf("%s of control, known after %s", words.Count(len(m.regs), "register"), words.Count(m.clocks, "clock"))
	if m.sampled != "" {
		unsupport(&reset, fmt.Errorf("reset leaves %s unknown, which decides where data goes", m.sampled))
	} else if n := newExecutor(m).initials(); n > 1 {
		reset.Detail += fmt.Sprintf(", but for bits of which all %d values were tried", n)
	}
	x, err := m.explore(ctx, p.o.States)
	if ctx.Err() != nil {
		return facts, ctx.Err()
	}
	if err != nil {
		unsupport(&fact, err)
		return facts, nil
	}
	r, err := takenBy(b, p.o.Network)
	if err != nil {
		unsupport(&fact, err)
		return facts, nil
	}
	x.Rows, x.Row, x.Clocks = r.rows, r.row(), x.Cycles*max(1, r.beats()/k.ins[0].frame)
	if p.Blocks[i] = x; m.sampled != "" && x.Unclear == "" {
		x.Unclear = "reset leaves more unknown than is tried: " + m.sampled
	}
	fact.Method = "all states of control, pixels as tokens"
	if x.Broken != nil {
		shown, err := replay(ctx, p.design, p.o.Sources, p.o.Map, m, x.Broken, p.o.Yosys)
		if err != nil {
			return facts, fmt.Errorf("stream: replay of %s: %w", b.Instance, err)
		}
		x.Replay = shown
	}
	switch {
	case x.Broken != nil && !x.Replay.Shown && (m.sampled != "" || newExecutor(m).initials() > 1):
		// Whether reset leaves what the run begins with is not known for sure.
		fact.Reason, fact.Detail = verdict.NoStrategy, "from a state that reset may leave: "+x.Broken.Rule+": "+x.Broken.Detail+"; a simulator does not show it"
	case x.Broken != nil && !x.Replay.Shown && m.undefined != "":
		// A simulator may know more of the text than the netlist has.
		fact.Reason, fact.Detail = verdict.NoStrategy, m.undefined
	case x.Broken != nil && !x.Replay.Shown:
		fact.Verdict, fact.Reason, fact.Detail = verdict.Failed, verdict.ReplayDiffers, x.Broken.Rule+": "+x.Broken.Detail+"; a simulator does not show it"
	case x.Broken != nil:
		fact.Verdict, fact.Detail, fact.Trace = verdict.Refuted, x.Broken.Rule+": "+x.Broken.Detail, x.Broken.String()+"In simulation, "+x.Replay.What+". To see it again: "+again(p.o.Sources)+"\n"
	case x.Unclear != "":
		fact.Reason, fact.Detail = verdict.NoStrategy, x.Unclear
	default:
		fact.Verdict, fact.Basis = verdict.Proved, verdict.Computed
		if x.Keeps {
			fact.Method += "; whoever offers an item offers it until it is taken"
		}
		fact.Detail = fmt.Sprintf("%s, %s; holds at most %v items beyond what it gave, takes %v more than it needs; %s a frame, waits at most %s",
			words.Count(x.States, "state"), words.Count(int(x.Steps), "step"), x.Cap, x.Room, words.Count(x.Clocks, "clock"), words.Count(x.Longest, "clock"))
		if !m.own {
			break
		}
		f, err := p.reading(ctx, b, m, x)
		x.goals, x.way = nil, nil
		if err != nil {
			return facts, err
		}
		read = append(read, f)
		fact.Needs = append(fact.Needs, f.ID())
		if f.Verdict != verdict.Proved {
			fact.Verdict, fact.Basis, fact.Reason, fact.Detail = f.Verdict, "", f.Reason, f.Detail
		}
	}
	return facts, nil
}

// layer is the layer that a fact about a block is entered under.
func (p *prover) layer(b *stream.Block) string {
	if p.o.Network.Layer(b.Layer) == nil {
		return ""
	}
	return b.Layer
}

func unsupport(f *equiv.Fact, err error) {
	f.Verdict, f.Basis, f.Reason, f.Detail = verdict.Unknown, "", verdict.NoStrategy, err.Error()
}

// refute enters what is wrong with wires: their text shows it. What could not be read
// is unknown.
func refute(f *equiv.Fact, err error) {
	var not unsupported
	if errors.As(err, &not) {
		unsupport(f, err)
		return
	}
	f.Verdict, f.Basis, f.Detail, f.Trace = verdict.Refuted, "", err.Error(), err.Error()
}

// sentence is what a block's contract says.
func sentence(b *stream.Block) string {
	what := map[stream.Kind]string{
		stream.KindFramer:  "gives the pixels of every well-formed frame",
		stream.KindWindow:  "gives the windows of " + b.Layer + " in raster order, with its padding",
		stream.KindApply:   "gives its datapath's result for every item",
		stream.KindFork:    "gives every item to each of its outputs",
		stream.KindDeal:    "gives every item to one of its outputs, to each in turn",
		stream.KindFIFO:    "gives every item again",
		stream.KindJoin:    "gives the items of its inputs side by side",
		stream.KindPool:    "gives one sum for each frame, over exactly its pixels",
		stream.KindAdapter: "gives the features of a frame one by one",
	}[b.Kind]
	return fmt.Sprintf("%s %s, in order, for every stall pattern and power-up state, and is never stuck.", b.Instance, what)
}

// datapath judges what a block computes with. The error is a machine that does not work.
func (p *prover) datapath(ctx context.Context, b *stream.Block) (f equiv.Fact, err error) {
	f = equiv.Fact{Kind: verdict.StreamDatapath, Name: b.Instance, Layer: b.Layer, Method: "wires followed bit by bit",
		Claim: fmt.Sprintf("The datapath of %s is the modules of layer %s, each on the wires of its taps.", b.Instance, b.Layer)}
	l := p.o.Network.Layer(b.Layer)
	if l == nil {
		unsupport(&f, fmt.Errorf("the network has no layer %q", b.Layer))
		return f, nil
	}
	if p.o.Points != nil {
		edge := verdict.GoldenRTL
		if b.Datapath.Latency > 0 {
			edge = verdict.GoldenNetlist
		}
		f.Needs = p.o.Points(b.Layer, edge)
	}
	g, err := p.o.Layer(l)
	if err != nil {
		unsupport(&f, err)
		return f, nil
	}
	fs, err := fittings(l, g, b)
	if err != nil {
		unsupport(&f, err)
		return f, nil
	}
	sources, err := p.o.Datapaths(b.Layer)
	if err != nil {
		return f, err
	}
	design, err := p.o.read(ctx, sources)
	if err != nil {
		return f, fmt.Errorf("stream: datapaths of layer %s: %w", b.Layer, err)
	}
	if b.Datapath.Enable != "" {
		unsupport(&f, fmt.Errorf("nothing shows that port %s stops all its registers", b.Datapath.Enable))
		return f, nil
	}
	err = samePorts(p.design, design, b.Datapath.Module)
	if err == nil {
		err = wired(design, b.Datapath, fs, p.o.Map.Clock)
	}
	if err != nil {
		refute(&f, err)
		return f, nil
	}
	f.Verdict, f.Basis = verdict.Proved, verdict.Computed
	f.Detail = words.Count(len(fs), "module")
	if n := b.Datapath.Latency; n > 0 {
		wrong, err := p.pipelined(ctx, b.Layer, fs, n)
		if err != nil {
			return f, err
		}
		if wrong != nil {
			f.Verdict, f.Basis, f.Detail, f.Trace = verdict.Refuted, "", wrong.Error(), wrong.Error()
			return f, nil
		}
		f.Detail += fmt.Sprintf(", all paths across %s", words.Count(n, "register"))
	}
	return f, nil
}

// whole judges the top level, and draws the conclusion.
func (p *prover) whole(ctx context.Context) error {
	mp := p.o.Map
	wiring := equiv.Fact{Kind: verdict.StreamWiring, Name: mp.Top, Method: "the top level read back, wires followed bit by bit",
		Claim: fmt.Sprintf("%s connects its blocks as the graph of %s says.", mp.Top, p.o.Network.Name)}
	flow := equiv.Fact{Kind: verdict.StreamFlow, Name: mp.Top, Method: "counting with the blocks' contracts",
		Claim: "No deadlock: whatever stalls for a while, all pixels go in and all features come out."}
	all := equiv.Fact{Kind: verdict.StreamWhole, Name: mp.Top, Method: "composition", Basis: verdict.Premises,
		Claim: fmt.Sprintf("For every well-formed frame and every stall pattern, %s gives %s exactly the features that the reference model computes.", mp.Top, p.receiver())}
	for i := range p.Facts {
		f := &p.Facts[i]
		switch f.Kind {
		case verdict.StreamBlock:
			flow.Needs = append(flow.Needs, f.ID())
			all.Needs = append(all.Needs, f.ID())
		case verdict.StreamDatapath:
			all.Needs = append(all.Needs, f.ID())
		}
	}
	flow.Needs = append(flow.Needs, wiring.ID())
	all.Needs = append(all.Needs, wiring.ID(), flow.ID())
	var last cargo
	var rates []equiv.Fact
	c, err := wire(p.design, mp, p.o.Network)
	if err == nil {
		last, err = c.carried(p.o.Network)
	}
	if err != nil {
		refute(&wiring, err)
		flow.Reason, flow.Detail = verdict.Skipped, "the blocks are not connected as they should be"
	} else {
		for i, x := range p.Blocks {
			if n := c.every(i); x != nil && n > 1 {
				x.Clocks = (x.Cycles + n - 1) / n
			}
		}
		wiring.Verdict, wiring.Basis = verdict.Proved, verdict.Computed
		wiring.Detail = words.Count(len(mp.Blocks), "block")
		if n := len(mp.Heads); n > 1 {
			wiring.Detail += fmt.Sprintf("; frame n goes to head n modulo %d, whose results leave on its own stream", n)
		}
		if err := p.flow(ctx, c, last, &flow); err != nil {
			return err
		}
		if rates, err = p.rates(ctx, c, last, &wiring, &flow); err != nil {
			return err
		}
	}
	all.Verdict = verdict.Proved
	for _, f := range append(p.Facts, wiring, flow) {
		if f.Verdict != verdict.Proved && f.Kind != verdict.StreamReset {
			all.Verdict, all.Reason, all.Basis = verdict.Unknown, verdict.Premise, ""
			all.Detail = string(f.ID()) + " is not proved"
		}
	}
	p.Facts = append(p.Facts, wiring, flow)
	p.Facts = append(append(p.Facts, rates...), all)
	return nil
}

func (p *prover) receiver() string {
	switch n := len(p.o.Map.Heads); n {
	case 0:
	case 1:
		return "the programmable head"
	default:
		return fmt.Sprintf("%s, frame n to head n modulo %d,", words.Count(n, "programmable head"), n)
	}
	return "its receiver"
}

// flow judges whether the design ever stands still. The error is the context's or a machine
// that does not work.
func (p *prover) flow(ctx context.Context, c *chip, last cargo, f *equiv.Fact) error {
	for i, x := range p.Blocks {
		if x == nil || x.Broken != nil || x.Unclear != "" {
			f.Reason, f.Detail = verdict.Premise, p.o.Map.Blocks[i].Instance+" keeps no contract"
			return nil
		}
	}
	if err := c.circle(p.through); err != nil {
		f.Reason, f.Detail = verdict.NoStrategy, err.Error()
		return nil
	}
	frame := cargo{what: pixels, layer: spec.InputName, lanes: max(p.o.Map.In.Lanes, 1)}
	moves, err := c.count(p.contracts, p.Blocks, frame.beats(p.o.Network), last.beats(p.o.Network))
	if err != nil {
		return p.stuck(ctx, c, last.beats(p.o.Network), err, f)
	}
	f.Verdict, f.Basis = verdict.Proved, verdict.Computed
	f.Detail = fmt.Sprintf("%s, %s of items", words.Count(c.frames(), "frame"), words.Count(moves, "move"))
	return nil
}
