// Package term defines normal forms, which compare a lifted circuit with the reference
// model without a solver.
//
// A Form is an integer-linear expression Σ cᵢ·aᵢ + c over atoms. A net of
// width w is described by a form that is congruent to its bits modulo 2^w; a
// form has no width of its own. Two nets whose forms are equal compute the same
// function. Unequal forms prove nothing.
//
// An Atom is a non-linear part. Atoms are hash-consed in a Space, so that two
// occurrences of one function are one atom:
//
//   - an input, with the interval it is known to lie in;
//   - floor(L / 2^k), from right shifts and slices (floor.go); quotients of one
//     dividend determine its digits (digits.go);
//   - the bitwise AND or majority of words, from carry-save adders (bitwise.go);
//   - a function of one linear form, given on that form's interval by its maximal
//     affine pieces (function.go), which come from operations on curves and not from
//     enumerating values (curve.go); this makes saturation canonical, however it is
//     built;
//   - an opaque operation on forms, which equals only itself.
//
// Coefficients are int64. An operation that would overflow panics with
// ErrOverflow, which Guard turns into an error: the caller's verdict is then
// unknown, never wrong.
//
// Short names: sp is a Space, f and g are forms, a is an atom, k a shift.
package term
