(** * What golden demands of a compare point

    The accumulator is a sum of inputs or, if it saturates, wraps or drops bits, what golden's
    algebra makes of sums. Requantization drops
    fraction bits with a rounding mode, brings the integer into a format with an overflow
    mode, and clamps it. These are the definitions of package golden (algebra.go) and
    package spec (modes.go). *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist Sum.
Import ListNotations.
Open Scope Z_scope.

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

(** The accumulator is defined by nodes. A node is a choice or a quotient that is rounded
    down; what goes into it are sums of inputs and of nodes before it. *)
Inductive node :=
| Floor (s : sum) (k : Z)         (* of s / 2^k *)
| Choose (a b t e : sum).         (* t where a < b, otherwise e *)

(** The integers of the inputs, and of the nodes so far. *)
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

(** ** The names say what the modes do

    These lemmas are not used by the checker. They say that the constants above round as the
    names of the modes promise. *)

Section Names.
  Variables (s v : Z).
  Hypothesis S : 1 <= s <= 62.
  Let d := pow2 s.

  Lemma unit_even : d = 2 * pow2 (s - 1) /\ 0 < pow2 (s - 1).
  Proof.
    split; [|apply pow2_pos; lia].
    unfold d, pow2. replace s with (1 + (s - 1)) at 1 by lia. rewrite Z.pow_add_r by lia. reflexivity.
  Qed.

  Ltac open :=
    unfold round; destruct (Z.leb_spec s 0); [lia|]; rewrite Z.min_l by lia;
    cbn [constants]; fold d; destruct unit_even as [E H0]; set (h := pow2 (s - 1)) in *.

  Lemma trn_is_floor : round TRN s v = v / d.
  Proof. open. f_equal. destruct (v <? 0); lia. Qed.

  Lemma trn_zero_is_toward_zero : round TRN_ZERO s v = Z.quot v d.
  Proof.
    open. destruct (Z.ltb_spec v 0).
    - rewrite <- (Z.opp_involutive v) at 2. rewrite Z.quot_opp_l by lia.
      rewrite Z.quot_div_nonneg by lia.
      pose proof (Z.div_mod (- v) d ltac:(lia)). pose proof (Z.mod_pos_bound (- v) d ltac:(lia)).
      symmetry. apply Z.div_unique with (d - 1 - (- v) mod d); lia.
    - rewrite Z.quot_div_nonneg by lia. f_equal. lia.
  Qed.

  (** All other modes round to a nearest integer. *)
  Lemma others_are_nearest r : r <> TRN -> r <> TRN_ZERO -> 2 * Z.abs (round r s v * d - v) <= d.
  Proof.
    intros N1 N2. open.
    assert (B : forall c, h - 1 <= c <= h -> 2 * Z.abs ((v + c) / d * d - v) <= d).
    { intros c C. pose proof (Z.div_mod (v + c) d ltac:(lia)). pose proof (Z.mod_pos_bound (v + c) d ltac:(lia)). lia. }
    pose proof (Z.mod_pos_bound (v / d) 2 ltac:(lia)).
    destruct r; try contradiction; cbn [constants]; destruct (v <? 0); apply B; lia.
  Qed.
End Names.
