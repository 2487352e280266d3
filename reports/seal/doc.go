// Package seal writes a JSON object with a hash of each field. If a field was edited,
// reading fails with the field's name.
//
// It finds accidents and manual edits, not forgery: whoever can write the file can also
// compute hashes.
package seal
