package project

import (
	"fmt"
	"strings"
)

// word is a word of a file list, with its line.
type word struct {
	text string
	line int
}

func place(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

// listed splits a file list into words at spaces. It drops comments (// to the end of
// the line, # at its beginning, /* … */) and keeps text in double quotes together.
func listed(file, text string) (words []word, err error) {
	for line, n := text, 1; line != ""; n++ {
		var rest string
		line, rest, _ = strings.Cut(line, "\n")
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			line = ""
		}
		for {
			line = strings.TrimLeft(line, " \t\r")
			if line == "" || strings.HasPrefix(line, "//") {
				break
			}
			if strings.HasPrefix(line, "/*") {
				end := strings.Index(line+"\n"+rest, "*/")
				if end < 0 {
					return words, fmt.Errorf("%s: /* without */", place(file, n))
				}
				whole := line + "\n" + rest
				n += strings.Count(whole[:end], "\n")
				line, rest, _ = strings.Cut(whole[end+2:], "\n")
				continue
			}
			if line[0] == '"' {
				end := strings.IndexByte(line[1:], '"')
				if end < 0 {
					return words, fmt.Errorf("%s: a quote without its end", place(file, n))
				}
				words = append(words, word{line[1 : 1+end], n})
				line = line[end+2:]
				continue
			}
			end := strings.IndexAny(line, " \t\r")
			if end < 0 {
				end = len(line)
			}
			words = append(words, word{line[:end], n})
			line = line[end:]
		}
		line = rest
	}
	return words, nil
}
