(** * The rules A to J

    The rules read nets as sums, as sum.go does. The invariant is [good]: the bits of a net
    are congruent to its sum modulo 2^w, where w is the net's width. *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist Golden Run Bits Sum Variables.
Import ListNotations.
Open Scope Z_scope.

(** What is known of a net: its width, its operator, and its sum if there is one. *)
Record fact := { breadth : Z; does : op net; amount : option sum }.

(** What is known of the nets so far, and for two nets one that is their exclusive or. *)
Record known := { facts : Nets.t fact; xors : Nets.t (Nets.t net) }.

Definition nothing_known : known := {| facts := Nets.empty _; xors := Nets.empty _ |}.
Definition about (k : known) (n : net) : option fact := Nets.find n (facts k).
Definition knows (k : known) (n : net) : bool := match about k n with Some _ => true | None => false end.
Definition wide (k : known) (n : net) : Z := match about k n with Some f => breadth f | None => 1 end.

Definition bind {A B} (x : option A) (f : A -> option B) : option B := match x with Some a => f a | None => None end.
Definition sum_of (k : known) (n : net) : option sum := bind (about k n) amount.
Definition op_of (k : known) (n : net) : option (op net) := bind (about k n) (fun f => Some (does f)).

(** Rules E and F: the sum plus a multiple of 2^w that lies in the 2^w integers from -below
    on, for all inputs. *)
Definition shift (v : env) (w below : Z) (s : sum) : option sum :=
  bind (interval v s) (fun r =>
    let n := (fst r + below) / pow2 w in
    if n =? (snd r + below) / pow2 w then Some (plus s (- n * pow2 w) (constant 1)) else None).

Definition scaled (k : Z) (s : sum) : sum := plus (constant 0) k s.

(** ** Rules G and H

    A pair of nets stands for the bits that they have in common, a pair of a net and itself
    for the net. *)

Definition pair (a b : net) : net * net := (Pos.min a b, Pos.max a b).

(** The sum of what two nets of w bits have in common. *)
Definition ones (k : known) (w : Z) (n : net) : bool :=
  match op_of k n with Some (Const c) => c =? pow2 w - 1 | _ => false end.

Definition common (k : known) (w : Z) (a b : net) : option sum :=
  if ones k w b then sum_of k a
  else if ones k w a then sum_of k b
  else Some (single (Common w (fst (pair a b)) (snd (pair a b)))).

(** The pairs of which a net is the or, so many or cells deep. *)
Fixpoint leaves (k : known) (depth : nat) (n : net) : list (net * net) :=
  match op_of k n, depth with
  | Some (And a b), _ => [pair a b]
  | Some (Or a b), S depth => leaves k depth a ++ leaves k depth b
  | _, _ => [(n, n)]
  end.

Definition swap (p q : net * net) : (net * net) * (net * net) :=
  if Pos.ltb (fst q) (fst p) || Pos.eqb (fst q) (fst p) && Pos.ltb (snd q) (snd p) then (q, p) else (p, q).

Definition sorted (p q r : net * net) : (net * net) * (net * net) * (net * net) :=
  let (p, q) := swap p q in
  let (q, r) := swap q r in
  let (p, q) := swap p q in
  (p, q, r).

(** A net that is a xor b. *)
Definition is_xor (k : known) (t a b : net) : bool :=
  match op_of k t with Some (Xor x y) => Pos.eqb x a && Pos.eqb y b || Pos.eqb x b && Pos.eqb y a | _ => false end.

Definition xor_of (k : known) (a b : net) : option net :=
  bind (Nets.find (fst (pair a b)) (xors k)) (fun m =>
  bind (Nets.find (snd (pair a b)) m) (fun t => if is_xor k t a b then Some t else None)).

(** The majority of a, b and c by the exclusive or of a and b. *)
Definition majority (k : known) (w : Z) (a b c : net) : option sum :=
  bind (xor_of k a b) (fun t => bind (common k w a b) (fun s => bind (common k w t c) (fun s' => Some (plus s 1 s')))).

(** The or of a and b. *)
Definition disjunction (k : known) (w : Z) (a b : net) : option sum :=
  bind (sum_of k a) (fun s => bind (sum_of k b) (fun s' => bind (common k w a b) (fun m => Some (plus (plus s 1 s') (-1) m)))).

Definition either (k : known) (w : Z) (x y : net) : option sum :=
  match leaves k 1 x ++ leaves k 1 y with
  | [p; q; r] =>
      let '((a, b), (a', c), (b', c')) := sorted p q r in
      if Pos.eqb a a' && Pos.eqb b b' && Pos.eqb c c' then                  (* H *)
        or_else (majority k w a b c) (or_else (majority k w b c a) (or_else (majority k w c a b) (disjunction k w x y)))
      else if Pos.eqb a b && Pos.eqb a a' && Pos.eqb c b' && Pos.eqb c c' then disjunction k w a c (* G *)
      else disjunction k w x y
  | _ => disjunction k w x y
  end.

(** ** Rule I

    The larger one of a and b, if both lie in the interval from [low] to [high], which the
    compare reads. *)
Definition inside (v : env) (low high : Z) (s : sum) : bool :=
  match interval v s with Some r => (low <=? fst r) && (snd r <=? high) | None => false end.

Definition larger (v : env) (k : known) (low high : Z) (a b : net) : option sum :=
  bind (sum_of k a) (fun s => bind (sum_of k b) (fun t =>
    if inside v low high s && inside v low high t then greatest s t else None)).

Definition step (v : env) (k : known) (w : Z) (o : op net) : option sum :=
  let x := sum_of k in
  match o with
  | Input i => Some (single (Port i))
  | Const k => Some (constant k)                                        (* A *)
  | Add a b => bind (x a) (fun s => bind (x b) (fun t => Some (plus s 1 t)))    (* B *)
  | Sub a b => bind (x a) (fun s => bind (x b) (fun t => Some (plus s (-1) t))) (* B *)
  | Neg a => bind (x a) (fun s => Some (scaled (-1) s))                 (* B *)
  | Not a => bind (x a) (fun s => Some (plus (constant (-1)) (-1) s))   (* B *)
  | Mul a b => bind (x a) (fun s => bind (x b) (fun t =>                (* C *)
      match alone t, alone s with
      | Some c, _ => Some (scaled (signed w (c mod pow2 w)) s)
      | _, Some c => Some (scaled (signed w (c mod pow2 w)) t)
      | _, _ => None
      end))
  | Shl a b => bind (x a) (fun s => bind (x b) (fun t => bind (alone t) (fun c => (* C *)
      let c := c mod pow2 (wide k b) in
      if c <? w then Some (scaled (pow2 c) s) else None)))
  | Slice c a =>
      if c =? 0 then x a                                                (* D *)
      else if 0 <? c then bind (x a) (fun s => floor v s c) else None   (* J *)
  | Zext a => bind (x a) (shift v (wide k a) 0)                        (* E *)
  | Sext a => bind (x a) (shift v (wide k a) (pow2 (wide k a - 1)))    (* E *)
  | Concat a b => bind (x a) (fun s => bind (shift v (wide k a) 0 s) (fun s =>  (* F *)
      bind (x b) (fun t => Some (plus s (pow2 (wide k a)) t))))
  | And a b => common k w a b                                           (* G *)
  | Xor a b => bind (x a) (fun s => bind (x b) (fun t => bind (common k w a b) (fun m => (* G *)
      Some (plus (plus s 1 t) (-2) m))))
  | Or a b => either k w a b                                            (* G, H *)
  | Mux c a b =>                                                        (* I *)
      match op_of k c with
      | Some (Slt x y) => if Pos.eqb x b && Pos.eqb y a then larger v k (- pow2 (w - 1)) (pow2 (w - 1) - 1) a b else None
      | Some (Ult x y) => if Pos.eqb x b && Pos.eqb y a then larger v k 0 (pow2 w - 1) a b else None
      | _ => None
      end
  | _ => None
  end.

(** ** Reading *)

Definition note (n : net) (o : op net) (xs : Nets.t (Nets.t net)) : Nets.t (Nets.t net) :=
  match o with
  | Xor a b =>
      let p := pair a b in
      let m := match Nets.find (fst p) xs with Some m => m | None => Nets.empty _ end in
      match Nets.find (snd p) m with Some _ => xs | None => Nets.add (fst p) (Nets.add (snd p) n m) xs end
  | _ => xs
  end.

Definition learn (k : known) (n : net) (f : fact) : known :=
  {| facts := Nets.add n f (facts k); xors := note n (does f) (xors k) |}.

Lemma about_learn k n f m : about (learn k n f) m = if Pos.eqb m n then Some f else about k m.
Proof.
  unfold about, learn. cbn [facts]. destruct (Pos.eqb_spec m n) as [->|D].
  - apply Nets.gss.
  - now apply Nets.gso.
Qed.

(** ** The invariant

    [e] has the words of all nets. *)

Section Proof.
  Variables xs ys : list Z.
  Variable e : state.
  Variable v : env.
  Let rho := valuation xs ys e.
  Hypothesis V : env_true xs ys e v.
  Hypothesis words : forall n, sound (word_of e n).

  Let has n := snd (word_of e n).
  Let size n := fst (word_of e n).

  Definition holds (n : net) (f : fact) : Prop :=
    1 <= breadth f /\ word_of e n = meaning xs (word_of e) (breadth f) (does f) /\
    fits size (breadth f) (does f) = true /\
    forall s, amount f = Some s -> cong (breadth f) (has n) (at_ s rho).

  Definition good (k : known) : Prop := forall n f, about k n = Some f -> holds n f.

  Lemma shift_holds w below s s' b : 0 <= w -> shift v w below s = Some s' -> cong w b (at_ s rho) ->
    cong w b (at_ s' rho) /\ - below <= at_ s' rho < - below + pow2 w.
  Proof.
    intros W S C. unfold shift in S. pose proof (pow2_pos w W) as P.
    destruct (interval v s) as [[l h]|] eqn:I; [|discriminate]. cbn [bind] in S.
    apply (interval_holds xs ys e v V) in I. fold rho in I. unfold within in I. cbn [fst snd] in *.
    destruct (Z.eqb_spec ((l + below) / pow2 w) ((h + below) / pow2 w)) as [N|]; [|discriminate].
    injection S as <-. rewrite at_plus, at_constant.
    set (n := (l + below) / pow2 w) in *.
    split.
    - destruct C as [q ->]. exists (q + n). lia.
    - pose proof (Z.mul_div_le (l + below) (pow2 w) P).
      pose proof (Z.mul_succ_div_gt (h + below) (pow2 w) P).
      rewrite <- N in *. fold n in H. nia.
  Qed.

  Lemma signed_range w b : 1 <= w -> 0 <= b < pow2 w -> - pow2 (w - 1) <= signed w b < pow2 (w - 1).
  Proof.
    intros W B. unfold signed. assert (E : pow2 w = 2 * pow2 (w - 1)).
    { unfold pow2. replace w with (1 + (w - 1)) at 1 by lia. rewrite Z.pow_add_r by lia. reflexivity. }
    destruct (Z.ltb_spec b (pow2 (w - 1))); lia.
  Qed.

  Lemma pow2_succ w : 1 <= w -> pow2 w = pow2 (w - 1) + pow2 (w - 1).
  Proof. intros. unfold pow2. replace w with (1 + (w - 1)) at 1 by lia. rewrite Z.pow_add_r by lia. lia. Qed.

  Lemma at_scaled c s : at_ (scaled c s) rho = c * at_ s rho.
  Proof. unfold scaled. rewrite at_plus, at_constant. lia. Qed.

  Lemma cong_prod w a b c d : cong w a b -> cong w c d -> cong w (a * c) (b * d).
  Proof. intros [q ->] [r ->]. exists (b * r + q * d + q * r * pow2 w). lia. Qed.

  Section Known.
  Variable k : known.
  Hypothesis G : good k.

  Lemma size_of n f : about k n = Some f -> size n = breadth f.
  Proof. intros A. destruct (G n f A) as (_ & M & _). unfold size. now rewrite M. Qed.

  Lemma sum_holds n s : sum_of k n = Some s -> cong (size n) (has n) (at_ s rho).
  Proof.
    unfold sum_of. destruct (about k n) as [f|] eqn:A; [|discriminate]. cbn. intros S.
    rewrite (size_of n f A). destruct (G n f A) as (_ & _ & _ & C). exact (C s S).
  Qed.

  Lemma op_holds n o : op_of k n = Some o ->
    word_of e n = meaning xs (word_of e) (size n) o /\ fits size (size n) o = true.
  Proof.
    unfold op_of. destruct (about k n) as [f|] eqn:A; [|discriminate]. cbn. intros [= <-].
    rewrite (size_of n f A). destruct (G n f A) as (_ & M & F & _). auto.
  Qed.

  Lemma has_below n : 0 <= has n < pow2 (size n).
  Proof. apply words. Qed.

  Lemma size_positive n : 1 <= size n.
  Proof. apply words. Qed.

  (** *** Rules G and H *)

  Definition meet (p : net * net) : Z := Z.land (has (fst p)) (has (snd p)).

  Lemma meet_pair a b : meet (pair a b) = Z.land (has a) (has b).
  Proof.
    unfold meet, pair. cbn. destruct (Pos.leb_spec a b).
    - now rewrite Pos.min_l, Pos.max_r by lia.
    - rewrite Pos.min_r, Pos.max_l by lia. apply Z.land_comm.
  Qed.

  Lemma meet_self n : meet (n, n) = has n.
  Proof. apply Z.land_diag. Qed.

  Lemma ones_holds w n : ones k w n = true -> size n = w -> has n = pow2 w - 1.
  Proof.
    unfold ones. destruct (op_of k n) as [[]|] eqn:O; try discriminate.
    intros E S. apply Z.eqb_eq in E. destruct (op_holds _ _ O) as [M _].
    unfold has. rewrite M. cbn. rewrite S, E. pose proof (size_positive n). pose proof (pow2_pos w ltac:(lia)).
    apply Z.mod_small. lia.
  Qed.

  Lemma common_holds w a b s : size a = w -> size b = w -> common k w a b = Some s ->
    cong w (Z.land (has a) (has b)) (at_ s rho).
  Proof.
    intros A B C. unfold common in C. pose proof (has_below a). pose proof (has_below b).
    pose proof (size_positive a).
    destruct (ones k w b) eqn:Ob; [|destruct (ones k w a) eqn:Oa].
    - rewrite (ones_holds w b Ob B), land_ones by (rewrite <- ?A; lia). rewrite <- A. now apply sum_holds.
    - rewrite Z.land_comm, (ones_holds w a Oa A), land_ones by (rewrite <- ?B; lia). rewrite <- B. now apply sum_holds.
    - injection C as <-. rewrite at_single.
      change (cong w (Z.land (has a) (has b)) (meet (pair a b) mod pow2 w)).
      rewrite meet_pair. apply cong_sym, cong_mod. lia.
  Qed.

  Definition joined (l : list (net * net)) : Z := fold_right (fun p s => Z.lor (meet p) s) 0 l.
  Definition all_of (w : Z) (l : list (net * net)) : Prop := Forall (fun p => size (fst p) = w /\ size (snd p) = w) l.

  Lemma joined_app l m : joined (l ++ m) = Z.lor (joined l) (joined m).
  Proof.
    induction l as [|p l IH]; [reflexivity|].
    change (Z.lor (meet p) (joined (l ++ m)) = Z.lor (Z.lor (meet p) (joined l)) (joined m)).
    rewrite IH. apply Z.lor_assoc.
  Qed.

  Lemma leaf n : all_of (size n) [(n, n)] /\ has n = joined [(n, n)].
  Proof.
    split; [constructor; cbn; auto; constructor|].
    cbn [joined fold_right]. now rewrite Z.lor_0_r, meet_self.
  Qed.

  Lemma all_of_pair w a b : size a = w -> size b = w -> all_of w [pair a b].
  Proof.
    intros A B. constructor; [|constructor]. unfold pair. cbn.
    destruct (Pos.leb_spec a b); [rewrite Pos.min_l, Pos.max_r by lia|rewrite Pos.min_r, Pos.max_l by lia]; auto.
  Qed.

  Lemma leaves_hold d : forall n, all_of (size n) (leaves k d n) /\ has n = joined (leaves k d n).
  Proof.
    induction d as [|d IH]; intros n; cbn [leaves];
      (destruct (op_of k n) as [o|] eqn:O; [destruct o; try apply leaf|apply leaf]);
      destruct (op_holds _ _ O) as [M F]; cbn [fits] in F; apply andb_prop in F as [Fa Fb]; apply Z.eqb_eq in Fa, Fb.
    - split; [now apply all_of_pair|]. cbn [joined fold_right]. rewrite Z.lor_0_r, meet_pair.
      unfold has at 1. rewrite M. cbn. apply land_fits; [|rewrite Fa; apply has_below].
      pose proof (size_positive n). lia.
    - split; [now apply all_of_pair|]. cbn [joined fold_right]. rewrite Z.lor_0_r, meet_pair.
      unfold has at 1. rewrite M. cbn. apply land_fits; [|rewrite Fa; apply has_below].
      pose proof (size_positive n). lia.
    - destruct (IH a) as [Wa Ha], (IH b) as [Wb Hb]. rewrite <- Fa in Wa. rewrite <- Fb in Wb. split.
      + apply Forall_app. auto.
      + rewrite joined_app, <- Ha, <- Hb. unfold has at 1. rewrite M. cbn.
        apply lor_fits; [pose proof (size_positive n); lia| |]; [rewrite Fa|rewrite Fb]; apply has_below.
  Qed.

  Lemma swap_holds p q p' q' : swap p q = (p', q') -> (p' = p /\ q' = q) \/ (p' = q /\ q' = p).
  Proof. unfold swap. destruct (_ || _); intros [= <- <-]; auto. Qed.

  Lemma sorted_holds w p q r p' q' r' : sorted p q r = (p', q', r') ->
    (all_of w [p; q; r] -> all_of w [p'; q'; r']) /\ joined [p; q; r] = joined [p'; q'; r'].
  Proof.
    unfold sorted. destruct (swap p q) as [a b] eqn:S1. destruct (swap b r) as [c d] eqn:S2.
    destruct (swap a c) as [f g] eqn:S3. intros [= <- <- <-].
    apply swap_holds in S1, S2, S3. split.
    - unfold all_of. rewrite !Forall_cons_iff. intuition (subst; auto).
    - cbn [joined fold_right]. rewrite !Z.lor_0_r.
      intuition subst; bits.
  Qed.

  Lemma xor_of_holds a b t : xor_of k a b = Some t -> size t = size a /\ size t = size b /\ has t = Z.lxor (has a) (has b).
  Proof.
    unfold xor_of. destruct (Nets.find _ (xors k)) as [m|]; [|discriminate]. cbn.
    destruct (Nets.find _ m) as [t'|]; [|discriminate]. cbn.
    destruct (is_xor k t' a b) eqn:I; [|discriminate]. intros [= <-].
    unfold is_xor in I. destruct (op_of k t') as [[]|] eqn:O; try discriminate.
    destruct (op_holds _ _ O) as [M F]. cbn [fits] in F. apply andb_prop in F as [Fa Fb]. apply Z.eqb_eq in Fa, Fb.
    assert (H : has t' = Z.lxor (has a0) (has b0)).
    { unfold has at 1. rewrite M. cbn. fold (has a0) (has b0).
      apply fits_bits; [pose proof (size_positive t'); lia|]. intros i L. pose proof (size_positive t').
      rewrite Z.lxor_spec, (bits_below (size t') _ i), (bits_below (size t') (has b0) i); auto; try lia.
      - rewrite Fb. apply has_below.
      - rewrite Fa. apply has_below. }
    apply orb_prop in I as [I|I]; apply andb_prop in I as [I1 I2]; apply Pos.eqb_eq in I1, I2; subst; auto.
    rewrite Z.lxor_comm. auto.
  Qed.

  Lemma majority_holds w a b c s : size a = w -> size b = w -> size c = w -> majority k w a b c = Some s ->
    cong w (Z.lor (Z.land (has a) (has b)) (Z.lor (Z.land (has a) (has c)) (Z.land (has b) (has c)))) (at_ s rho).
  Proof.
    intros A B C M. unfold majority in M.
    destruct (xor_of k a b) as [t|] eqn:X; [|discriminate]. cbn [bind] in M.
    destruct (common k w a b) as [s1|] eqn:C1; [|discriminate]. cbn [bind] in M.
    destruct (common k w t c) as [s2|] eqn:C2; [|discriminate]. cbn [bind] in M. injection M as <-.
    destruct (xor_of_holds _ _ _ X) as (T & _ & H). rewrite majority_sum, <- H, at_plus, Z.mul_1_l.
    apply cong_add; [now apply common_holds|]. apply common_holds; auto. congruence.
  Qed.

  Lemma disjunction_holds w a b s : size a = w -> size b = w -> disjunction k w a b = Some s ->
    cong w (Z.lor (has a) (has b)) (at_ s rho).
  Proof.
    intros A B D. unfold disjunction in D.
    destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. cbn [bind] in D.
    destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate]. cbn [bind] in D.
    destruct (common k w a b) as [m|] eqn:C; [|discriminate]. cbn [bind] in D. injection D as <-.
    rewrite or_sum, !at_plus. apply sum_holds in Sa, Sb. rewrite A in Sa. rewrite B in Sb.
    replace (has a + has b - Z.land (has a) (has b)) with (has a + 1 * has b + (-1) * Z.land (has a) (has b)) by lia.
    apply cong_add; [apply cong_add; [exact Sa|now apply cong_mul]|]. apply cong_mul. now apply common_holds.
  Qed.

  Lemma either_holds w x y s : size x = w -> size y = w -> either k w x y = Some s ->
    cong w (Z.lor (has x) (has y)) (at_ s rho).
  Proof.
    intros X Y E. unfold either in E.
    destruct (leaves_hold 1 x) as [Wx Hx], (leaves_hold 1 y) as [Wy Hy]. rewrite X in Wx. rewrite Y in Wy.
    assert (W : all_of w (leaves k 1 x ++ leaves k 1 y)) by (apply Forall_app; auto).
    assert (H : Z.lor (has x) (has y) = joined (leaves k 1 x ++ leaves k 1 y)) by (rewrite joined_app; congruence).
    clear Wx Hx Wy Hy.
    destruct (leaves k 1 x ++ leaves k 1 y) as [|p [|q [|r [|]]]]; try (now apply disjunction_holds in E).
    destruct (sorted p q r) as [[[a b] [a' c]] [b' c']] eqn:S.
    destruct (sorted_holds w _ _ _ _ _ _ S) as [W' J]. specialize (W' W). rewrite J in H. clear W J S.
    unfold all_of in W'. rewrite !Forall_cons_iff in W'. cbn [fst snd] in W'.
    cbn [joined fold_right] in H. rewrite Z.lor_0_r in H. unfold meet in H. cbn [fst snd] in H.
    destruct (Pos.eqb a a' && Pos.eqb b b' && Pos.eqb c c') eqn:Q1;
      [|destruct (Pos.eqb a b && Pos.eqb a a' && Pos.eqb c b' && Pos.eqb c c') eqn:Q2].
    - apply andb_prop in Q1 as [Q1 Q3]. apply andb_prop in Q1 as [Q1 Q2]. apply Pos.eqb_eq in Q1, Q2, Q3. subst a' b' c'.
      unfold or_else in E.
      destruct (majority k w a b c) as [s1|] eqn:M1; [|destruct (majority k w b c a) as [s1|] eqn:M2; [|destruct (majority k w c a b) as [s1|] eqn:M3]].
      1-3: injection E as ->.
      + rewrite H. apply majority_holds in M1; tauto.
      + apply majority_holds in M2; try tauto.
        rewrite H. erewrite <- (Z.land_comm (has c) (has a)), <- (Z.land_comm (has b) (has a)) .
        replace (Z.lor _ _) with (Z.lor (Z.land (has b) (has c)) (Z.lor (Z.land (has b) (has a)) (Z.land (has c) (has a)))) by bits. exact M2.
      + apply majority_holds in M3; try tauto.
        rewrite H. replace (Z.lor _ _) with (Z.lor (Z.land (has c) (has a)) (Z.lor (Z.land (has c) (has b)) (Z.land (has a) (has b)))) by bits. exact M3.
      + now apply disjunction_holds in E.
    - repeat (apply andb_prop in Q2 as [Q2 ?]). repeat match goal with H : Pos.eqb _ _ = true |- _ => apply Pos.eqb_eq in H end. subst b a' b' c'.
      apply disjunction_holds in E; try tauto. rewrite H.
      replace (Z.lor _ _) with (Z.lor (has a) (has c)) by bits. exact E.
    - now apply disjunction_holds in E.
  Qed.

  Lemma inside_holds low high s : inside v low high s = true -> low <= at_ s rho <= high.
  Proof.
    unfold inside. destruct (interval v s) as [r|] eqn:I; [|discriminate].
    apply (interval_holds xs ys e v V) in I. fold rho in I. unfold within in I.
    intros H. apply andb_prop in H as [H1 H2]. apply Z.leb_le in H1, H2. lia.
  Qed.

  (** One rule: what a cell's bits are, its sum is congruent to. *)
  Lemma step_holds w o s : 1 <= w -> forallb (knows k) (operands o) = true -> fits (wide k) w o = true ->
    step v k w o = Some s -> cong w (value xs (word_of e) w o) (at_ s rho).
  Proof.
    intros W K F S.
    assert (N : forall a, In a (operands o) -> exists b, word_of e a = (wide k a, b) /\ 1 <= wide k a /\ 0 <= b < pow2 (wide k a)
        /\ forall t, sum_of k a = Some t -> cong (wide k a) b (at_ t rho)).
    { intros a I. rewrite forallb_forall in K. specialize (K a I). unfold knows, wide in *.
      destruct (about k a) as [f|] eqn:A; [|discriminate]. pose proof (size_of a f A) as Z.
      pose proof (has_below a). pose proof (size_positive a). pose proof (sum_holds a) as C.
      unfold size, has in *. destruct (word_of e a) as [wa b]. cbn in *. subst wa. exists b. auto. }
    clear K.
    destruct o; cbn [step value fits] in F, S |- *; try discriminate.
    - (* input *) injection S as <-. rewrite at_single. apply cong_refl.
    - (* A *) injection S as <-. rewrite at_constant. apply cong_refl.
    - destruct (N a ltac:(cbn; auto)) as (b & -> & ? & ? & C); cbn [fst snd].
      apply andb_prop in F as [_ F]. apply Z.leb_le in F.
      destruct (Z.eqb_spec k0 0) as [->|].
      + (* D *) change (pow2 0) with 1. rewrite Z.div_1_r. apply cong_narrow with (wide k a); [lia|auto].
      + (* J *) destruct (Z.ltb_spec 0 k0); [|discriminate].
        destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. cbn [bind] in S.
        pose proof (floor_holds xs ys e v V sa k0 s ltac:(lia) S) as Fl. fold rho in Fl. rewrite Fl. destruct (C _ eq_refl) as [q ->].
        apply cong_narrow with (wide k a - k0); [lia|]. exists q.
        pose proof (pow2_pos k0 ltac:(lia)).
        replace (pow2 (wide k a)) with (pow2 (wide k a - k0) * pow2 k0).
        2: { unfold pow2. rewrite <- Z.pow_add_r by lia. f_equal. lia. }
        rewrite Z.mul_assoc, Z.div_add by lia. reflexivity.
    - (* F *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. cbn [bind] in S.
      destruct (shift _ _ _ sa) as [sa'|] eqn:Sh; [|discriminate]. cbn [bind] in S.
      destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate]. cbn [bind] in S. injection S as <-.
      destruct (N a ltac:(cbn; auto)) as (ba & -> & ? & Ra & Ca), (N b ltac:(cbn; auto)) as (bb & -> & ? & ? & Cb); cbn [fst snd].
      apply Z.eqb_eq in F. subst w.
      destruct (shift_holds (wide k a) 0 sa sa' ba ltac:(lia) Sh (Ca _ Sa)) as [C R].
      rewrite (cong_unique (wide k a) 0 ba (at_ sa' rho)) by (auto; lia).
      rewrite at_plus. destruct (Cb _ Sb) as [q ->].
      exists q. unfold pow2. rewrite Z.pow_add_r by lia. lia.
    - (* E, zext *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. cbn [bind] in S.
      destruct (N a ltac:(cbn; auto)) as (ba & -> & ? & Ra & Ca); cbn [fst snd].
      destruct (shift_holds (wide k a) 0 sa s ba ltac:(lia) S (Ca _ Sa)) as [C R].
      rewrite (cong_unique (wide k a) 0 ba (at_ s rho)) by (auto; lia). apply cong_refl.
    - (* E, sext *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. cbn [bind] in S.
      destruct (N a ltac:(cbn; auto)) as (ba & -> & Wa & Ra & Ca); cbn [fst snd].
      destruct (shift_holds (wide k a) _ sa s ba ltac:(lia) S (Ca _ Sa)) as [C R].
      pose proof (signed_range _ _ Wa Ra). pose proof (pow2_succ _ Wa).
      rewrite (cong_unique (wide k a) (- pow2 (wide k a - 1)) (signed (wide k a) ba) (at_ s rho)); try lia.
      + apply cong_refl.
      + apply cong_trans with ba; [apply cong_signed|exact C].
    - (* B, add *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate].
      injection S as <-. destruct (N a ltac:(cbn; auto)) as (ba & -> & ? & ? & Ca), (N b ltac:(cbn; auto)) as (bb & -> & ? & ? & Cb); cbn [fst snd].
      apply andb_prop in F as [Fa Fb]. apply Z.eqb_eq in Fa, Fb. rewrite <- Fa in Ca. rewrite <- Fb in Cb.
      rewrite at_plus. apply cong_add; [auto|]. rewrite Z.mul_1_l. auto.
    - (* B, sub *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate].
      injection S as <-. destruct (N a ltac:(cbn; auto)) as (ba & -> & ? & ? & Ca), (N b ltac:(cbn; auto)) as (bb & -> & ? & ? & Cb); cbn [fst snd].
      apply andb_prop in F as [Fa Fb]. apply Z.eqb_eq in Fa, Fb. rewrite <- Fa in Ca. rewrite <- Fb in Cb.
      rewrite at_plus. replace (ba - bb) with (ba + (-1) * bb) by lia. apply cong_add; [auto|]. apply cong_mul; auto.
    - (* B, neg *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate].
      injection S as <-. destruct (N a ltac:(cbn; auto)) as (ba & -> & ? & ? & Ca); cbn [fst snd].
      apply Z.eqb_eq in F. rewrite <- F in Ca.
      rewrite at_scaled. replace (- ba) with ((-1) * ba) by lia. apply cong_mul; auto.
    - (* C, mul *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate].
      cbn [bind] in S. destruct (N a ltac:(cbn; auto)) as (ba & -> & ? & ? & Ca), (N b ltac:(cbn; auto)) as (bb & -> & ? & ? & Cb); cbn [fst snd].
      apply andb_prop in F as [Fa Fb]. apply Z.eqb_eq in Fa, Fb. rewrite <- Fa in Ca. rewrite <- Fb in Cb.
      specialize (Ca _ Sa). specialize (Cb _ Sb).
      assert (K : forall c, cong w (signed w (c mod pow2 w)) c).
      { intros c. apply cong_trans with (c mod pow2 w); [apply cong_signed|apply cong_mod; lia]. }
      destruct (alone sb) as [c|] eqn:Ab; [|destruct (alone sa) as [c|] eqn:Aa; [|discriminate]];
        injection S as <-; rewrite at_scaled.
      + rewrite (alone_at _ _ rho Ab) in Cb. rewrite Z.mul_comm. apply cong_prod; [|auto].
        apply cong_trans with c; [auto|apply cong_sym; auto].
      + rewrite (alone_at _ _ rho Aa) in Ca. apply cong_prod; [|auto].
        apply cong_trans with c; [auto|apply cong_sym; auto].
    - (* B, not *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate].
      injection S as <-. destruct (N a ltac:(cbn; auto)) as (ba & -> & ? & ? & Ca); cbn [fst snd].
      apply Z.eqb_eq in F. rewrite <- F in Ca.
      rewrite at_plus, at_constant. replace (- ba - 1) with (-1 + (-1) * ba) by lia.
      apply cong_add; [apply cong_refl|]. apply cong_mul; auto.
    - (* G, and *) destruct (N a ltac:(cbn; auto)) as (ba & Wa & _), (N b ltac:(cbn; auto)) as (bb & Wb & _).
      apply andb_prop in F as [Fa Fb]. apply Z.eqb_eq in Fa, Fb.
      apply (common_holds w a b s); [unfold size; rewrite Wa; auto|unfold size; rewrite Wb; auto|exact S].
    - (* G, H, or *) destruct (N a ltac:(cbn; auto)) as (ba & Wa & _), (N b ltac:(cbn; auto)) as (bb & Wb & _).
      apply andb_prop in F as [Fa Fb]. apply Z.eqb_eq in Fa, Fb.
      apply (either_holds w a b s); [unfold size; rewrite Wa; auto|unfold size; rewrite Wb; auto|exact S].
    - (* G, xor *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate].
      cbn [bind] in S. destruct (common k w a b) as [m|] eqn:C; [|discriminate]. cbn [bind] in S. injection S as <-.
      destruct (N a ltac:(cbn; auto)) as (ba & Wa & _ & _ & Ca), (N b ltac:(cbn; auto)) as (bb & Wb & _ & _ & Cb).
      apply andb_prop in F as [Fa Fb]. apply Z.eqb_eq in Fa, Fb. rewrite <- Fa in *. rewrite <- Fb in *.
      apply common_holds in C; [|unfold size; rewrite Wa; auto|unfold size; rewrite Wb; auto].
      unfold has in C. rewrite Wa, Wb in *. cbn [fst snd] in *. rewrite xor_sum, !at_plus.
      replace (ba + bb - 2 * Z.land ba bb) with (ba + 1 * bb + (-2) * Z.land ba bb) by lia.
      apply cong_add; [apply cong_add; [auto|apply cong_mul; auto]|]. apply cong_mul. exact C.
    - (* C, shl *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate].
      cbn [bind] in S. destruct (N a ltac:(cbn; auto)) as (ba & -> & ? & ? & Ca), (N b ltac:(cbn; auto)) as (bb & -> & ? & Rb & Cb); cbn [fst snd].
      apply Z.eqb_eq in F. rewrite <- F in Ca.
      specialize (Ca _ Sa). specialize (Cb _ Sb).
      destruct (alone sb) as [c|] eqn:Ab; [|discriminate]. cbn [bind] in S.
      rewrite (alone_at _ _ rho Ab) in Cb. apply cong_mod_eq in Cb; [|lia].
      rewrite (Z.mod_small bb) in Cb by lia. rewrite <- Cb in S.
      destruct (Z.ltb_spec bb w); [|discriminate]. injection S as <-. rewrite at_scaled.
      destruct (Z.leb_spec w bb); [lia|]. rewrite Z.mul_comm. apply cong_mul; auto.
    - (* I *) destruct (op_of k s0) as [[]|] eqn:O; try discriminate;
        (destruct (Pos.eqb _ b && Pos.eqb _ a) eqn:Q; [|discriminate]);
        apply andb_prop in Q as [Q1 Q2]; apply Pos.eqb_eq in Q1, Q2; subst;
        destruct (op_holds _ _ O) as [M _];
        unfold larger in S; (destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]); cbn [bind] in S;
        (destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate]); cbn [bind] in S;
        (destruct (inside v _ _ sa && inside v _ _ sb) eqn:I; [|discriminate]); apply andb_prop in I as [Ia Ib];
        apply inside_holds in Ia, Ib; apply (greatest_holds xs ys e) in S; fold rho in S;
        destruct (N a ltac:(cbn; auto)) as (ba & Wa & ? & Ra & Ca), (N b ltac:(cbn; auto)) as (bb & Wb & ? & Rb & Cb);
        specialize (Ca _ Sa); specialize (Cb _ Sb);
        apply andb_prop in F as [F Fb]; apply andb_prop in F as [Fs Fa]; apply Z.eqb_eq in Fs, Fa, Fb;
        rewrite <- Fa in *; rewrite <- Fb in *;
        rewrite M, Wa, Wb; cbn [meaning value fst snd]; rewrite S, Wa, Wb; cbn [fst snd];
        pose proof (size_positive s0); pose proof (pow2_pos w ltac:(lia)).
      + rewrite (cong_unique w 0 ba (at_ sa rho)), (cong_unique w 0 bb (at_ sb rho)) by (auto; lia).
        exists 0. unfold truth. destruct (N s0 ltac:(cbn; auto)) as (bs & Ws & _). unfold size. rewrite Ws. cbn [fst]. rewrite Fs.
        destruct (Z.ltb_spec (at_ sb rho) (at_ sa rho)); cbn; lia.
      + pose proof (signed_range w ba ltac:(lia) Ra). pose proof (signed_range w bb ltac:(lia) Rb). pose proof (pow2_succ w ltac:(lia)).
        assert (Ea : signed w ba = at_ sa rho).
        { apply (cong_unique w (- pow2 (w - 1))); try lia. apply cong_trans with ba; [apply cong_signed|exact Ca]. }
        assert (Eb : signed w bb = at_ sb rho).
        { apply (cong_unique w (- pow2 (w - 1))); try lia. apply cong_trans with bb; [apply cong_signed|exact Cb]. }
        rewrite Ea, Eb. unfold truth. destruct (N s0 ltac:(cbn; auto)) as (bs & Ws & _). unfold size. rewrite Ws. cbn [fst]. rewrite Fs.
        destruct (Z.ltb_spec (at_ sb rho) (at_ sa rho)).
        * rewrite Z.max_l by lia. exact Ca.
        * rewrite Z.max_r by lia. exact Cb.
  Qed.

  End Known.
End Proof.
