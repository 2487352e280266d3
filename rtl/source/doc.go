// Package source is Verilog as text, before anybody reads it.
//
// Sources is all of it: files, what they take in, and macros. Every front end,
// simulator and compiler gets the same Sources and nothing else.
package source
