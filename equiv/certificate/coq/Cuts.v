(** * A net behind its cuts

    A certificate says that a net of the circuit is a function of one integer u, and that
    golden's is one of it too. [follows] tries both for all values that u takes. It is asked
    for the output, and for each clamp of an accumulator that saturates. *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist Golden Run Sum Variables Rules Tail.
Import ListNotations.
Open Scope Z_scope.

(** A net that is cut_mul × u + cut_add in its low bits, so many. *)
Record cut := { cut_net : net; cut_width : Z; cut_mul : Z; cut_add : Z }.

(** The fields of a certificate (certificate.go). What golden has is a function of scale × u + offset. *)
Record certificate := { scale : Z; offset : Z; lo : Z; hi : Z; cuts : list cut }.

(** ** The variable u *)

Definition variable (c : certificate) (acc : sum) : sum :=
  {| konst := (konst acc - offset c) / scale c; coefs := map (fun t => (fst t, snd t / scale c)) (coefs acc) |}.

Definition affine (m a : Z) (u : sum) : sum := plus (constant a) m u.

(** ** The cells behind the cuts

    Nothing is proved of [gather] but that it invents no cell: where it leaves one out, the
    tail does not compile. *)

Definition is_cut (cs : list cut) (n : net) (w : Z) : bool :=
  existsb (fun c => Pos.eqb (cut_net c) n && (cut_width c =? w)) cs.

(** A slice that reads bits of a cut alone. *)
Definition reads_cut (cs : list cut) (w : Z) (o : op net) : bool :=
  match o with
  | Slice from a => existsb (fun c => Pos.eqb (cut_net c) a && (from + w <=? cut_width c)) cs
  | _ => false
  end.

Definition mark (needed : Nets.t unit) (ns : list net) : Nets.t unit :=
  fold_left (fun m n => Nets.add n tt m) ns needed.

Fixpoint gather (cs : list cut) (backwards : list (net * cell)) (needed : Nets.t unit) (found : list (net * cell)) :=
  match backwards with
  | [] => found
  | (n, (w, o)) :: rest =>
      match Nets.find n needed with
      | Some _ =>
          if is_cut cs n w then gather cs rest needed found
          else gather cs rest (if reads_cut cs w o then needed else mark needed (operands o)) ((n, (w, o)) :: found)
      | None => gather cs rest needed found
      end
  end.

(** ** All values of u *)

(** All of the n integers from [from] on. *)
Fixpoint all (n : positive) (from : Z) (f : Z -> bool) : bool :=
  match n with
  | xH => f from
  | xO n => all n from f && all n (from + Zpos n) f
  | xI n => f from && (all n (from + 1) f && all n (from + 1 + Zpos n) f)
  end.

Definition between (l h : Z) (f : Z -> bool) : bool :=
  match h - l + 1 with Zpos n => all n l f | _ => false end.

Definition cut_word (u : Z) (c : cut) : word := (cut_width c, (cut_mul c * u + cut_add c) mod pow2 (cut_width c)).

(** For this u, the circuit and golden have the same bits, and golden's integer lies in a
    range. *)
Definition agree (f : Z -> Z) (w : Z) (r : range) (c : certificate) (prog : code) (out : nat) (u : Z) : bool :=
  let g := f (scale c * u + offset c) in
  let y := nth out (exec prog (map (cut_word u) (cuts c))) nothing in
  (snd y =? g mod pow2 w) && (fst r <=? g) && (g <=? snd r).

Definition cut_holds (k : known) (u : sum) (c : cut) : bool :=
  (1 <=? cut_width c) && (cut_width c <=? wide k (cut_net c)) &&
  match sum_of k (cut_net c) with
  | Some s => congruent (cut_width c) s (affine (cut_mul c) (cut_add c) u)
  | None => false
  end.

(** Where u lies: where its sum does, and where scale × u + offset is what the sum before golden's
    function may be. *)
Definition u_range (v : env) (c : certificate) (acc u : sum) : option range :=
  bind (interval v u) (fun i => bind (interval v acc) (fun a =>
    let '(l, h, m) :=
      if scale c <? 0 then (offset c - snd a, offset c - fst a, - scale c)
      else (fst a - offset c, snd a - offset c, scale c) in
    Some (Z.max (fst i) (- ((- l) / m)), Z.min (snd i) (h / m)))).

(** Net [out] of w bits is f of the sum [acc], and this lies in r. [back] has the cells, the last
    one first. *)
Definition follows (v : env) (k : known) (back : list (net * cell)) (c : certificate)
    (acc : sum) (f : Z -> Z) (out : net) (w : Z) (r : range) : bool :=
  let u := variable c acc in
  let found := gather (cuts c) back (mark (Nets.empty _) [out]) [] in
  negb (scale c =? 0)
  && same acc (affine (scale c) (offset c) u)
  && match u_range v c acc u with Some i => (fst i =? lo c) && (snd i =? hi c) | None => false end
  && forallb (cut_holds k u) (cuts c)
  && (wide k out =? w)
  && match compile k (map (fun x => (cut_net x, cut_width x)) (cuts c)) found with
     | None => false
     | Some (prog, names) =>
         match whole k names out with
         | None => false
         | Some y => between (lo c) (hi c) (agree f w r c prog y)
         end
     end.

(** ** The proof *)

Lemma all_holds n : forall from f, all n from f = true -> forall x, from <= x < from + Zpos n -> f x = true.
Proof.
  induction n as [n IH|n IH|]; intros from f A x X; cbn in A.
  - apply andb_prop in A as [A0 A]. apply andb_prop in A as [A1 A2].
    destruct (Z.eq_dec x from) as [->|]; [exact A0|].
    destruct (Z.ltb_spec x (from + 1 + Zpos n)); [apply (IH _ _ A1)|apply (IH _ _ A2)]; lia.
  - apply andb_prop in A as [A1 A2].
    destruct (Z.ltb_spec x (from + Zpos n)); [apply (IH _ _ A1)|apply (IH _ _ A2)]; lia.
  - replace x with from by lia. exact A.
Qed.

Lemma between_holds l h f : between l h f = true -> forall x, l <= x <= h -> f x = true.
Proof.
  unfold between. destruct (h - l + 1) as [|n|n] eqn:E; try discriminate.
  intros A x X. apply (all_holds _ _ _ A). lia.
Qed.

Lemma gather_invents_nothing cs l : forall needed found x,
  In x (gather cs l needed found) -> In x l \/ In x found.
Proof.
  induction l as [|[n [w o]] rest IH]; intros needed found x I; cbn in I |- *; [auto|].
  destruct (Nets.find n needed); [destruct (is_cut cs n w)|].
  - destruct (IH _ _ _ I); auto.
  - destruct (IH _ _ _ I) as [|[|]]; auto.
  - destruct (IH _ _ _ I); auto.
Qed.

Lemma at_affine m a u rho : at_ (affine m a u) rho = m * at_ u rho + a.
Proof. unfold affine. rewrite at_plus, at_constant. lia. Qed.

Section Proof.
  Variables xs ys : list Z.
  Variable e : state.
  Variable v : env.
  Variable k : known.
  Let rho := valuation xs ys e.
  Hypothesis V : env_true xs ys e v.
  Hypothesis words : forall n, sound (word_of e n).
  Hypothesis G : good xs ys e k.

  Lemma u_range_holds c acc u i : scale c <> 0 -> at_ acc rho = scale c * at_ u rho + offset c ->
    u_range v c acc u = Some i -> within (at_ u rho) i.
  Proof.
    intros N A U. unfold u_range in U.
    destruct (interval v u) as [iu|] eqn:Iu; [|discriminate]. cbn [bind] in U.
    destruct (interval v acc) as [ia|] eqn:Ia; [|discriminate]. cbn [bind] in U.
    apply (interval_holds xs ys e v V) in Iu, Ia. fold rho in Iu, Ia. rewrite A in Ia.
    unfold within in *. set (x := at_ u rho) in *. clearbody x.
    assert (D : forall l h m, 0 < m -> l <= m * x <= h -> - ((- l) / m) <= x <= h / m).
    { intros l h m M [L H]. split.
      - assert (- x <= (- l) / m) by (apply Z.div_le_lower_bound; lia). lia.
      - apply Z.div_le_lower_bound; lia. }
    destruct (Z.ltb_spec (scale c) 0); injection U as <-; cbn [fst snd].
    - specialize (D (offset c - snd ia) (offset c - fst ia) (- scale c) ltac:(lia) ltac:(lia)). lia.
    - specialize (D (fst ia - offset c) (snd ia - offset c) (scale c) ltac:(lia) ltac:(lia)). lia.
  Qed.

  Theorem follows_holds back c acc f out w r : Forall (belongs xs e k) back ->
    follows v k back c acc f out w r = true ->
    word_of e out = (w, f (at_ acc rho) mod pow2 w) /\ within (f (at_ acc rho)) r.
  Proof.
    intros B C. unfold follows in C.
    set (u := variable c acc) in *. set (found := gather _ _ _ _) in *.
    repeat (apply andb_prop in C; destruct C as [C ?]).
    rename H into Tl, H0 into Wo, H1 into Cu, H2 into Iu, H3 into Ac, C into Sc.
    apply Z.eqb_eq in Wo. apply negb_true_iff in Sc. apply Z.eqb_neq in Sc.
    destruct (compile _ _ found) as [[prog names]|] eqn:Co; [|discriminate].
    destruct (whole k names out) as [y|] eqn:Y; [|discriminate].
    (* golden's sum is scale × u + offset *)
    assert (A : at_ acc rho = scale c * at_ u rho + offset c).
    { pose proof (same_holds _ _ Ac rho) as E. now rewrite at_affine in E. }
    (* u of these inputs is one of the values that were tried *)
    assert (U : lo c <= at_ u rho <= hi c).
    { destruct (u_range v c acc u) as [i|] eqn:I; [|discriminate]. apply andb_prop in Iu as [Lo Hi].
      apply Z.eqb_eq in Lo, Hi. apply (u_range_holds c acc u i Sc A) in I. unfold within in I. lia. }
    pose proof (between_holds _ _ _ Tl _ U) as H. unfold agree in H.
    apply andb_prop in H as [H H3]. apply andb_prop in H as [H1 H2].
    apply Z.eqb_eq in H1. apply Z.leb_le in H2, H3. rewrite <- A in *.
    (* the program's list begins with the bits of the cuts *)
    assert (F0 : Forall2 (agrees e k) (map (fun x => (cut_net x, cut_width x)) (cuts c)) (map (cut_word (at_ u rho)) (cuts c))).
    { clear - Cu G words. induction (cuts c) as [|a l IH]; cbn [map]; [constructor|].
      cbn in Cu. apply andb_prop in Cu as [Ca Cl]. constructor; [|exact (IH Cl)].
      unfold cut_holds in Ca. apply andb_prop in Ca as [Ca Cs]. apply andb_prop in Ca as [W1 W2].
      apply Z.leb_le in W1, W2. destruct (sum_of k (cut_net a)) as [s|] eqn:Su; [|discriminate].
      assert (A : about k (cut_net a) <> None) by (unfold sum_of in Su; destruct (about k (cut_net a)); discriminate).
      pose proof (wide_holds xs ys e k G _ A) as W.
      pose proof (sum_holds xs ys e k G _ _ Su) as C. cbv beta zeta in C. fold rho in C. rewrite <- W in C.
      unfold agrees, cut_word. cbn [fst snd]. repeat split; try lia; try exact A. cbn.
      apply cong_mod_eq; [lia|]. apply cong_sym.
      apply cong_trans with (at_ s rho).
      - apply cong_narrow with (wide k (cut_net a)); [lia|]. exact C.
      - rewrite <- at_affine. apply (congruent_holds (cut_width a) _ _ ltac:(lia) Cs). }
    (* every cell of the program is one of the netlist *)
    assert (Bf : Forall (belongs xs e k) found).
    { rewrite Forall_forall in *. intros x I. apply gather_invents_nothing in I as [I|[]]. exact (B x I). }
    pose proof (compile_holds xs ys e k words G found _ _ _ _ Bf F0 Co) as F.
    destruct (whole_agrees xs ys e k words G _ _ _ _ F Y) as [O W]. rewrite O in H1.
    split; [|unfold within; lia].
    destruct (word_of e out) as [x b]. cbn in *. congruence.
  Qed.
End Proof.
