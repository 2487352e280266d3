package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/waiver"
)

// waiverFlags are --waivers and --date, and the project that may say where waivers are.
type waiverFlags struct {
	file, date string
	project    projectFlag
}

func (w *waiverFlags) flags(cmd *cobra.Command) {
	w.project.flags(cmd)
	cmd.Flags().StringVar(&w.file, "waivers", "", "TOML file with waivers for hardware that is not covered")
	cmd.Flags().StringVar(&w.date, "date", "", "day on which waivers are judged, as in 2027-06-30 (default today)")
}

// waive is what applies the waivers; nil where there are none.
func (w *waiverFlags) waive(cmd *cobra.Command) (func(*reports.Signoff) error, error) {
	errs := []error{w.project.open(cmd)}
	if w.file == "" && cmd.Flags().Changed("date") {
		errs = append(errs, fmt.Errorf("--date %s: there are no --waivers to judge", w.date))
	}
	if w.date == "" {
		w.date = time.Now().Format("2006-01-02")
	}
	date, err := waiver.ParseDate(w.date)
	if err != nil {
		errs = append(errs, fmt.Errorf("--date: %w", err))
	}
	if w.file == "" {
		return nil, errors.Join(errs...)
	}
	f, err := waiver.Read(w.file)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	return f.On(date), nil
}
