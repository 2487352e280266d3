(** * The checker as an OCaml program

    Coq's integers become those of Zarith. integer.ml has the operations, and says what they
    do where Coq's convention is not the usual one. What stands here is trusted: it is no
    part of the proof. *)

From Coq Require Import ZArith Extraction ExtrOcamlBasic.
From Hashiflex Require Import Netlist Golden Sum Variables Rules Tail Cuts Check.

Extract Inductive positive => "Integer.t"
  [ "Integer.double_succ" "Integer.double" "Integer.one" ] "Integer.case_positive".
Extract Inductive Z => "Integer.t"
  [ "Integer.zero" "Integer.of_positive" "Integer.opp" ] "Integer.case".

(** Natural numbers count inputs and places in lists. They are OCaml's, which have 62 bits. *)
Extract Inductive nat => "int" [ "0" "Stdlib.succ" ] "(fun none some n -> if n = 0 then none () else some (n - 1))".
Extract Constant Nat.eqb => "Int.equal".
Extract Constant Nat.ltb => "(fun m n -> Int.compare m n < 0)".
Extract Constant Pos.of_succ_nat => "Integer.of_succ_int".

Extract Constant Pos.succ => "Integer.succ".
Extract Constant Pos.eqb => "Integer.eqb".
Extract Constant Pos.ltb => "Integer.ltb".
Extract Constant Pos.min => "Integer.min".
Extract Constant Pos.max => "Integer.max".
Extract Constant Z.add => "Integer.add".
Extract Constant Z.sub => "Integer.sub".
Extract Constant Z.opp => "Integer.opp".
Extract Constant Z.mul => "Integer.mul".
Extract Constant Z.div => "Integer.div".
Extract Constant Z.modulo => "Integer.modulo".
Extract Constant Z.land => "Integer.logand".
Extract Constant Z.lor => "Integer.logor".
Extract Constant Z.lxor => "Integer.logxor".
Extract Constant Z.min => "Integer.min".
Extract Constant Z.max => "Integer.max".
Extract Constant Z.eqb => "Integer.eqb".
Extract Constant Z.ltb => "Integer.ltb".
Extract Constant Z.leb => "Integer.leb".
Extract Constant pow2 => "Integer.pow2".

Extraction "checker.ml" check.
