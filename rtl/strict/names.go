package strict

import "bytes"

// names are the names of a module, with their numbers. The runtime's maps would take a
// fifth of the reader's time.
type names struct {
	slots []slot
	used  int
	era   uint32 // slots of other eras are empty
}

type slot struct {
	era, hash uint32
	from, to  int32 // of the name in the file
	id        int32
}

// reset forgets all names.
func (n *names) reset() {
	n.used = 0
	if n.era++; n.era == 0 || n.slots == nil {
		n.slots, n.era = make([]slot, 1<<10), 1
	}
}

// find is where a name is, or where it would be.
func (n *names) find(text []byte, from, to int) (at *slot, hash uint32) {
	name := text[from:to]
	hash = 2166136261
	for _, b := range name {
		hash = (hash ^ uint32(b)) * 16777619
	}
	mask := uint32(len(n.slots) - 1)
	for i := (hash ^ hash>>15) & mask; ; i = (i + 1) & mask {
		s := &n.slots[i]
		if s.era != n.era || s.hash == hash && bytes.Equal(text[s.from:s.to], name) {
			return s, hash
		}
	}
}

// get is the number of a name.
func (n *names) get(text []byte, from, to int) (id int32, ok bool) {
	s, _ := n.find(text, from, to)
	return s.id, s.era == n.era
}

// put gives a name a number. It returns false if the name has one.
func (n *names) put(text []byte, from, to int, id int32) bool {
	s, hash := n.find(text, from, to)
	if s.era == n.era {
		return false
	}
	*s = slot{n.era, hash, int32(from), int32(to), id}
	if n.used++; 2*n.used > len(n.slots) {
		n.grow()
	}
	return true
}

func (n *names) grow() {
	old := n.slots
	n.slots = make([]slot, 2*len(old))
	mask := uint32(len(n.slots) - 1)
	for _, s := range old {
		if s.era != n.era {
			continue
		}
		i := (s.hash ^ s.hash>>15) & mask
		for n.slots[i].era == n.era {
			i = (i + 1) & mask
		}
		n.slots[i] = s
	}
}
