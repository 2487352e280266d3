(** * The checker, and the theorem

    [check] accepts a compare point, its certificate, and a netlist, and [accepted] says that it
    is correct then. *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist Golden Run Sum Variables Rules Tail Cuts.
Import ListNotations.
Open Scope Z_scope.

(** A step says which net has a clamp of golden's, and by which node it is defined. *)
Record step_of := { step_net : net; step_node : nat; step_by : certificate }.

(** ** Reading *)

(** Rule K: the net is the node. *)
Definition clamped (v : env) (k : known) (back : list (net * cell)) (s : step_of) (f : fact) : option fact :=
  match entry_of v (step_node s) with
  | Some {| made := Clamped acc low high; spans := r |} =>
      if follows v k back (step_by s) acc (limit low high) (step_net s) (breadth f) r
      then Some {| breadth := breadth f; does := does f; amount := Some (single (Defined (step_node s))) |}
      else None
  | _ => None
  end.

(** What is known with one more net. [back] has the cells up to it, the last one first. *)
Definition more (v : env) (steps : list step_of) (k : known) (back : list (net * cell)) (n : net) (f : fact) : option known :=
  let k := learn k n f in
  match find (fun s => Pos.eqb (step_net s) n) steps with
  | Some s => bind (clamped v k back s f) (fun f => Some (learn k n f))
  | None => Some k
  end.

(** Reads all cells. There is no result if the netlist is not well-formed, or if a step does not
    hold. *)
Fixpoint read (v : env) (steps : list step_of) (next : net) (cells : list cell) (k : known) (back : list (net * cell)) :
    option (known * list (net * cell)) :=
  match cells with
  | [] => Some (k, back)
  | (w, o) :: rest =>
      if (1 <=? w) && forallb (knows k) (operands o) && fits (wide k) w o then
        let back := (next, (w, o)) :: back in
        bind (more v steps k back next {| breadth := w; does := o; amount := step v k w o |})
          (fun k => read v steps (Pos.succ next) rest k back)
      else None
  end.

(** ** The check *)

Definition port_fits (p : point) (c : cell) : bool :=
  match c with
  | (w, Input i) => match nth_error (ports p) i with Some q => w =? bits q | None => false end
  | _ => true
  end.

Definition ranges (p : point) : list range := map takes (ports p).

(** The ranges by the number of the input, which begin at 1. *)
Fixpoint enumerate (i : positive) (rs : list range) (m : Nets.t range) : Nets.t range :=
  match rs with [] => m | r :: rs => enumerate (Pos.succ i) rs (Nets.add i r m) end.

Definition check (p : point) (c : certificate) (steps : list step_of) (cells : list cell) (out : net) : bool :=
  forallb (port_fits p) cells &&
  match define {| taken := enumerate 1%positive (ranges p) (Nets.empty _); table := Nets.empty _; floors := [] |} 0 (nodes p) with
  | None => false
  | Some v =>
      match resolved v (accumulator p), read v steps 1%positive cells nothing_known [] with
      | Some acc, Some (k, back) => follows v k back c acc (after p) out (out_width p) (out_range p)
      | _, _ => false
      end
  end.

(** ** The proof *)

(** Operands stand before their cells in a netlist that was read, and all is known in the end. *)
Ltac reading R :=
  match type of R with context [if ?c then _ else _] => destruct c eqn:?Ok; [|discriminate] end;
  repeat match goal with H : _ && _ = true |- _ => apply andb_prop in H as [H ?Ok] end;
  cbv zeta in R; match type of R with bind ?x _ = _ => destruct x as [?k1|] eqn:?More; [|discriminate] end; cbn [bind] in R.

Lemma more_about v steps k back n f k' m : more v steps k back n f = Some k' ->
  exists f', breadth f' = breadth f /\ does f' = does f /\ about k' m = if Pos.eqb m n then Some f' else about k m.
Proof.
  unfold more. destruct (find _ steps) as [s|].
  - unfold clamped. destruct (entry_of v _) as [[? [] ?]|]; try discriminate.
    destruct (follows _ _ _ _ _ _ _ _ _); [|discriminate]. cbn [bind]. intros [= <-].
    exists {| breadth := breadth f; does := does f; amount := Some (single (Defined (step_node s))) |}.
    rewrite !about_learn. cbn. now destruct (Pos.eqb m n).
  - intros [= <-]. exists f. rewrite about_learn. auto.
Qed.

Lemma read_ordered v steps cells : forall next k back r, read v steps next cells k back = Some r ->
  (forall n, about k n <> None -> (n < next)%positive) ->
  forallb (fun nc => before (fst nc) (snd (snd nc))) (number next cells) = true.
Proof.
  induction cells as [|[w o] rest IH]; intros next k back r R D; cbn [read number forallb] in R |- *; [reflexivity|].
  reading R. apply andb_true_intro. split.
  - unfold before. rewrite forallb_forall in *. intros a A. apply Pos.ltb_lt, D.
    intros N. specialize (Ok1 a A). unfold knows in Ok1. rewrite N in Ok1. discriminate.
  - apply (IH _ _ _ _ R). intros n. destruct (more_about _ _ _ _ _ _ _ n More) as (f & _ & _ & ->).
    destruct (Pos.eqb_spec n next); intros N; [lia|]. specialize (D n N). lia.
Qed.

Lemma read_widths v steps cells : forall next k back r, read v steps next cells k back = Some r ->
  forall w o, In (w, o) cells -> 1 <= w.
Proof.
  induction cells as [|[w o] rest IH]; intros next k back r R w' o' I; cbn [read] in R; [destruct I|].
  reading R. destruct I as [I|I]; [|exact (IH _ _ _ _ R _ _ I)]. injection I as <- _. now apply Z.leb_le.
Qed.

Section Proof.
  Variables xs ys : list Z.
  Variable e : state.
  Variable v : env.
  Let rho := valuation xs ys e.
  Hypothesis V : env_true xs ys e v.
  Hypothesis words : forall n, sound (word_of e n).

  Lemma belongs_learn k n f back : Forall (belongs xs e k) back -> Forall (belongs xs e (learn k n f)) back.
  Proof.
    apply Forall_impl. intros nc [K B]. split; [|exact B]. rewrite about_learn.
    now destruct (Pos.eqb (fst nc) n).
  Qed.

  Lemma good_learn k n f : good xs ys e k -> holds xs ys e n f -> good xs ys e (learn k n f).
  Proof.
    intros G H m g A. rewrite about_learn in A. destruct (Pos.eqb_spec m n) as [->|]; [|exact (G m g A)].
    now injection A as <-.
  Qed.

  Lemma more_holds steps k back n w o k' : good xs ys e k -> Forall (belongs xs e k) back ->
    1 <= w -> forallb (knows k) (operands o) = true -> fits (wide k) w o = true ->
    Nets.find n e = Some (meaning xs (word_of e) w o) ->
    more v steps k ((n, (w, o)) :: back) n {| breadth := w; does := o; amount := step v k w o |} = Some k' ->
    good xs ys e k' /\ Forall (belongs xs e k') ((n, (w, o)) :: back).
  Proof.
    intros G B W K F N M. set (f := {| breadth := w; does := o; amount := step v k w o |}) in *.
    assert (E : word_of e n = meaning xs (word_of e) w o) by (unfold word_of at 1; now rewrite N).
    assert (H : holds xs ys e n f).
    { unfold holds. cbn [f breadth does amount]. split; [exact W|]. split; [exact E|]. split.
      - rewrite <- F. apply fits_ext. intros a I. rewrite forallb_forall in K. specialize (K a I).
        unfold knows, wide in *. destruct (about k a) as [g|] eqn:A; [|discriminate]. exact (size_of xs ys e k G a g A).
      - intros s S. rewrite E. cbn [meaning snd].
        apply cong_trans with (value xs (word_of e) w o); [apply cong_mod; lia|].
        exact (step_holds xs ys e v V words k G w o s W K F S). }
    assert (G1 : good xs ys e (learn k n f)) by now apply good_learn.
    assert (B1 : Forall (belongs xs e (learn k n f)) ((n, (w, o)) :: back)).
    { constructor; [|now apply belongs_learn]. split; [|exact N]. cbn [fst]. rewrite about_learn, Pos.eqb_refl. discriminate. }
    unfold more in M. destruct (find _ steps) as [s|] eqn:S; [|injection M as <-; auto].
    apply find_some in S as [_ S]. apply Pos.eqb_eq in S.
    unfold clamped in M. destruct (entry_of v (step_node s)) as [[st [|? ?|acc low high] r]|] eqn:En; try discriminate.
    destruct (follows _ _ _ _ _ _ _ _ _) eqn:Fo; [|discriminate]. cbn [bind] in M. injection M as <-.
    apply (follows_holds xs ys e v _ V words G1) in Fo as [O _]; [|exact B1]. rewrite S in O.
    split; [|now apply belongs_learn]. apply good_learn; [exact G1|].
    destruct H as (H1 & H2 & H3 & _). unfold holds. cbn [f breadth does amount] in *. repeat split; auto.
    intros t [= <-]. rewrite O, at_single. cbn [snd].
    apply V in En as (_ & _ & En). cbn [made] in En. fold rho in En |- *. rewrite En. apply cong_mod. lia.
  Qed.

  Lemma read_holds steps cells : forall next k back k' back', read v steps next cells k back = Some (k', back') ->
    good xs ys e k -> Forall (belongs xs e k) back ->
    (forall n w o, In (n, (w, o)) (number next cells) -> Nets.find n e = Some (meaning xs (word_of e) w o)) ->
    good xs ys e k' /\ Forall (belongs xs e k') back'.
  Proof.
    induction cells as [|[w o] rest IH]; intros next k back k' back' R G B N; cbn [read] in R.
    - injection R as <- <-. auto.
    - reading R. apply Z.leb_le in Ok. destruct (more_holds _ _ _ _ _ _ _ G B Ok Ok1 Ok0 (N _ _ _ (or_introl eq_refl)) More) as [G1 B1].
      apply (IH _ _ _ _ _ R G1 B1). intros n w' o' I. apply N. now right.
  Qed.
End Proof.

Lemma enumerate_holds rs : forall i m,
  (forall j, Nets.find (i + j) m = None)%positive -> Nets.find i m = None ->
  forall n, Nets.find n (enumerate i rs m) =
    if (n <? i)%positive then Nets.find n m else nth_error rs (Pos.to_nat n - Pos.to_nat i).
Proof.
  induction rs as [|r rs IH]; intros i m J I n; cbn [enumerate].
  - destruct (Pos.ltb_spec n i); [reflexivity|]. replace (nth_error _ _) with (@None range) by now destruct (Pos.to_nat n - Pos.to_nat i)%nat.
    destruct (Pos.eq_dec n i) as [->|]; [exact I|]. replace n with (i + (n - i))%positive by lia. apply J.
  - rewrite IH.
    + destruct (Pos.ltb_spec n (Pos.succ i)), (Pos.ltb_spec n i); try lia.
      * rewrite Nets.gso by lia. reflexivity.
      * assert (n = i) by lia. subst n. rewrite Nets.gss, Nat.sub_diag. reflexivity.
      * replace (Pos.to_nat n - Pos.to_nat i)%nat with (S (Pos.to_nat n - Pos.to_nat (Pos.succ i))) by lia. reflexivity.
    + intros j. rewrite Nets.gso by lia. replace (Pos.succ i + j)%positive with (i + Pos.succ j)%positive by lia. apply J.
    + rewrite Nets.gso by lia. replace (Pos.succ i) with (i + 1)%positive by lia. apply J.
Qed.

(** ** The theorem *)

Theorem accepted p c steps cells out : check p c steps cells out = true -> correct p cells out.
Proof.
  intros C xs X. change (Forall2 within xs (ranges p)) in X. unfold check in C. apply andb_prop in C as [_ C].
  set (v0 := {| taken := _; table := _; floors := _ |}) in *.
  destruct (define v0 0 (nodes p)) as [v|] eqn:D; [|discriminate].
  destruct (resolved v (accumulator p)) as [acc|] eqn:A; [|discriminate].
  destruct (read _ _ _ _ _ _) as [[k back]|] eqn:R; [|discriminate].
  set (e := eval xs cells). set (ys := values xs (nodes p) []).
  assert (V0 : env_true xs ys e v0).
  { split.
    - intros i r H. unfold taken_by in H. cbn [v0 taken] in H.
      rewrite enumerate_holds in H; try (intros; apply Nets.gempty).
      destruct (Pos.ltb_spec (Pos.of_succ_nat i) 1); [lia|]. rewrite SuccNat2Pos.id_succ in H.
      replace (S i - Pos.to_nat 1)%nat with i in H by lia. clear - X H.
      revert i H. induction X as [|x q xs rs W X IH]; intros [|i] H; try discriminate.
      + now injection H as <-.
      + exact (IH i H).
    - intros j en H. unfold entry_of in H. cbn [v0 table] in H. now rewrite Nets.gempty in H. }
  destruct (define_holds xs ys e (nodes p) v0 [] v D eq_refl V0) as [V N].
  { intros j en H. unfold entry_of in H. cbn [v0 table] in H. now rewrite Nets.gempty in H. }
  assert (S : forall n, sound (word_of e n)).
  { apply run_sound; [exact (read_widths _ _ _ _ _ _ _ R)|apply empty_sound]. }
  assert (B : forall n w o, In (n, (w, o)) (number 1%positive cells) -> Nets.find n e = Some (meaning xs (word_of e) w o)).
  { intros n w o I. refine (run_fixed xs cells _ _ (read_ordered _ _ _ _ _ _ _ R _) _ _ _ I).
    intros m K. unfold about, nothing_known in K. cbn in K. now rewrite Nets.gempty in K. }
  destruct (read_holds xs ys e v V S steps cells _ _ _ _ _ R) as [G Bk]; [|constructor|exact B|].
  { intros n f H. unfold about, nothing_known in H. cbn in H. now rewrite Nets.gempty in H. }
  destruct (follows_holds xs ys e v k V S G _ _ _ _ _ _ _ Bk C) as [O W].
  unfold golden. fold ys. rewrite (resolved_holds xs ys e v V ys _ _ N A). auto.
Qed.

Print Assumptions accepted.
