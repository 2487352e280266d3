package explain

import "slices"

// pairWork limits the search of pairs, in cells computed.
const pairWork = 150e6

// pairs moves two inputs at a time, the smallest magnitudes together first. tried
// is the sum of magnitudes up to which every pair was tried; all says that every
// pair was.
func (s *shrinker) pairs(least []int64) (found []int64, tried int64, all bool) {
	var vars []int
	most := int64(0) // of two magnitudes together
	for i, v := range s.m.Vars {
		if s.used[i] {
			vars = append(vars, i)
			most = max(most, v.Range.Hi, -v.Range.Lo)
		}
	}
	end := s.work + pairWork
	var batch [][]int64
	flush := func() []int64 {
		defer func() { batch = batch[:0] }()
		if j := s.failing(batch); j >= 0 {
			return batch[j]
		}
		return nil
	}
	x := slices.Clone(least)
	for together := int64(1); together <= 2*most; together++ {
		for at, i := range vars {
			for _, a := range s.values(i, least, 0, together) {
				x[i] = a
				for _, j := range vars[at+1:] {
					rest := together - max(a, -a)
					for _, b := range s.values(j, least, rest, rest) {
						x[j] = b
						if batch = append(batch, slices.Clone(x)); len(batch) == lanes {
							if w := flush(); w != nil {
								return w, together, false
							}
						}
					}
					x[j] = least[j]
				}
				if s.work > end {
					return nil, together - 1, false
				}
			}
			x[i] = least[i]
		}
		if w := flush(); w != nil {
			return w, together, false
		}
	}
	return nil, 2 * most, true
}

// values are the values of input i that are not at rest, with a magnitude between
// two bounds.
func (s *shrinker) values(i int, least []int64, from, to int64) (vs []int64) {
	r := s.m.Vars[i].Range
	for mag := from; mag <= to; mag++ {
		for k, e := range [2]int64{mag, -mag} {
			if (mag > 0 || k == 0) && e != least[i] && r.Contains(e) {
				vs = append(vs, e)
			}
		}
	}
	return vs
}
