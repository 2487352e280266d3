// Package seal writes a JSON object with a hash beside each of its fields, and
// refuses to read it back when one of them was edited, with the field's name.
//
// It finds accidents and helpful hands, not forgers: who can write the file can
// compute hashes as well.
package seal
