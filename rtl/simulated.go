package rtl

// Simulated is what a simulator compiles for sources, for whoever runs one by hand: a
// file to come before all others, and texts in the place of the files where simulators
// would stop at assertions; nil texts are the files as they are. The error is that of
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
