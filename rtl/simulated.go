package rtl

// Simulated returns what a simulator compiles for sources, to run one by hand: a file
// that comes before all others, and texts that replace the files if simulators would
// stop at their assertions. Nil texts mean the files themselves. The error is that of
// Icarus.Run.
func Simulated(sources Sources) (first []byte, texts [][]byte, err error) {
	text, err := read(sources)
	if err != nil || text == nil {
		return nil, nil, err
	}
	if text.Asserts() {
		texts, err = text.Unasserted(func(file string) string { return file })
	}
	return prologue(sources.Defines), texts, refused(err)
}
