(** * The names of the modes

    Golden.v has constants for each rounding mode. They round as the names of the modes
    promise. The checker does not need this. *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist Golden Run.
Open Scope Z_scope.

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
