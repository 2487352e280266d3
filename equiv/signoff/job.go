package signoff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/factstore"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Job says what to prove and where to keep the evidence.
type Job struct {
	Network *spec.Network
	Opened  string               // how the network was opened: embedded name or directory
	Inputs  []reports.Input      // the network's files
	Tools   []reports.ToolRecord // that take part
	Program string               // version of this program
	Command string               // see reports.Signoff
	// Revision is of the folder in which the job was started; nil: not known.
	Revision *reports.Revision
	Chain    chain.Options // Store and Measure are the job's own
	Head     *Head         // nil: the programmable head is left out
	Stream   *Stream       // nil: the chip between the layers is left out
	Mutants  *Mutants      // nil: no faults are planted
	Knobs    bool          // the report says what each knob of the generator would cost
	// LeftOut lists what a project declares out of scope. Any other omission prevents a
	// signoff.
	LeftOut []reports.Exclusion
	// ImportReport is the content of the file of that name beside the network; nil: there
	// is none. The run directory keeps it.
	ImportReport []byte
	Dir          string // the run directory; "" keeps nothing
	// Cache has proofs of other runs for a job without Dir; nil: everything is proved anew.
	Cache *factstore.Store
	// Share is the part that RunShard does; Run does not look at it.
	Share *rundir.Share
	// Shards are what the run merges, which CheckShards has looked at; nil: it is no merge.
	Shards []*rundir.Shard
	Render func(*reports.Signoff) (string, error)
	// Reports makes the reports of the run directory; see rundir.Config.
	Reports func(*rundir.Finished) (map[string][]byte, error)
	// Details, if not nil, is filled when the job has ended.
	Details *Details

	headFiles []reports.Input // the head's Verilog, once it was checked
}

// ImportFile is the name of the import report, beside a network and in a run directory.
const ImportFile = "import.json"

// Details is the outcome of a job besides its signoff.
type Details struct {
	// Problems are the first obligations that are not proved, except those that are
	// only unconfirmed.
	Problems []reports.Obligation
	More     int // such obligations that are not among the first
	Resumed  int // layers that an earlier run had proved
	Recalled int // compare points of these layers
	Gallery  Gallery
}

// Run proves what a job says, keeps the evidence, and makes the signoff. The signoff
// can have any verdict: read its Conclusion, or Asked for a job on part of a network.
// Errors come from rundir.Open, the file system, a tool that does not start, or a
// context that ended. After an error, run the job again in the same directory to resume
// it.
func Run(ctx context.Context, j Job) (*reports.Signoff, error) {
	if j.Details == nil {
		j.Details = new(Details)
	}
	if j.Dir == "" {
		ledger := &ledgerBook{reports.NewLedger()}
		g := newLooseGallery(&j)
		if j.Cache != nil {
			s, err := newShared(&j)
			if err != nil {
				return nil, err
			}
			j.Chain.Store = s
		}
		w, res, err := j.prove(ctx, ledger, nil, g)
		if err != nil {
			return nil, g.unkept(err)
		}
		return j.complete(ctx, w, res, ledger.Fill)
	}
	begin := time.Now()
	run, err := rundir.Open(rundir.Config{
		Dir:      j.Dir,
		Identity: rundir.Identity{Network: j.Network.Name, Options: j.Settings()},
		Tools:    j.Tools,
		Render:   j.Reports,
		Shards:   j.Shards,
	})
	if err != nil {
		return nil, err
	}
	g := newGallery(&j, run)
	s, err := j.keep(ctx, run, g, begin)
	return s, g.unkept(errors.Join(err, run.Close()))
}

// ledgerBook keeps nothing but the counts.
type ledgerBook struct{ *reports.Ledger }

func (b *ledgerBook) Record(_ int, o reports.Obligation) error { return b.Add(&o) }

// keep is Run in a directory.
func (j *Job) keep(ctx context.Context, run *rundir.Run, g *gallery, begin time.Time) (*reports.Signoff, error) {
	st := newStore(run, j.Chain.KeepQueries)
	var timing error
	j.Chain.Store = st
	j.Chain.Measure = func(m chain.Measurement) {
		if err := run.Time(rundir.Timing{What: m.Phase, Object: m.Object, Wall: m.Wall, PeakBytes: m.Peak}); timing == nil {
			timing = err
		}
	}
	if err := j.tell(run, begin); err != nil {
		return nil, err
	}
	w, res, err := j.prove(ctx, run, st, g)
	if err == nil {
		err = timing
	}
	if err != nil {
		return nil, err
	}
	for _, rec := range res.Records {
		if err := errors.Join(writeLog(run, rec), certify(run, rec)); err != nil {
			return nil, err
		}
	}
	if j.ImportReport != nil {
		if _, err := run.Write(rundir.Network, ImportFile, j.ImportReport); err != nil {
			return nil, err
		}
	}
	s, err := j.complete(ctx, w, res, run.Fill)
	if err != nil {
		return nil, err
	}
	if j.Render != nil {
		text, err := j.Render(s)
		if err != nil {
			return nil, err
		}
		if _, err := run.Write(rundir.Reports, "table.txt", []byte(text)); err != nil {
			return nil, err
		}
	}
	if err := run.Time(usage(begin)); err != nil {
		return nil, err
	}
	if err := run.Finish(s); err != nil {
		return nil, err
	}
	return s, nil
}

// complete proves what is not of single layers, and makes the signoff; fill writes the
// counts of what is in the book into it.
func (j *Job) complete(ctx context.Context, w *writer, res *chain.Result, fill func(*reports.Signoff) error) (*reports.Signoff, error) {
	chip, err := j.stream(ctx, w, res)
	if err != nil {
		return nil, err
	}
	head, err := j.head(ctx, w)
	if err != nil {
		return nil, err
	}
	mutation, err := w.mutants(ctx, res)
	if err != nil {
		return nil, err
	}
	// What ended for want of time would read as a failure.
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := j.signoff(res, chip, head, mutation)
	if err := fill(s); err != nil {
		return nil, err
	}
	*j.Details = Details{w.problems, w.more, res.Resumed, res.Recalled, w.gallery.kept}
	return s, nil
}

func (j *Job) prove(ctx context.Context, b book, st *store, g *gallery) (*writer, *chain.Result, error) {
	j.Chain.Refuted = g.show
	res, err := chain.Run(ctx, j.Network, j.Chain)
	if err != nil {
		return nil, nil, err
	}
	if err := g.finish(); err != nil {
		return nil, nil, err
	}
	w := &writer{job: j, book: b, solvers: res.Solvers, store: st, gallery: g, verdicts: map[verdict.ID]verdict.Verdict{}, premises: map[string][]verdict.ID{}}
	for _, o := range j.Chain.Opinions {
		if !o.Alone {
			w.checks = append(w.checks, w.versions([]string{o.Name})...)
		}
	}
	return w, res, w.result(res)
}

// head finds out about the programmable head, if that was asked for.
func (j *Job) head(ctx context.Context, w *writer) (*reports.Head, error) {
	if j.Head == nil {
		return nil, nil
	}
	var err error
	if j.headFiles, err = HeadInputs(j.Head.Sources, j.Head.Program.Params); err != nil {
		return nil, err
	}
	return w.head(ctx, j.Head)
}

// stream finds out about the chip between the layers, if that was asked for.
func (j *Job) stream(ctx context.Context, w *writer, res *chain.Result) (*reports.Stream, error) {
	if j.Stream == nil {
		return nil, nil
	}
	return w.stream(ctx, res)
}

// writeLog keeps the Yosys commands for a layer's chunks, and its output.
func writeLog(run *rundir.Run, rec *chain.Record) error {
	var b strings.Builder
	for _, c := range rec.Chunks {
		if c.SHA256 == "" {
			continue
		}
		fmt.Fprintf(&b, "%s: %s, %d adders, sha256 %s\n", VerilogName(c.Name), words.Count(c.Units, "module"), c.Adders, c.SHA256)
		fmt.Fprintf(&b, "  read by %s\n", strings.Join(c.Readers, " and "))
		if c.Refused != "" {
			fmt.Fprintf(&b, "  the strict reader refuses it: %s\n", c.Refused)
		}
		if c.Script != "" {
			fmt.Fprintf(&b, "  yosys -p '%s'\n", c.Script)
		}
		for _, warning := range c.Warnings {
			fmt.Fprintf(&b, "  warning: %s\n", warning)
		}
	}
	if b.Len() == 0 {
		return nil
	}
	_, err := run.Write(rundir.Logs, rec.Layer+".txt", []byte(b.String()))
	return err
}

// certify keeps the certificate of a layer's points.
func certify(run *rundir.Run, rec *chain.Record) error {
	c := rec.Certificate()
	if c == nil {
		return nil
	}
	text, err := json.Marshal(c)
	if err == nil {
		_, err = run.Write(rundir.Certificates, CertificateName(rec.Layer), text)
	}
	return err
}

// CertificateName is a layer's certificate in the area for them.
func CertificateName(layer string) string { return layer + ".json" }

// usage is the time and memory of the whole run. The peak is that of this process; the
// tools' peaks are with their phases.
func usage(begin time.Time) rundir.Timing {
	t := rundir.Timing{What: "run", Wall: time.Since(begin), Begin: begin.UTC().Format(time.RFC3339)}
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var u unix.Rusage
		if unix.Getrusage(who, &u) != nil {
			continue
		}
		t.CPU += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		if who == unix.RUSAGE_SELF {
			t.PeakBytes = u.Maxrss << 10
		}
	}
	return t
}
