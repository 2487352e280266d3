package accuracy

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Labels are the true classes of pictures, by the name of the file.
type Labels map[string]int

// ReadLabels reads a file with one picture per line: the name of its file, then a
// comma, a tab or a blank, then its class. The class is a number or one of names, which
// may be empty. Empty lines and lines that begin with # are ignored. Every bad line is
// an error of its own.
func ReadLabels(path string, names []string) (Labels, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	labels := Labels{}
	var errs []error
	for i, line := range strings.Split(string(b), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("%s:%d: %s", path, i+1, fmt.Sprintf(format, args...)))
		}
		at := strings.IndexAny(line, ",\t")
		if at < 0 {
			at = strings.IndexByte(line, ' ')
		}
		if at < 0 {
			bad("%q: want the name of a picture and its class", line)
			continue
		}
		name, class := filepath.Base(strings.TrimSpace(line[:at])), strings.TrimSpace(line[at+1:])
		c := slices.Index(names, class)
		if n, err := strconv.Atoi(class); err == nil && c < 0 && n >= 0 {
			c = n
		}
		if c < 0 {
			bad("%q is neither the number of a class nor one of %d names", class, len(names))
			continue
		}
		if before, twice := labels[name]; twice && before != c {
			bad("%s is of class %d in another line", name, before)
			continue
		}
		labels[name] = c
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(labels) == 0 {
		return nil, fmt.Errorf("%s: no labels", path)
	}
	return labels, nil
}

// Missing are the names of pictures that have no label.
func (l Labels) Missing(pictures []string) []string {
	var names []string
	for _, p := range pictures {
		if _, ok := l[filepath.Base(p)]; !ok {
			names = append(names, filepath.Base(p))
		}
	}
	return names
}

// Correct counts the images whose label is among the first k classes: of the network, and
// of the trained network.
func (r *Result) Correct(l Labels, k int) (network, trained int) {
	in := func(top []int, class int) int {
		if slices.Contains(top[:min(k, len(top))], class) {
			return 1
		}
		return 0
	}
	for _, i := range r.Images {
		class, ok := l[i.Name]
		if !ok {
			continue
		}
		network += in(i.Top, class)
		trained += in(i.TrainedTop, class)
	}
	return network, trained
}
