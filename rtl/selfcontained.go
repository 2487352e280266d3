package rtl

import (
	"bytes"
	"regexp"
)

// elsewhere is how Verilog takes in the text of other files.
var elsewhere = regexp.MustCompile("`\\s*include\\b|\\$readmem[bh]\\b")

// SelfContained refuses sources that would make a tool read other files, with a
// *SourceError. A proof is about the text that was hashed: evidence would neither
// name such a file nor notice when it changes. Comments are not told apart, since a
// tool that tells them apart in another way would read what was thought a comment.
func SelfContained(sources Sources) error {
	var found []Message
	for _, s := range sources.Files {
		for _, at := range elsewhere.FindAllIndex(s.Text, -1) {
			found = append(found, Message{
				File: s.Name,
				Line: 1 + bytes.Count(s.Text[:at[0]], []byte("\n")),
				Text: string(s.Text[at[0]:at[1]]) + " reads another file, which nothing would vouch for; put its text here",
			})
		}
	}
	if found != nil {
		return &SourceError{"source", found}
	}
	return nil
}
