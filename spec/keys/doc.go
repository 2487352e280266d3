// Package keys reads TOML and says where its keys stand.
//
// A reader of a file that people write reports every problem at once, each with its line.
// The decoder of TOML stops at the first value of a wrong type, and tells the lines of
// syntax errors alone. So Decode gives plain tables, which a reader walks through, and
// Places, which knows the line of every key and of every element of a list.
//
// A place is named by the path to it from the file's top. Elements of lists are named by
// their numbers: "layer", "stem", "files", "2".
package keys
