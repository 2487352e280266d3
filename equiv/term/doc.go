// Package term holds normal forms: the language in which a lifted circuit and
// the reference model are compared without a solver.
//
// A Form is an integer-linear expression Σ cᵢ·aᵢ + c over atoms. A net of
// width w is described by a form that is congruent to its bits modulo 2^w; a
// form has no width of its own. Two nets whose forms are equal compute the same
// function. Unequal forms prove nothing.
//
// An Atom is what is not linear. Atoms are hash-consed in a Space, so that two
// occurrences of one function are one atom:
//
//   - an input, with the interval it is known to lie in;
//   - floor(L / 2^k), from right shifts and slices (floor.go); those of one dividend say
//     its digits (digits.go);
//   - the bitwise AND or majority of words, from carry-save adders (bitwise.go);
//   - a function of one linear form, known on that form's interval by its maximal
//     affine pieces (function.go), which are found by following curves and not by
//     trying values (curve.go): this is how saturation becomes canonical whichever
//     way it is built;
//   - an opaque operation on forms, which equals only itself.
//
// Coefficients are int64. An operation that would overflow panics with
// ErrOverflow, which Guard turns into an error: the caller's verdict is then
// unknown, never wrong.
//
// Short names: sp is a Space, f and g are forms, a is an atom, k a shift.
package term
