(** * Facts about netlists

    When a netlist is well-formed, and what the evaluation of one is then. *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist.
Import ListNotations.
Open Scope Z_scope.

(** ** Well-formed netlists

    Operands stand before their cell, and widths fit, as netlist.go wants it. *)

Definition operands {A} (o : op A) : list A :=
  match o with
  | Input _ | Const _ => []
  | Slice _ a | Zext a | Sext a | Neg a | Not a | Redand a | Redor a | Redxor a => [a]
  | Concat a b | Add a b | Sub a b | Mul a b | And a b | Or a b | Xor a b
  | Shl a b | Shr a b | Sar a b | Equal a b | Ult a b | Slt a b => [a; b]
  | Mux s a b => [s; a; b]
  end.

Definition fits {A} (wide : A -> Z) (w : Z) (o : op A) : bool :=
  match o with
  | Input _ => true
  | Const k => (0 <=? k) && (k <? pow2 w)
  | Slice k a => (0 <=? k) && (k + w <=? wide a)
  | Concat a b => w =? wide a + wide b
  | Zext a | Sext a => wide a <? w
  | Neg a | Not a => w =? wide a
  | Add a b | Sub a b | Mul a b | And a b | Or a b | Xor a b => (w =? wide a) && (w =? wide b)
  | Shl a _ | Shr a _ | Sar a _ => w =? wide a
  | Equal a b | Ult a b | Slt a b => (w =? 1) && (wide a =? wide b)
  | Redand _ | Redor _ | Redxor _ => w =? 1
  | Mux s a b => (wide s =? 1) && (w =? wide a) && (w =? wide b)
  end.

Lemma pow2_pos w : 0 <= w -> 0 < pow2 w.
Proof. apply Z.pow_pos_nonneg; lia. Qed.

(** ** Each net is what its cell says of the final state *)

Lemma meaning_ext {A} xs (f g : A -> word) w o :
  (forall a, In a (operands o) -> f a = g a) -> meaning xs f w o = meaning xs g w o.
Proof.
  intros H. unfold meaning. f_equal. f_equal.
  destruct o; cbn [value operands] in *;
    rewrite ?H by (cbn; auto); reflexivity.
Qed.

Fixpoint number (next : net) (cells : list cell) : list (net * cell) :=
  match cells with [] => [] | c :: rest => (next, c) :: number (Pos.succ next) rest end.

Definition before (n : net) (o : op net) : bool := forallb (fun a => (a <? n)%positive) (operands o).

Lemma run_keeps xs cells : forall next e n,
  (n < next)%positive -> Nets.find n (run xs next cells e) = Nets.find n e.
Proof.
  induction cells as [|[w o] rest IH]; intros next e n L; cbn; [reflexivity|].
  rewrite IH by lia. apply Nets.gso. lia.
Qed.

Lemma run_fixed xs cells : forall next e,
  forallb (fun nc => before (fst nc) (snd (snd nc))) (number next cells) = true ->
  forall n w o, In (n, (w, o)) (number next cells) ->
  let f := run xs next cells e in
  Nets.find n f = Some (meaning xs (word_of f) w o).
Proof.
  induction cells as [|[w o] rest IH]; intros next e B n w' o' I; cbn in *; [tauto|].
  apply andb_prop in B as [B1 B2].
  destruct I as [I|I]; [|now apply IH].
  inversion I; subst; clear I.
  rewrite run_keeps by lia. rewrite Nets.gss. f_equal.
  apply meaning_ext. intros a Ha.
  unfold before in B1. rewrite forallb_forall in B1. specialize (B1 a Ha).
  apply Pos.ltb_lt in B1. unfold word_of.
  rewrite run_keeps by lia. rewrite Nets.gso by lia. reflexivity.
Qed.

(** ** Every word has no more bits than its width *)

Definition sound (x : word) : Prop := 1 <= fst x /\ 0 <= snd x < pow2 (fst x).

Lemma meaning_sound {A} xs (get : A -> word) w o : 1 <= w -> sound (meaning xs get w o).
Proof.
  intros W. unfold sound, meaning. cbn. pose proof (pow2_pos w ltac:(lia)).
  split; [lia|apply Z.mod_pos_bound; lia].
Qed.

Lemma run_sound xs cells : forall next e,
  (forall w o, In (w, o) cells -> 1 <= w) -> (forall n, sound (word_of e n)) ->
  forall n, sound (word_of (run xs next cells e) n).
Proof.
  induction cells as [|[w o] rest IH]; intros next e W S n; cbn; [apply S|].
  apply IH; [intros w' o' I; apply (W w' o'); now right|].
  intros m. unfold word_of. destruct (Pos.eq_dec m next) as [->|D].
  - rewrite Nets.gss. apply meaning_sound. apply (W w o). now left.
  - rewrite Nets.gso by exact D. apply S.
Qed.

Lemma empty_sound n : sound (word_of (Nets.empty word) n).
Proof. unfold word_of. rewrite Nets.gempty. unfold sound, pow2. cbn. lia. Qed.

Lemma fits_ext {A} (f g : A -> Z) w o :
  (forall a, In a (operands o) -> f a = g a) -> fits f w o = fits g w o.
Proof. intros H. destruct o; cbn [fits operands] in *; rewrite ?H by (cbn; auto); reflexivity. Qed.
