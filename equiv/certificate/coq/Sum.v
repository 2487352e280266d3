(** * Sums of variables

    What the checker does with sums, and that it is right. *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist Golden Run.
Import ListNotations.
Open Scope Z_scope.

Fixpoint maximum (xs : list Z) : Z :=
  match xs with [] => 0 | [x] => x | x :: xs => Z.max x (maximum xs) end.

(** The integer of each variable, where the inputs are [xs], golden's nodes [ys], and the
    nets have the words [e]. *)
Definition valuation (xs ys : list Z) (e : state) (v : var) : Z :=
  match v with
  | Port i => nth i xs 0
  | Defined j => nth j ys 0
  | Greatest l => maximum (map (fun i => nth i xs 0) l)
  | Common w a b => Z.land (snd (word_of e a)) (snd (word_of e b)) mod pow2 w
  end.

(** An order of variables, of which nothing is proved but that equal ones are the same. *)
Definition order (eq lt : bool) (next : comparison) : comparison := if eq then next else if lt then Lt else Gt.

Fixpoint order_list (l m : list nat) : comparison :=
  match l, m with
  | [], [] => Eq
  | [], _ => Lt
  | _, [] => Gt
  | i :: l, j :: m => order (Nat.eqb i j) (Nat.ltb i j) (order_list l m)
  end.

Definition rank (v : var) : Z := match v with Port _ => 0 | Defined _ => 1 | Greatest _ => 2 | Common _ _ _ => 3 end.

Definition ordered (v u : var) : comparison :=
  match v, u with
  | Port i, Port j | Defined i, Defined j => order (Nat.eqb i j) (Nat.ltb i j) Eq
  | Greatest l, Greatest m => order_list l m
  | Common w a b, Common w' a' b' =>
      order (w =? w') (w <? w') (order (Pos.eqb a a') (Pos.ltb a a') (order (Pos.eqb b b') (Pos.ltb b b') Eq))
  | _, _ => if rank v <? rank u then Lt else Gt
  end.

Lemma order_eq eq lt next : order eq lt next = Eq -> eq = true /\ next = Eq.
Proof. unfold order. destruct eq; [auto|]. destruct lt; discriminate. Qed.

Lemma order_list_eq l : forall m, order_list l m = Eq -> l = m.
Proof.
  induction l as [|i l IH]; intros [|j m] H; cbn in H; try discriminate; [reflexivity|].
  apply order_eq in H as [E H]. apply Nat.eqb_eq in E. f_equal; auto.
Qed.

Lemma ordered_eq v u : ordered v u = Eq -> v = u.
Proof.
  destruct v, u; cbn; try discriminate; intros H; try (apply order_list_eq in H; congruence);
    repeat (apply order_eq in H as [? H]);
    repeat match goal with
    | E : Nat.eqb _ _ = true |- _ => apply Nat.eqb_eq in E
    | E : Pos.eqb _ _ = true |- _ => apply Pos.eqb_eq in E
    | E : (_ =? _) = true |- _ => apply Z.eqb_eq in E
    end; congruence.
Qed.

(** ** Arithmetic

    The coefficients are ordered by variables, and none is 0. Nothing that is proved needs
    this; but where it holds, equal sums look equal. *)

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

Definition bind {A B} (x : option A) (f : A -> option B) : option B := match x with Some a => f a | None => None end.

(** x + k·y *)
Definition stretch (x : range) (k : Z) (y : range) : range :=
  (fst x + Z.min (k * fst y) (k * snd y), snd x + Z.max (k * fst y) (k * snd y)).

Fixpoint span (cs : list term) (rs : var -> option range) : option range :=
  match cs with
  | (v, c) :: cs => bind (rs v) (fun y => bind (span cs rs) (fun x => Some (stretch x c y)))
  | [] => Some (0, 0)
  end.

(** Where a sum lies, if it is known where its variables lie. *)
Definition hull (s : sum) (rs : var -> option range) : option range :=
  bind (span (coefs s) rs) (fun r => Some (konst s + fst r, konst s + snd r)).

Lemma stretch_holds x y a b k : within a x -> within b y -> within (a + k * b) (stretch x k y).
Proof. unfold within, stretch. cbn. destruct (Z.le_ge_cases 0 k); nia. Qed.

Definition bounds (rs : var -> option range) (rho : var -> Z) : Prop := forall v r, rs v = Some r -> within (rho v) r.

Lemma hull_holds s rs rho r : bounds rs rho -> hull s rs = Some r -> within (at_ s rho) r.
Proof.
  intros R H. unfold hull in H. destruct (span (coefs s) rs) as [t|] eqn:S; [|discriminate]. injection H as <-.
  assert (W : within (dot (coefs s) rho) t).
  { revert t S. induction (coefs s) as [|[v c] cs IH]; intros t S; cbn [span] in S; [injection S as <-; cbn; unfold within; cbn; lia|].
    destruct (rs v) as [y|] eqn:Y; [|discriminate]. cbn [bind] in S.
    destruct (span cs rs) as [x|] eqn:X; [|discriminate]. injection S as <-.
    cbn [dot]. rewrite Z.add_comm. apply stretch_holds; auto. }
  unfold within, at_ in *. cbn. lia.
Qed.

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

(** Two sums are the same if all their coefficients are. *)
Definition same (s t : sum) : bool :=
  let d := plus s (-1) t in forallb (Z.eqb 0) (konst d :: map snd (coefs d)).

Lemma same_holds s t : same s t = true -> forall rho, at_ s rho = at_ t rho.
Proof.
  unfold same. cbn [forallb]. intros H rho. apply andb_prop in H as [K C].
  assert (D : forall cs, forallb (Z.eqb 0) (map snd cs) = true -> dot cs rho = 0).
  { induction cs as [|[v c] cs IH]; intros F; [reflexivity|]. cbn [map snd forallb] in F. apply andb_prop in F as [F1 F2].
    apply Z.eqb_eq in F1. cbn. rewrite IH by exact F2. lia. }
  pose proof (at_plus s (-1) t rho) as E. unfold at_ at 1 in E. rewrite D in E by exact C.
  apply Z.eqb_eq in K. lia.
Qed.

(** The integer of a sum without variables, and the variable that a sum is. *)
Definition alone (s : sum) : option Z := match coefs s with [] => Some (konst s) | _ => None end.

Definition lone (s : sum) : option var :=
  match coefs s with [(v, c)] => if (konst s =? 0) && (c =? 1) then Some v else None | _ => None end.

Lemma alone_at s c rho : alone s = Some c -> at_ s rho = c.
Proof. unfold alone, at_. destruct (coefs s); [|discriminate]. intros [= <-]. cbn. lia. Qed.

Lemma lone_at s v rho : lone s = Some v -> at_ s rho = rho v.
Proof.
  unfold lone, at_. destruct (coefs s) as [|[u c] [|]]; try discriminate.
  destruct (Z.eqb_spec (konst s) 0) as [->|]; [|discriminate]. destruct (Z.eqb_spec c 1) as [->|]; [|discriminate].
  intros [= <-]. cbn [dot]. lia.
Qed.

(** ** The greatest of inputs *)

Fixpoint insert (i : nat) (l : list nat) : list nat :=
  match l with
  | [] => [i]
  | j :: m => if Nat.eqb i j then l else if Nat.ltb i j then i :: l else j :: insert i m
  end.

Definition union (l m : list nat) : list nat := fold_right insert m l.

(** The inputs of which a variable is the greatest. *)
Definition greatest_of (v : var) : list nat :=
  match v with Port i => [i] | Greatest l => l | _ => [] end.

Lemma insert_in i l : forall j, In j (insert i l) <-> j = i \/ In j l.
Proof.
  induction l as [|k l IH]; intros j; cbn [insert]; [cbn; intuition|].
  destruct (Nat.eqb_spec i k) as [->|]; [cbn; intuition|]. destruct (Nat.ltb i k); [cbn; intuition|].
  cbn [In]. rewrite IH. intuition.
Qed.

Lemma union_in l m j : In j (union l m) <-> In j l \/ In j m.
Proof. induction l as [|i l IH]; cbn; [intuition|]. rewrite insert_in, IH. intuition. Qed.

Lemma maximum_holds xs : xs <> [] -> In (maximum xs) xs /\ forall x, In x xs -> x <= maximum xs.
Proof.
  induction xs as [|x [|y xs] IH]; intros N; [congruence|cbn; intuition lia|].
  destruct IH as [I L]; [discriminate|]. set (m := maximum (y :: xs)) in *.
  change (maximum (x :: y :: xs)) with (Z.max x m). split.
  - destruct (Z.max_spec x m) as [[_ ->]|[_ ->]]; [now right|now left].
  - intros z [->|Z]; [lia|]. specialize (L z Z). lia.
Qed.

Lemma maximum_is xs x : In x xs -> (forall y, In y xs -> y <= x) -> maximum xs = x.
Proof.
  intros I L. destruct (maximum_holds xs) as [J M]; [intros ->; destruct I|].
  specialize (L _ J). specialize (M _ I). lia.
Qed.

Lemma union_holds xs l m : l <> [] -> m <> [] ->
  let top := fun l => maximum (map (fun i => nth i xs 0) l) in top (union l m) = Z.max (top l) (top m).
Proof.
  intros L M top. unfold top. set (x := fun i => nth i xs 0).
  destruct (maximum_holds (map x l)) as [Il Ll]; [destruct l; cbn; congruence|].
  destruct (maximum_holds (map x m)) as [Im Lm]; [destruct m; cbn; congruence|].
  apply maximum_is.
  - apply in_map_iff in Il as (i & Ei & Il), Im as (j & Ej & Im). rewrite <- Ei, <- Ej.
    destruct (Z.max_spec (x i) (x j)) as [[_ ->]|[_ ->]]; apply in_map, union_in; auto.
  - intros y Y. apply in_map_iff in Y as (i & <- & Y). apply union_in in Y as [Y|Y]; apply (in_map x) in Y.
    + specialize (Ll _ Y). lia.
    + specialize (Lm _ Y). lia.
Qed.
