(* Coq's integers, by Zarith. Nothing here is proved. *)

type t = Z.t

let zero = Z.zero
let one = Z.one
let of_positive p = p
let succ = Z.succ
let of_succ_int n = Z.of_int (n + 1)
let double p = Z.shift_left p 1
let double_succ p = Z.succ (double p)
let add = Z.add
let sub = Z.sub
let opp = Z.neg
let mul = Z.mul
let logand = Z.logand
let logor = Z.logor
let logxor = Z.logxor
let min = Z.min
let max = Z.max
let eqb = Z.equal
let ltb = Z.lt
let leb = Z.leq

(* Coq rounds down: the remainder has the divisor's sign. By zero, the quotient is 0 and the
   remainder is the dividend. *)
let div a b = if Z.sign b = 0 then Z.zero else Z.fdiv a b
let modulo a b = if Z.sign b = 0 then a else Z.sub a (Z.mul (Z.fdiv a b) b)

(* A power with a negative exponent is 0. *)
let pow2 w = if Z.sign w < 0 then Z.zero else Z.shift_left Z.one (Z.to_int w)

let case_positive odd even last p =
  if Z.equal p Z.one then last ()
  else if Z.is_odd p then odd (Z.shift_right p 1)
  else even (Z.shift_right p 1)

let case none positive negative z =
  let s = Z.sign z in
  if s = 0 then none () else if s > 0 then positive z else negative (Z.neg z)
