package smt

import (
	"context"
	"fmt"
)

// examination is the queries of Examine. They are almost equal: one holds for a single
// value, the other for none.
var examination = []struct {
	query  Query
	status Status
	model  int64 // of x, on Sat
}{
	{Query{Text: []byte("(declare-fun x () (_ BitVec 8))(assert (= (bvadd x #x03) #x01))"), Read: []string{"x"}}, Sat, 0xfe},
	{Query{Text: []byte("(declare-fun x () (_ BitVec 8))(assert (= (bvadd x #x03) (bvadd x #x01)))"), Read: []string{"x"}}, Unsat, 0},
}

// Examine asks the solver queries with known answers. A solver that always says unsat
// would prove everything. The error describes a wrong answer. No answer is no error,
// since it proves nothing and the next query may have an answer.
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
