package smt

import (
	"context"
	"fmt"
)

// examination is the queries that Examine asks: as like as two can be of which
// one holds for a single value, and the other for none.
var examination = []struct {
	query  Query
	status Status
	model  int64 // of x, on Sat
}{
	{Query{Text: []byte("(declare-fun x () (_ BitVec 8))(assert (= (bvadd x #x03) #x01))"), Read: []string{"x"}}, Sat, 0xfe},
	{Query{Text: []byte("(declare-fun x () (_ BitVec 8))(assert (= (bvadd x #x03) (bvadd x #x01)))"), Read: []string{"x"}}, Unsat, 0},
}

// Examine asks the solver what is known. Proofs are its word that nothing
// contradicts them, so that one which says so of everything would prove
// everything; an error says what was wrong with an answer. No answer is no error:
// it proves nothing either, and may be different with the next query.
func (s *Session) Examine(ctx context.Context) error {
	for _, e := range examination {
		r := s.Check(ctx, e.query)
		if r.Status != Sat && r.Status != Unsat {
			continue
		}
		if r.Status != e.status {
			return fmt.Errorf("solver %s (%s): answers %v, where %v is right: %s", s.solver.Name, s.solver.Path, r.Status, e.status, e.query.Text)
		}
		if x := r.Model["x"]; e.status == Sat && (!x.IsInt64() || x.Int64() != e.model) {
			return fmt.Errorf("solver %s (%s): says x = %v, where %d is right: %s", s.solver.Name, s.solver.Path, x, e.model, e.query.Text)
		}
	}
	return nil
}
