// Package keys reads TOML and knows the line of every key.
//
// A reader of a file that people write should report all problems at once, each with its
// line. The TOML decoder stops at the first value of a wrong type, and gives lines only
// for syntax errors. So Decode returns plain tables, for the reader to walk through, and
// Places, which has the line of every key and of every list element.
//
// A path from the file's top names a place. Numbers name list elements: "layer", "stem",
// "files", "2".
package keys
