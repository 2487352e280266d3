package witness

import (
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Group is refuted points that are wrong for the same reason.
type Group struct {
	// Path is that of the witness to read: a folder, or the file of a brief one if the
	// cause has no folder.
	Path    string
	Witness *Witness
	Points  []verdict.ID // sorted
}

// ByCause loads the witnesses at paths and groups them by their causes. Groups are in
// the order of their first point. Each path is a folder or a file of a brief witness.
func ByCause(paths []string) ([]Group, error) {
	at := map[string]int{} // by cause
	var groups []Group
	for _, path := range paths {
		w, _, err := Load(path)
		if err != nil {
			return nil, err
		}
		var keys []string
		for _, c := range w.Explanation.Causes {
			keys = append(keys, CauseKey(w, c))
		}
		slices.Sort(keys)
		key := strings.Join(keys, "\x01")
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key] = i
			groups = append(groups, Group{Path: path, Witness: w})
		}
		g := &groups[i]
		if g.Witness.Brief && !w.Brief {
			g.Path, g.Witness = path, w
		}
		g.Points = append(g.Points, w.Obligation)
	}
	for i := range groups {
		slices.Sort(groups[i].Points)
	}
	slices.SortFunc(groups, func(a, b Group) int { return strings.Compare(string(a.Points[0]), string(b.Points[0])) })
	return groups, nil
}
