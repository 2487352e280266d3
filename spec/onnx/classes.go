package onnx

import (
	"encoding/json"
	"strconv"
	"strings"
)

// classKeys are the metadata keys under which exporters write the names of classes. The
// format does not define one.
var classKeys = []string{"names", "classes", "class_names", "labels"}

// classNames are the names of a model's classes, from its metadata. It reads a list, or
// a map from numbers, written as JSON or as Python prints it, and names separated by
// lines or commas. It ignores any other text.
func classNames(metadata map[string]string) []string {
	for _, key := range classKeys {
		text := strings.TrimSpace(metadata[key])
		if text == "" {
			continue
		}
		for _, s := range []string{text, pythonToJSON(text)} {
			var list []string
			if json.Unmarshal([]byte(s), &list) == nil && len(list) > 0 {
				return list
			}
			var byNumber map[string]string
			if json.Unmarshal([]byte(s), &byNumber) == nil {
				if list := inOrder(byNumber); list != nil {
					return list
				}
			}
		}
		if strings.ContainsAny(text[:1], "[{") {
			continue
		}
		separator := ","
		if strings.Contains(text, "\n") {
			separator = "\n"
		}
		list := strings.Split(text, separator)
		for i := range list {
			list[i] = strings.TrimSpace(list[i])
		}
		return list
	}
	return nil
}

// inOrder is the list of the values of a map whose keys are the numbers 0 to n-1. For
// any other map it is nil.
func inOrder(byNumber map[string]string) []string {
	list := make([]string, len(byNumber))
	for key, name := range byNumber {
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i >= len(list) || strconv.Itoa(i) != key {
			return nil
		}
		list[i] = name
	}
	return list
}

// pythonToJSON writes a Python dict or list of strings as JSON: strings in double quotes,
// numbers as keys too.
func pythonToJSON(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\'' || c == '"':
			var text []byte
			for i++; i < len(s) && s[i] != c; i++ {
				if s[i] == '\\' && i+1 < len(s) {
					i++
				}
				text = append(text, s[i])
			}
			quoted, err := json.Marshal(string(text))
			if err != nil {
				return ""
			}
			b.Write(quoted)
		case c >= '0' && c <= '9':
			from := i
			for i < len(s) && s[i] >= '0' && s[i] <= '9' {
				i++
			}
			b.WriteString(strconv.Quote(s[from:i]))
			i--
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
