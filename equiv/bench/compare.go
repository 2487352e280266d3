package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Row is the result of one compare point for all strategies and rivals.
type Row struct {
	Source
	Ours   Ours     `json:"ours"`
	Rivals []Answer `json:"rivals"` // in the order of the rivals asked
}

// FanIns are the sizes of a full run.
func FanIns() []int { return []int{4, 8, 9, 10, 12, 16, 32, 64, 96, 160, 320, 576, 960} }

// checkFanIn is the size of the setup check, and checkLimit its time limit for each
// strategy and rival.
const (
	checkFanIn = 4
	checkLimit = time.Minute
)

// giveUp is the number of consecutive sizes that a rival may leave unsolved. After
// that, larger sizes count as unsolved and are not run.
const giveUp = 3

// compare checks all strategies and rivals, then measures every fan-in.
func compare(ctx context.Context, net *spec.Network, fanins []int, rivals []Rival, limit time.Duration, repeats int, say func(string, ...any)) ([]Row, error) {
	s, err := NewStrategies(ctx, smt.Limits{Query: limit})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if err := check(ctx, net, s, rivals, say); err != nil {
		return nil, err
	}
	var rows []Row
	open := make([]int, len(rivals)) // consecutive sizes that each rival left unsolved
	for _, n := range fanins {
		p, err := NewPoint(net, n)
		if err != nil {
			return nil, err
		}
		row := Row{Source: p.Source}
		if row.Ours, err = s.Measure(ctx, p, repeats); err != nil {
			return nil, err
		}
		say("fan-in %d: normal form %v, Z3 session %v", n, row.Ours.Settle, row.Ours.Confirm)
		for i := range rivals {
			r := &rivals[i]
			a := Answer{Reason: fmt.Sprintf("not run after %d sizes without an answer", giveUp), NotRun: true, Time: limit}
			if open[i] < giveUp {
				if a, err = r.Ask(ctx, p, limit); err != nil {
					return nil, err
				}
				if a.Solved {
					open[i] = 0
				} else {
					open[i]++
				}
				say("fan-in %d: %s: %v %s after %v", n, r.Name, a.Verdict, a.Reason, a.Time)
			}
			if a.Verdict == verdict.Refuted {
				return nil, fmt.Errorf("%s refutes the point of fan-in %d that was proved here: one of the two is wrong", r.Name, n)
			}
			row.Rivals = append(row.Rivals, a)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// check has every strategy and rival prove a small point, and fail to prove it with a
// fault.
func check(ctx context.Context, net *spec.Network, s *Strategies, rivals []Rival, say func(string, ...any)) error {
	p, err := NewPoint(net, checkFanIn)
	if err != nil {
		return err
	}
	faulty, err := Faulty(net, p)
	if err != nil {
		return err
	}
	if err := s.Check(ctx, p, faulty); err != nil {
		return err
	}
	for i := range rivals {
		if err := rivals[i].Check(ctx, p, faulty, checkLimit); err != nil {
			return err
		}
		say("%s proves fan-in %d and does not prove it with a fault", rivals[i].Name, checkFanIn)
	}
	return nil
}
