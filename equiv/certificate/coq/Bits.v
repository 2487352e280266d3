(** * Sums of bits

    What and, or and exclusive or are as sums, and the majority of three. *)

From Coq Require Import ZArith List Bool Lia Btauto.
From Hashiflex Require Import Netlist Run.
Import ListNotations.
Open Scope Z_scope.

Ltac bits := apply Z.bits_inj'; intros; repeat rewrite ?Z.lxor_spec, ?Z.lor_spec, ?Z.land_spec, ?Z.ldiff_spec, ?Z.bits_0; btauto.

(** The bits that a has alone, and those it has in common. *)
Lemma parts a b : Z.ldiff a b + Z.land a b = a.
Proof. rewrite Z.add_nocarry_lxor; bits. Qed.

Lemma xor_sum a b : Z.lxor a b = a + b - 2 * Z.land a b.
Proof.
  assert (Z.ldiff a b + Z.ldiff b a = Z.lxor a b) by (rewrite Z.add_nocarry_lxor; bits).
  pose proof (parts a b). pose proof (parts b a). rewrite (Z.land_comm b a) in *. lia.
Qed.

Lemma or_sum a b : Z.lor a b = a + b - Z.land a b.
Proof.
  assert (Z.lxor a b + Z.land a b = Z.lor a b) by (rewrite Z.add_nocarry_lxor; bits).
  pose proof (xor_sum a b). lia.
Qed.

(** The majority of three bits is 1 if two are, or if just one of them is and the third one. *)
Lemma majority_sum a b c :
  Z.lor (Z.land a b) (Z.lor (Z.land a c) (Z.land b c)) = Z.land a b + Z.land (Z.lxor a b) c.
Proof. rewrite Z.add_nocarry_lxor; bits. Qed.

(** These operators need no more bits than their operands. *)
Lemma bits_below w a i : 0 <= a < pow2 w -> 0 <= w <= i -> Z.testbit a i = false.
Proof.
  intros A I. rewrite <- (Z.mod_small a (2 ^ w)) by exact A. apply Z.mod_pow2_bits_high. lia.
Qed.

Lemma fits_bits w a : 0 <= w -> (forall i, w <= i -> Z.testbit a i = false) -> a mod pow2 w = a.
Proof.
  intros W H. apply Z.bits_inj'. intros i I. unfold pow2. destruct (Z.lt_ge_cases i w).
  - apply Z.mod_pow2_bits_low. lia.
  - rewrite Z.mod_pow2_bits_high by lia. now rewrite H by lia.
Qed.

Lemma land_fits w a b : 0 <= w -> 0 <= a < pow2 w -> Z.land a b mod pow2 w = Z.land a b.
Proof.
  intros W A. apply fits_bits; [exact W|]. intros i I.
  rewrite Z.land_spec, (bits_below w a i) by (auto; lia). reflexivity.
Qed.

Lemma lor_fits w a b : 0 <= w -> 0 <= a < pow2 w -> 0 <= b < pow2 w -> Z.lor a b mod pow2 w = Z.lor a b.
Proof.
  intros W A B. apply fits_bits; [exact W|]. intros i I.
  rewrite Z.lor_spec, (bits_below w a i), (bits_below w b i) by (auto; lia). reflexivity.
Qed.

Lemma land_ones a w : 0 <= w -> 0 <= a < pow2 w -> Z.land a (pow2 w - 1) = a.
Proof.
  intros W A. replace (pow2 w - 1) with (Z.ones w) by (rewrite Z.ones_equiv; unfold pow2; lia).
  rewrite Z.land_ones by exact W. apply Z.mod_small. exact A.
Qed.
