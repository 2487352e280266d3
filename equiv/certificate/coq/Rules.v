(** * The rules A to F

    The rules read nets as sums, as sum.go does. The invariant is [good]: the bits of a net
    are congruent to its sum modulo 2^w, where w is the net's width. *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist Sum.
Import ListNotations.
Open Scope Z_scope.

(** What is known of each net: its width, and its sum if there is one. *)
Definition known := Nets.t (Z * option sum).
Definition wide (k : known) (n : net) : Z := match Nets.find n k with Some (w, _) => w | None => 1 end.
Definition sum_of (k : known) (n : net) : option sum := match Nets.find n k with Some (_, s) => s | None => None end.

Definition bind {A B} (x : option A) (f : A -> option B) : option B := match x with Some a => f a | None => None end.

(** Rules E and F: the sum plus a multiple of 2^w that lies in the 2^w integers from -below
    on, for all inputs. *)
Definition shift (rs : list range) (w below : Z) (s : sum) : option sum :=
  let r := interval s rs in
  let n := (fst r + below) / pow2 w in
  if n =? (snd r + below) / pow2 w then Some (plus s (- n * pow2 w) (constant 1)) else None.

(** The integer of a sum without inputs. *)
Definition alone (s : sum) : option Z := match coefs s with [] => Some (konst s) | _ => None end.

Definition scaled (k : Z) (s : sum) : sum := plus (constant 0) k s.

Definition step (rs : list range) (k : known) (w : Z) (o : op net) : option sum :=
  let x := sum_of k in
  match o with
  | Input i => Some (input i)
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
  | Slice 0 a => x a                                                    (* D *)
  | Zext a => bind (x a) (shift rs (wide k a) 0)                        (* E *)
  | Sext a => bind (x a) (shift rs (wide k a) (pow2 (wide k a - 1)))    (* E *)
  | Concat a b => bind (x a) (fun s => bind (shift rs (wide k a) 0 s) (fun s =>  (* F *)
      bind (x b) (fun t => Some (plus s (pow2 (wide k a)) t))))
  | _ => None
  end.

(** Reads all cells. There is no result if the netlist is not well-formed. *)
Fixpoint read (rs : list range) (next : net) (cells : list cell) (k : known) : option known :=
  match cells with
  | [] => Some k
  | (w, o) :: rest =>
      if (1 <=? w) && before next o && fits (wide k) w o
      then read rs (Pos.succ next) rest (Nets.add next (w, step rs k w o) k)
      else None
  end.

(** ** The invariant *)

Section Proof.
  Variable rs : list range.
  Variable xs : list Z.
  Hypothesis inputs : Forall2 within xs rs.

  Definition good_net (k : known) (e : state) (n : net) : Prop :=
    let (w, b) := word_of e n in
    w = wide k n /\ 1 <= w /\ 0 <= b < pow2 w /\
    forall s, sum_of k n = Some s -> cong w b (at_ s xs).

  Definition good (k : known) (e : state) : Prop := forall n, good_net k e n.

  Lemma shift_holds w below s s' b : 0 <= w -> shift rs w below s = Some s' -> cong w b (at_ s xs) ->
    cong w b (at_ s' xs) /\ - below <= at_ s' xs < - below + pow2 w.
  Proof.
    intros W S C. unfold shift in S. pose proof (pow2_pos w W) as P.
    pose proof (interval_holds s rs xs inputs) as I. unfold within in I.
    destruct (interval s rs) as [l h]; cbn [fst snd] in *.
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

  Lemma at_scaled c s : at_ (scaled c s) xs = c * at_ s xs.
  Proof. unfold scaled. rewrite at_plus, at_constant. lia. Qed.

  Lemma alone_at s c : alone s = Some c -> at_ s xs = c.
  Proof.
    unfold alone, at_. destruct (coefs s); [|discriminate]. intros [= <-]. cbn. lia.
  Qed.

  Lemma cong_prod w a b c d : cong w a b -> cong w c d -> cong w (a * c) (b * d).
  Proof. intros [q ->] [r ->]. exists (b * r + q * d + q * r * pow2 w). lia. Qed.

  (** One rule: what a cell's bits are, its sum is congruent to. *)
  Lemma step_holds k e w o s : good k e -> 1 <= w -> fits (wide k) w o = true ->
    step rs k w o = Some s -> cong w (value xs (word_of e) w o) (at_ s xs).
  Proof.
    intros G W F S.
    assert (N : forall a, exists b, word_of e a = (wide k a, b) /\ 1 <= wide k a /\ 0 <= b < pow2 (wide k a)
        /\ forall t, sum_of k a = Some t -> cong (wide k a) b (at_ t xs)).
    { intros a. specialize (G a). unfold good_net in G. destruct (word_of e a) as [wa b].
      destruct G as (-> & ? & ? & ?). exists b. auto. }
    destruct o; cbn [step value fits] in *; try discriminate.
    - (* input *) injection S as <-. rewrite at_input. apply cong_refl.
    - (* A *) injection S as <-. rewrite at_constant. apply cong_refl.
    - (* D *) destruct k0; try discriminate.
      destruct (N a) as (b & -> & ? & ? & C); cbn [fst snd]. apply andb_prop in F as [_ F]. apply Z.leb_le in F.
      change (pow2 0) with 1. rewrite Z.div_1_r. apply cong_narrow with (wide k a); [lia|auto].
    - (* F *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. cbn [bind] in S.
      destruct (shift _ _ _ sa) as [sa'|] eqn:Sh; [|discriminate]. cbn [bind] in S.
      destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate]. cbn [bind] in S. injection S as <-.
      destruct (N a) as (ba & -> & ? & Ra & Ca), (N b) as (bb & -> & ? & ? & Cb); cbn [fst snd].
      apply Z.eqb_eq in F. subst w.
      destruct (shift_holds (wide k a) 0 sa sa' ba ltac:(lia) Sh (Ca _ Sa)) as [C R].
      rewrite (cong_unique (wide k a) 0 ba (at_ sa' xs)) by (auto; lia).
      rewrite at_plus. destruct (Cb _ Sb) as [q ->].
      exists q. unfold pow2. rewrite Z.pow_add_r by lia. lia.
    - (* E, zext *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. cbn [bind] in S.
      destruct (N a) as (ba & -> & ? & Ra & Ca); cbn [fst snd].
      destruct (shift_holds (wide k a) 0 sa s ba ltac:(lia) S (Ca _ Sa)) as [C R].
      rewrite (cong_unique (wide k a) 0 ba (at_ s xs)) by (auto; lia). apply cong_refl.
    - (* E, sext *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. cbn [bind] in S.
      destruct (N a) as (ba & -> & Wa & Ra & Ca); cbn [fst snd].
      destruct (shift_holds (wide k a) _ sa s ba ltac:(lia) S (Ca _ Sa)) as [C R].
      pose proof (signed_range _ _ Wa Ra). pose proof (pow2_succ _ Wa).
      rewrite (cong_unique (wide k a) (- pow2 (wide k a - 1)) (signed (wide k a) ba) (at_ s xs)); try lia.
      + apply cong_refl.
      + apply cong_trans with ba; [apply cong_signed|exact C].
    - (* B, add *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate].
      injection S as <-. destruct (N a) as (ba & -> & ? & ? & Ca), (N b) as (bb & -> & ? & ? & Cb); cbn [fst snd].
      apply andb_prop in F as [Fa Fb]. apply Z.eqb_eq in Fa, Fb. rewrite <- Fa in Ca. rewrite <- Fb in Cb.
      rewrite at_plus. apply cong_add; [auto|]. rewrite Z.mul_1_l. auto.
    - (* B, sub *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate].
      injection S as <-. destruct (N a) as (ba & -> & ? & ? & Ca), (N b) as (bb & -> & ? & ? & Cb); cbn [fst snd].
      apply andb_prop in F as [Fa Fb]. apply Z.eqb_eq in Fa, Fb. rewrite <- Fa in Ca. rewrite <- Fb in Cb.
      rewrite at_plus. replace (ba - bb) with (ba + (-1) * bb) by lia. apply cong_add; [auto|]. apply cong_mul; auto.
    - (* B, neg *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate].
      injection S as <-. destruct (N a) as (ba & -> & ? & ? & Ca); cbn [fst snd].
      apply Z.eqb_eq in F. rewrite <- F in Ca.
      rewrite at_scaled. replace (- ba) with ((-1) * ba) by lia. apply cong_mul; auto.
    - (* C, mul *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate].
      cbn [bind] in S. destruct (N a) as (ba & -> & ? & ? & Ca), (N b) as (bb & -> & ? & ? & Cb); cbn [fst snd].
      apply andb_prop in F as [Fa Fb]. apply Z.eqb_eq in Fa, Fb. rewrite <- Fa in Ca. rewrite <- Fb in Cb.
      specialize (Ca _ Sa). specialize (Cb _ Sb).
      assert (K : forall c, cong w (signed w (c mod pow2 w)) c).
      { intros c. apply cong_trans with (c mod pow2 w); [apply cong_signed|apply cong_mod; lia]. }
      destruct (alone sb) as [c|] eqn:Ab; [|destruct (alone sa) as [c|] eqn:Aa; [|discriminate]];
        injection S as <-; rewrite at_scaled.
      + rewrite (alone_at _ _ Ab) in Cb. rewrite Z.mul_comm. apply cong_prod; [|auto].
        apply cong_trans with c; [auto|apply cong_sym; auto].
      + rewrite (alone_at _ _ Aa) in Ca. apply cong_prod; [|auto].
        apply cong_trans with c; [auto|apply cong_sym; auto].
    - (* B, not *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate].
      injection S as <-. destruct (N a) as (ba & -> & ? & ? & Ca); cbn [fst snd].
      apply Z.eqb_eq in F. rewrite <- F in Ca.
      rewrite at_plus, at_constant. replace (- ba - 1) with (-1 + (-1) * ba) by lia.
      apply cong_add; [apply cong_refl|]. apply cong_mul; auto.
    - (* C, shl *) destruct (sum_of k a) as [sa|] eqn:Sa; [|discriminate]. destruct (sum_of k b) as [sb|] eqn:Sb; [|discriminate].
      cbn [bind] in S. destruct (N a) as (ba & -> & ? & ? & Ca), (N b) as (bb & -> & ? & Rb & Cb); cbn [fst snd].
      apply Z.eqb_eq in F. rewrite <- F in Ca.
      specialize (Ca _ Sa). specialize (Cb _ Sb).
      destruct (alone sb) as [c|] eqn:Ab; [|discriminate]. cbn [bind] in S.
      rewrite (alone_at _ _ Ab) in Cb. apply cong_mod_eq in Cb; [|lia].
      rewrite (Z.mod_small bb) in Cb by lia. rewrite <- Cb in S.
      destruct (Z.ltb_spec bb w); [|discriminate]. injection S as <-. rewrite at_scaled.
      destruct (Z.leb_spec w bb); [lia|]. rewrite Z.mul_comm. apply cong_mul; auto.
  Qed.

  Lemma read_holds cells : forall next k k' e, read rs next cells k = Some k' -> good k e ->
    good k' (run xs next cells e).
  Proof.
    induction cells as [|[w o] rest IH]; intros next k k' e R G; cbn in R |- *.
    - injection R as <-. exact G.
    - destruct (1 <=? w) eqn:W; [|discriminate]. destruct (before next o); [|discriminate].
      destruct (fits (wide k) w o) eqn:F; [|discriminate]. cbn in R.
      apply Z.leb_le in W. apply (IH _ _ _ _ R). intros n.
      destruct (Pos.eq_dec n next) as [->|D].
      + unfold good_net, word_of, wide, sum_of. rewrite !Nets.gss. unfold meaning.
        pose proof (pow2_pos w ltac:(lia)). repeat split; try lia; try (apply Z.mod_pos_bound; lia).
        intros s S. apply cong_trans with (value xs (word_of e) w o); [apply cong_mod; lia|].
        exact (step_holds k e w o s G W F S).
      + specialize (G n). unfold good_net, word_of, wide, sum_of in *. rewrite !Nets.gso by exact D. exact G.
  Qed.

  Lemma nothing_good : good (Nets.empty _) (Nets.empty _).
  Proof.
    intros n. unfold good_net, word_of, wide, sum_of. rewrite !Nets.gempty.
    repeat split; try lia; discriminate.
  Qed.

  (** The invariant holds of every net that the rules read. *)
  Theorem invariant cells k : read rs 1%positive cells (Nets.empty _) = Some k -> good k (eval xs cells).
  Proof. intros R. apply (read_holds _ _ _ _ _ R nothing_good). Qed.
End Proof.

(** Operands stand before their cells in a netlist that was read. *)
Lemma read_ordered rs cells : forall next k k', read rs next cells k = Some k' ->
  forallb (fun nc => before (fst nc) (snd (snd nc))) (number next cells) = true.
Proof.
  induction cells as [|[w o] rest IH]; intros next k k' R; cbn in R |- *; [reflexivity|].
  destruct (1 <=? w); [|discriminate]. destruct (before next o); [|discriminate].
  destruct (fits (wide k) w o); [|discriminate]. exact (IH _ _ _ R).
Qed.
