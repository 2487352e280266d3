(** * What golden demands of a compare point, and what is proved

    The accumulator is a sum of inputs or, if it saturates, wraps or drops bits, what golden's
    algebra makes of sums. Requantization drops fraction bits with a rounding mode, brings the
    integer into a format with an overflow mode, and clamps it. These are the definitions of
    package golden (algebra.go) and package spec (modes.go).

    [correct], at the end, is what follows if the checker accepts. Who wants to know what that
    is has to read Netlist.v and this file, and no proof. *)

From Coq Require Import ZArith List Bool.
From Hashiflex Require Import Netlist.
Import ListNotations.
Open Scope Z_scope.

Definition range := (Z * Z)%type.
Definition within (x : Z) (r : range) : Prop := fst r <= x <= snd r.

(** ** Requantization *)

Inductive rounding := TRN | TRN_ZERO | RND | RND_ZERO | RND_INF | RND_MIN_INF | RND_CONV.
Inductive overflow := WRAP | SAT | SAT_ZERO | SAT_SYM.

(** What a mode adds before s bits are dropped, for v >= 0 and for v < 0; h is half a unit of
    the result. Where the flag is set, one more if the truncated result is odd. *)
Definition constants (r : rounding) (h : Z) : Z * Z * bool :=
  match r with
  | TRN => (0, 0, false)
  | TRN_ZERO => (0, 2 * h - 1, false)
  | RND => (h, h, false)
  | RND_ZERO => (h - 1, h, false)
  | RND_INF => (h, h - 1, false)
  | RND_MIN_INF => (h - 1, h - 1, false)
  | RND_CONV => (h - 1, h - 1, true)
  end.

(** golden counts a shift beyond 62 as 62. *)
Definition round (r : rounding) (shift v : Z) : Z :=
  if shift <=? 0 then v * pow2 (- shift)
  else
    let d := pow2 (Z.min shift 62) in
    let '(pos, neg, even) := constants r (pow2 (Z.min shift 62 - 1)) in
    let c := (if v <? 0 then neg else pos) + (if even then (v / d) mod 2 else 0) in
    (v + c) / d.

Record quant := {
  rounds : rounding; overflows : overflow; drops : Z; (* the shift *)
  is_signed : bool; width : Z; clamps : option range }.

Definition clamp (r : range) (v : Z) : Z :=
  if v <? fst r then fst r else if snd r <? v then snd r else v.

Definition least (q : quant) : Z := if is_signed q then - pow2 (width q - 1) else 0.
Definition greatest (q : quant) : Z := if is_signed q then pow2 (width q - 1) - 1 else pow2 (width q) - 1.

Definition bring (q : quant) (v : Z) : Z :=
  match overflows q with
  | WRAP => v - (v - least q) / pow2 (width q) * pow2 (width q)
  | SAT => clamp (least q, greatest q) v
  | SAT_SYM => clamp (least q + (if is_signed q then 1 else 0), greatest q) v
  | SAT_ZERO => if v <? least q then 0 else if greatest q <? v then 0 else v
  end.

Definition requantize (q : quant) (acc : Z) : Z :=
  let v := bring q (round (rounds q) (drops q) acc) in
  match clamps q with Some r => clamp r v | None => v end.

(** ** The accumulator

    A sum is an integer that depends on the inputs: a constant, and a coefficient for each
    variable. A variable is an input, or an integer that inputs make in a way that is no sum. *)
Inductive var :=
| Port (i : nat)                  (* input i *)
| Defined (j : nat)               (* node j of golden's definition *)
| Greatest (l : list nat)         (* of inputs *)
| Common (w : Z) (a b : net).     (* the bits that two nets of w bits have in common *)

Notation term := (var * Z)%type.
Record sum := { konst : Z; coefs : list term }.

Fixpoint dot (cs : list term) (rho : var -> Z) : Z :=
  match cs with (v, c) :: cs => c * rho v + dot cs rho | [] => 0 end.

Definition at_ (s : sum) (rho : var -> Z) : Z := konst s + dot (coefs s) rho.

(** The accumulator is defined by nodes. A node is a choice or a quotient that is rounded
    down; what goes into it are sums of inputs and of nodes before it. *)
Inductive node :=
| Floor (s : sum) (k : Z)         (* of s / 2^k *)
| Choose (a b t e : sum).         (* t where a < b, otherwise e *)

(** The integers of the inputs, and of the nodes so far. Golden has no other variables: these
    are the checker's. *)
Definition reckon (xs ys : list Z) (v : var) : Z :=
  match v with Port i => nth i xs 0 | Defined j => nth j ys 0 | _ => 0 end.

Definition node_value (xs ys : list Z) (n : node) : Z :=
  match n with
  | Floor s k => at_ s (reckon xs ys) / pow2 k
  | Choose a b t e =>
      if at_ a (reckon xs ys) <? at_ b (reckon xs ys) then at_ t (reckon xs ys) else at_ e (reckon xs ys)
  end.

(** The integers of all nodes. *)
Fixpoint values (xs : list Z) (nodes : list node) (ys : list Z) : list Z :=
  match nodes with [] => ys | n :: rest => values xs rest (ys ++ [node_value xs ys n]) end.

(** An input of the point: the range that the layer assumes, and its width. *)
Record port := { takes : range; bits : Z }.

(** A compare point. Without [tail] the output is the accumulator itself. *)
Record point := {
  ports : list port; nodes : list node; accumulator : sum; tail : option quant;
  out_width : Z; out_range : range }.

Definition after (p : point) (acc : Z) : Z :=
  match tail p with Some q => requantize q acc | None => acc end.

(** The accumulator, requantized. *)
Definition golden (p : point) (xs : list Z) : Z :=
  after p (at_ (accumulator p) (reckon xs (values xs (nodes p) []))).

(** For all integers that the inputs may take, the output of the netlist is golden's integer in
    two's complement, and this lies within the range that the next layer takes for granted. *)
Definition correct (p : point) (cells : list cell) (out : net) : Prop :=
  forall xs, Forall2 within xs (map takes (ports p)) ->
  word_of (eval xs cells) out = (out_width p, golden p xs mod pow2 (out_width p))
  /\ within (golden p xs) (out_range p).
