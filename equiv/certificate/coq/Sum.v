(** * Sums of inputs

    A sum is an integer that depends on the inputs: a constant, and a coefficient for each
    input. Missing coefficients are 0. *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist.
Import ListNotations.
Open Scope Z_scope.

Record sum := { konst : Z; coefs : list Z }.

Fixpoint dot (cs xs : list Z) : Z :=
  match cs, xs with c :: cs, x :: xs => c * x + dot cs xs | _, _ => 0 end.

Definition at_ (s : sum) (xs : list Z) : Z := konst s + dot (coefs s) xs.

(** [axpy k a b] is a + k·b. *)
Fixpoint axpy (k : Z) (a b : list Z) : list Z :=
  match a, b with
  | [], _ => map (Z.mul k) b
  | _, [] => a
  | x :: a, y :: b => (x + k * y) :: axpy k a b
  end.

Definition plus (s : sum) (k : Z) (t : sum) : sum :=
  {| konst := konst s + k * konst t; coefs := axpy k (coefs s) (coefs t) |}.

Definition constant (k : Z) : sum := {| konst := k; coefs := [] |}.

(** Input i alone. *)
Definition input (i : nat) : sum := {| konst := 0; coefs := repeat 0 i ++ [1] |}.

Lemma dot_scale k b : forall xs, dot (map (Z.mul k) b) xs = k * dot b xs.
Proof. induction b; intros [|x xs]; cbn; rewrite ?IHb; lia. Qed.

Lemma dot_nil cs : dot cs [] = 0.
Proof. now destruct cs. Qed.

Lemma dot_axpy k a : forall b xs, dot (axpy k a b) xs = dot a xs + k * dot b xs.
Proof.
  induction a as [|x a IH]; intros b xs; cbn [axpy].
  - rewrite dot_scale. cbn. lia.
  - destruct b as [|y b]; [cbn; lia|]. destruct xs; cbn; rewrite ?IH; lia.
Qed.

Lemma at_plus s k t xs : at_ (plus s k t) xs = at_ s xs + k * at_ t xs.
Proof. unfold at_; cbn. rewrite dot_axpy. lia. Qed.

Lemma at_constant k xs : at_ (constant k) xs = k.
Proof. unfold at_; cbn. lia. Qed.

Lemma at_input i : forall xs, at_ (input i) xs = nth i xs 0.
Proof.
  unfold at_; cbn -[Z.mul]. induction i; intros [|x xs]; cbn -[Z.mul]; rewrite ?dot_nil; try lia.
  specialize (IHi xs). lia.
Qed.

(** ** Intervals

    Inputs lie within ranges, each for itself. *)

Definition range := (Z * Z)%type.
Definition within (x : Z) (r : range) : Prop := fst r <= x <= snd r.

Fixpoint span (cs : list Z) (rs : list range) : range :=
  match cs, rs with
  | c :: cs, (l, h) :: rs =>
      let r := span cs rs in
      (fst r + Z.min (c * l) (c * h), snd r + Z.max (c * l) (c * h))
  | _, _ => (0, 0)
  end.

Definition interval (s : sum) (rs : list range) : range :=
  let r := span (coefs s) rs in (konst s + fst r, konst s + snd r).

Lemma span_holds cs : forall rs xs, Forall2 within xs rs -> within (dot cs xs) (span cs rs).
Proof.
  unfold within. induction cs as [|c cs IH]; intros rs xs F; [cbn; lia|].
  destruct F as [|x [l h] xs rs W F]; [cbn; lia|].
  specialize (IH rs xs F). cbn in *.
  destruct (Z.le_ge_cases 0 c); nia.
Qed.

Lemma interval_holds s rs xs : Forall2 within xs rs -> within (at_ s xs) (interval s rs).
Proof. intros F. pose proof (span_holds (coefs s) rs xs F). unfold within, at_, interval in *. cbn. lia. Qed.

(** ** Congruence *)

Definition cong (w a b : Z) : Prop := exists q, a = b + q * pow2 w.

Lemma cong_refl w a : cong w a a.
Proof. exists 0; lia. Qed.
Lemma cong_sym w a b : cong w a b -> cong w b a.
Proof. intros [q ->]. exists (- q); lia. Qed.
Lemma cong_trans w a b c : cong w a b -> cong w b c -> cong w a c.
Proof. intros [q ->] [r ->]. exists (q + r); lia. Qed.
Lemma cong_add w a b c d : cong w a b -> cong w c d -> cong w (a + c) (b + d).
Proof. intros [q ->] [r ->]. exists (q + r); lia. Qed.
Lemma cong_mul w k a b : cong w a b -> cong w (k * a) (k * b).
Proof. intros [q ->]. exists (k * q); lia. Qed.
Lemma cong_mod w a : 0 <= w -> cong w (a mod pow2 w) a.
Proof.
  intros W. pose proof (pow2_pos w W). exists (- (a / pow2 w)).
  rewrite (Z.div_mod a (pow2 w)) at 2 by lia. lia.
Qed.
Lemma cong_narrow v w a b : 0 <= v <= w -> cong w a b -> cong v a b.
Proof.
  intros V [q ->]. exists (q * pow2 (w - v)). unfold pow2.
  replace w with ((w - v) + v) at 1 by lia. rewrite Z.pow_add_r by lia. lia.
Qed.
Lemma cong_mod_eq w a b : 0 <= w -> cong w a b -> a mod pow2 w = b mod pow2 w.
Proof. intros W [q ->]. pose proof (pow2_pos w W). apply Z.mod_add. lia. Qed.
(** Two congruent integers of the same [pow2 w] neighbours are equal. *)
Lemma cong_unique w l a b : 0 <= w -> cong w a b -> l <= a < l + pow2 w -> l <= b < l + pow2 w -> a = b.
Proof. intros W [q ->] A B. pose proof (pow2_pos w W). assert (q = 0) by nia. lia. Qed.
Lemma cong_signed w b : cong w (signed w b) b.
Proof. unfold signed. destruct (_ <? _); [exists 0 | exists (-1)]; lia. Qed.

(** Two sums are congruent for all inputs if all their coefficients are. *)
Definition congruent (w : Z) (s t : sum) : bool :=
  let d := plus s (-1) t in forallb (fun k => k mod pow2 w =? 0) (konst d :: coefs d).

Lemma dot_divided w cs : 0 <= w -> forallb (fun k => k mod pow2 w =? 0) cs = true ->
  forall xs, cong w (dot cs xs) 0.
Proof.
  intros W. pose proof (pow2_pos w W). induction cs as [|c cs IH]; intros D xs.
  - apply cong_refl.
  - cbn in D. apply andb_prop in D as [D1 D2]. destruct xs as [|x xs]; [apply cong_refl|].
    destruct (IH D2 xs) as [q E]. cbn. rewrite E.
    apply Z.eqb_eq in D1. apply Z.mod_divide in D1; [|lia]. destruct D1 as [r ->].
    exists (r * x + q). lia.
Qed.

Lemma congruent_holds w s t : 0 <= w -> congruent w s t = true -> forall xs, cong w (at_ s xs) (at_ t xs).
Proof.
  intros W C xs. unfold congruent in C. pose proof (pow2_pos w W).
  cbn [forallb] in C. apply andb_prop in C as [K C].
  pose proof (at_plus s (-1) t xs) as E. unfold at_ at 1 in E.
  destruct (dot_divided w _ W C xs) as [q Q]. rewrite Q in E.
  apply Z.eqb_eq in K. apply Z.mod_divide in K; [|lia]. destruct K as [r R]. rewrite R in E.
  exists (r + q). lia.
Qed.
