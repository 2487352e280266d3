(** * Sums of variables

    A sum is an integer that depends on the inputs: a constant, and a coefficient for each
    variable. A variable is an input, or an integer that the inputs make of it in a way that is
    no sum. *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist.
Import ListNotations.
Open Scope Z_scope.

Inductive var :=
| Port (i : nat)                  (* input i *)
| Common (w : Z) (a b : net).     (* the bits that two nets of w bits have in common *)

(** The integer of each variable, where the inputs are [xs] and the nets have the words [e].
    Whatever [w], Common is an integer of w bits. *)
Definition valuation (xs : list Z) (e : state) (v : var) : Z :=
  match v with
  | Port i => nth i xs 0
  | Common w a b => if w <? 0 then 0 else Z.land (snd (word_of e a)) (snd (word_of e b)) mod pow2 w
  end.

(** An order of variables, of which nothing is proved but that equal ones are the same. *)
Definition order (eq lt : bool) (next : comparison) : comparison := if eq then next else if lt then Lt else Gt.

Definition ordered (v u : var) : comparison :=
  match v, u with
  | Port i, Port j => order (Nat.eqb i j) (Nat.ltb i j) Eq
  | Port _, _ => Lt
  | Common w a b, Common w' a' b' =>
      order (w =? w') (w <? w') (order (Pos.eqb a a') (Pos.ltb a a') (order (Pos.eqb b b') (Pos.ltb b b') Eq))
  | _, _ => Gt
  end.

Lemma order_eq eq lt next : order eq lt next = Eq -> eq = true /\ next = Eq.
Proof. unfold order. destruct eq; [auto|]. destruct lt; discriminate. Qed.

Lemma ordered_eq v u : ordered v u = Eq -> v = u.
Proof.
  destruct v, u; cbn; try discriminate; intros H; repeat (apply order_eq in H as [? H]);
    repeat match goal with
    | E : Nat.eqb _ _ = true |- _ => apply Nat.eqb_eq in E
    | E : Pos.eqb _ _ = true |- _ => apply Pos.eqb_eq in E
    | E : (_ =? _) = true |- _ => apply Z.eqb_eq in E
    end; congruence.
Qed.

(** The coefficients are ordered by variables, and none is 0. Nothing that is proved needs
    this; but where it holds, equal sums look equal. *)
Notation term := (var * Z)%type.
Record sum := { konst : Z; coefs : list term }.

Fixpoint dot (cs : list term) (rho : var -> Z) : Z :=
  match cs with (v, c) :: cs => c * rho v + dot cs rho | [] => 0 end.

Definition at_ (s : sum) (rho : var -> Z) : Z := konst s + dot (coefs s) rho.

Definition times (k : Z) (b : list term) : list term := map (fun t => (fst t, k * snd t)) b.

(** [axpy k a b] is a + k·b. *)
Fixpoint axpy (k : Z) (a : list term) : list term -> list term :=
  match a with
  | [] => times k
  | (v, c) :: a' => fix into b :=
      match b with
      | [] => (v, c) :: a'
      | (u, d) :: b' =>
          match ordered v u with
          | Lt => (v, c) :: axpy k a' b
          | Gt => (u, k * d) :: into b'
          | Eq => let s := c + k * d in if s =? 0 then axpy k a' b' else (v, s) :: axpy k a' b'
          end
      end
  end.

Definition plus (s : sum) (k : Z) (t : sum) : sum :=
  if k =? 0 then s else {| konst := konst s + k * konst t; coefs := axpy k (coefs s) (coefs t) |}.

Definition constant (k : Z) : sum := {| konst := k; coefs := [] |}.

(** A variable alone. *)
Definition single (v : var) : sum := {| konst := 0; coefs := [(v, 1)] |}.

Lemma dot_times k b rho : dot (times k b) rho = k * dot b rho.
Proof. induction b as [|[v c] b IH]; cbn; [lia|]. fold (times k b). rewrite IH. lia. Qed.

Lemma axpy_cons k v c a u d b : axpy k ((v, c) :: a) ((u, d) :: b) =
  match ordered v u with
  | Lt => (v, c) :: axpy k a ((u, d) :: b)
  | Gt => (u, k * d) :: axpy k ((v, c) :: a) b
  | Eq => let s := c + k * d in if s =? 0 then axpy k a b else (v, s) :: axpy k a b
  end.
Proof. reflexivity. Qed.

Lemma dot_axpy k rho a : forall b, dot (axpy k a b) rho = dot a rho + k * dot b rho.
Proof.
  induction a as [|[v c] a IH]; intros b; [cbn [axpy dot]; rewrite dot_times; lia|].
  induction b as [|[u d] b IHb]; [cbn; lia|].
  rewrite axpy_cons. destruct (ordered v u) eqn:O.
  - apply ordered_eq in O. subst u. cbv zeta. destruct (Z.eqb_spec (c + k * d) 0); cbn [dot]; rewrite IH; nia.
  - cbn [dot]. rewrite IH. cbn [dot]. lia.
  - cbn [dot] in *. rewrite IHb. lia.
Qed.

Lemma at_plus s k t rho : at_ (plus s k t) rho = at_ s rho + k * at_ t rho.
Proof.
  unfold plus. destruct (Z.eqb_spec k 0); [subst; lia|].
  unfold at_; cbn [konst coefs]. rewrite dot_axpy. lia.
Qed.

Lemma at_constant k rho : at_ (constant k) rho = k.
Proof. unfold at_; cbn. lia. Qed.

Lemma at_single v rho : at_ (single v) rho = rho v.
Proof. unfold at_; cbn [single konst coefs dot]. lia. Qed.

(** ** Intervals

    Variables lie within ranges, each for itself. *)

Definition range := (Z * Z)%type.
Definition within (x : Z) (r : range) : Prop := fst r <= x <= snd r.

Fixpoint span (cs : list term) (rs : var -> range) : range :=
  match cs with
  | (v, c) :: cs =>
      let '(l, h) := rs v in
      let r := span cs rs in
      (fst r + Z.min (c * l) (c * h), snd r + Z.max (c * l) (c * h))
  | [] => (0, 0)
  end.

Definition interval (s : sum) (rs : var -> range) : range :=
  let r := span (coefs s) rs in (konst s + fst r, konst s + snd r).

Lemma span_holds cs rs rho : (forall v, within (rho v) (rs v)) -> within (dot cs rho) (span cs rs).
Proof.
  intros R. unfold within in *. induction cs as [|[v c] cs IH]; [cbn; lia|].
  specialize (R v). cbn. destruct (rs v) as [l h]. cbn in *.
  destruct (Z.le_ge_cases 0 c); nia.
Qed.

Lemma interval_holds s rs rho : (forall v, within (rho v) (rs v)) -> within (at_ s rho) (interval s rs).
Proof. intros F. pose proof (span_holds (coefs s) rs rho F). unfold within, at_, interval in *. cbn. lia. Qed.

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
  let d := plus s (-1) t in forallb (fun k => k mod pow2 w =? 0) (konst d :: map snd (coefs d)).

Lemma dot_divided w cs rho : 0 <= w -> forallb (fun k => k mod pow2 w =? 0) (map snd cs) = true ->
  cong w (dot cs rho) 0.
Proof.
  intros W. pose proof (pow2_pos w W). induction cs as [|[v c] cs IH]; intros D.
  - apply cong_refl.
  - cbn in D. apply andb_prop in D as [D1 D2].
    destruct (IH D2) as [q E]. cbn. rewrite E.
    apply Z.eqb_eq in D1. apply Z.mod_divide in D1; [|lia]. destruct D1 as [r ->].
    exists (r * rho v + q). lia.
Qed.

Lemma congruent_holds w s t : 0 <= w -> congruent w s t = true -> forall rho, cong w (at_ s rho) (at_ t rho).
Proof.
  intros W C rho. unfold congruent in C. pose proof (pow2_pos w W).
  cbn [forallb] in C. apply andb_prop in C as [K C].
  pose proof (at_plus s (-1) t rho) as E. unfold at_ at 1 in E.
  destruct (dot_divided w _ rho W C) as [q Q]. rewrite Q in E.
  apply Z.eqb_eq in K. apply Z.mod_divide in K; [|lia]. destruct K as [r R]. rewrite R in E.
  exists (r + q). lia.
Qed.
