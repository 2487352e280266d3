(** * What golden demands of a compare point

    The accumulator is exact: a bias, and a weight times each input. Requantization drops
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

(** An input of the point: its weight, the range that the layer assumes, and its width. *)
Record port := { weight : Z; takes : range; bits : Z }.

(** A compare point. Without [tail] the output is the accumulator itself. *)
Record point := {
  bias : Z; ports : list port; tail : option quant;
  out_width : Z; out_range : range }.

(** Σ weight × input *)
Fixpoint products (ps : list port) (xs : list Z) : Z :=
  match ps, xs with q :: ps, x :: xs => weight q * x + products ps xs | _, _ => 0 end.

Definition after (p : point) (acc : Z) : Z :=
  match tail p with Some q => requantize q acc | None => acc end.

(** bias + Σ weight × input, requantized. *)
Definition golden (p : point) (xs : list Z) : Z := after p (bias p + products (ports p) xs).

(** The accumulator as a sum of variables. *)
Fixpoint weighted (i : nat) (ps : list port) : list term :=
  match ps with
  | [] => []
  | q :: ps => if weight q =? 0 then weighted (S i) ps else (Port i, weight q) :: weighted (S i) ps
  end.

Definition accumulator (p : point) : sum := {| konst := bias p; coefs := weighted 0 (ports p) |}.

Lemma weighted_holds rho ps : forall xs i, (forall j, rho (Port (i + j)) = nth j xs 0) ->
  dot (weighted i ps) rho = products ps xs.
Proof.
  induction ps as [|q ps IH]; intros xs i R; [reflexivity|].
  assert (T : dot (weighted (S i) ps) rho = products ps (tl xs)).
  { apply IH. intros j. rewrite Nat.add_succ_comm. rewrite R. destruct xs as [|x xs]; [now destruct j|reflexivity]. }
  assert (H : dot (weighted i (q :: ps)) rho = weight q * rho (Port i) + dot (weighted (S i) ps) rho).
  { cbn. destruct (Z.eqb_spec (weight q) 0) as [->|]; [lia|reflexivity]. }
  rewrite H, T. specialize (R O). rewrite Nat.add_0_r in R. rewrite R.
  destruct xs as [|x xs]; cbn; [|lia]. destruct ps; cbn; lia.
Qed.

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
