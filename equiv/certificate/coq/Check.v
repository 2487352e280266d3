(** * The checker, and the theorem

    [check] accepts a compare point, its certificate, and a netlist. [accepted] says what
    follows. *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist Sum Rules Golden Tail.
Import ListNotations.
Open Scope Z_scope.

(** A net that is cut_mul × u + cut_add in its low bits, so many. *)
Record cut := { cut_net : net; cut_width : Z; cut_mul : Z; cut_add : Z }.

(** The fields of a certificate (certificate.go). The accumulator is scale × u + offset. *)
Record certificate := { scale : Z; offset : Z; lo : Z; hi : Z; cuts : list cut }.

(** ** The variable u *)

Definition variable (c : certificate) (acc : sum) : sum :=
  {| konst := (konst acc - offset c) / scale c; coefs := map (fun t => (fst t, snd t / scale c)) (coefs acc) |}.

Definition same (s t : sum) : bool :=
  let d := plus s (-1) t in forallb (Z.eqb 0) (konst d :: map snd (coefs d)).

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

(** For this u, the circuit and golden have the same bits, and golden's integer lies within
    what the next layer takes for granted. *)
Definition holds (p : point) (c : certificate) (prog : code) (out : nat) (u : Z) : bool :=
  let g := after p (scale c * u + offset c) in
  let y := nth out (exec prog (map (cut_word u) (cuts c))) nothing in
  (snd y =? g mod pow2 (out_width p)) && (fst (out_range p) <=? g) && (g <=? snd (out_range p)).

(** ** The check *)

Definition port_fits (p : point) (c : cell) : bool :=
  match c with
  | (w, Input i) => match nth_error (ports p) i with Some q => w =? bits q | None => false end
  | _ => true
  end.

Definition ranges (p : point) : list range := map takes (ports p).

(** Where the variables lie. *)
Fixpoint enumerate (i : positive) (rs : list range) (m : Nets.t range) : Nets.t range :=
  match rs with [] => m | r :: rs => enumerate (Pos.succ i) rs (Nets.add i r m) end.

Definition lies (m : Nets.t range) (v : var) : range :=
  match v with
  | Port i => match Nets.find (Pos.of_succ_nat i) m with Some r => r | None => (0, 0) end
  | Common w _ _ => (0, Z.max 0 (pow2 w - 1))
  end.

Definition cut_holds (k : known) (u : sum) (c : cut) : bool :=
  (1 <=? cut_width c) && (cut_width c <=? wide k (cut_net c)) &&
  match sum_of k (cut_net c) with
  | Some s => congruent (cut_width c) s (affine (cut_mul c) (cut_add c) u)
  | None => false
  end.

Definition check (p : point) (c : certificate) (cells : list cell) (out : net) : bool :=
  let rs := lies (enumerate 1%positive (ranges p) (Nets.empty _)) in
  match read rs 1%positive cells nothing_known with
  | None => false
  | Some k =>
      let acc := accumulator p in
      let u := variable c acc in
      let i := interval u rs in
      let found := gather (cuts c) (rev (number 1%positive cells)) (mark (Nets.empty _) [out]) [] in
      forallb (port_fits p) cells
      && same acc (affine (scale c) (offset c) u)
      && (fst i =? lo c) && (snd i =? hi c)
      && forallb (cut_holds k u) (cuts c)
      && (wide k out =? out_width p)
      && match compile k (map (fun x => (cut_net x, cut_width x)) (cuts c)) found with
         | None => false
         | Some (prog, names) =>
             match whole k names out with
             | None => false
             | Some y => between (lo c) (hi c) (holds p c prog y)
             end
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

Lemma same_holds s t : same s t = true -> forall rho, at_ s rho = at_ t rho.
Proof.
  unfold same. cbn [forallb]. intros H rho. apply andb_prop in H as [K C].
  assert (D : forall cs, forallb (Z.eqb 0) (map snd cs) = true -> dot cs rho = 0).
  { induction cs as [|[v c] cs IH]; intros F; [reflexivity|]. cbn [map snd forallb] in F. apply andb_prop in F as [F1 F2].
    apply Z.eqb_eq in F1. cbn. rewrite IH by exact F2. lia. }
  pose proof (at_plus s (-1) t rho) as E. unfold at_ at 1 in E. rewrite D in E by exact C.
  apply Z.eqb_eq in K. lia.
Qed.

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

(** Each variable lies where the checker takes it to lie. *)
Lemma lies_holds rs xs e : Forall2 within xs rs ->
  forall v, within (valuation xs e v) (lies (enumerate 1%positive rs (Nets.empty _)) v).
Proof.
  intros F [i|w a b]; cbn.
  - rewrite enumerate_holds; try (intros; apply Nets.gempty).
    destruct (Pos.ltb_spec (Pos.of_succ_nat i) 1); [lia|].
    rewrite SuccNat2Pos.id_succ. replace (S i - Pos.to_nat 1)%nat with i by lia.
    revert i H. induction F as [|x r xs rs W F IH]; intros i _; [destruct i; cbn; unfold within; cbn; lia|].
    destruct i; [exact W|]. apply (IH i). lia.
  - unfold within; cbn. destruct (Z.ltb_spec w 0); [lia|].
    pose proof (pow2_pos w ltac:(lia)).
    pose proof (Z.mod_pos_bound (Z.land (snd (word_of e a)) (snd (word_of e b))) (pow2 w) ltac:(lia)). lia.
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

(** ** The theorem

    If the checker accepts, then for all integers that the inputs may take, the output of
    the netlist is golden's integer in two's complement, and this lies within the range that
    the next layer takes for granted. *)
Theorem accepted p c cells out : check p c cells out = true ->
  forall xs, Forall2 within xs (ranges p) ->
  word_of (eval xs cells) out = (out_width p, golden p xs mod pow2 (out_width p))
  /\ within (golden p xs) (out_range p).
Proof.
  intros C xs X. unfold check in C.
  destruct (read _ _ _ _) as [k|] eqn:R; [|discriminate].
  set (u := variable c (accumulator p)) in *.
  set (found := gather _ _ _ _) in *.
  repeat (apply andb_prop in C; destruct C as [C ?]).
  rename H into Tl, H0 into Wo, H1 into Cu, H2 into Hi, H3 into Lo, H4 into Ac, C into Po.
  apply Z.eqb_eq in Wo, Hi, Lo.
  destruct (compile _ _ found) as [[prog names]|] eqn:Co; [|discriminate].
  destruct (whole k names out) as [y|] eqn:Y; [|discriminate].
  set (e := eval xs cells) in *. set (rho := valuation xs e).
  pose proof (lies_holds _ _ e X) as L. fold rho in L.
  assert (S : forall n, sound (word_of e n)).
  { apply run_sound; [exact (read_widths _ _ _ _ _ R)|apply empty_sound]. }
  assert (D : forall n w o, In (n, (w, o)) (number 1%positive cells) -> Nets.find n e = Some (meaning xs (word_of e) w o)).
  { intros n w o I. refine (run_fixed xs cells _ _ (read_ordered _ _ _ _ _ R _) _ _ _ I).
    intros m K. unfold about, nothing_known in K. cbn in K. now rewrite Nets.gempty in K. }
  assert (G : good xs e rho k).
  { apply (read_holds xs e rho _) with (5 := R); auto.
    - intros w a b W. unfold rho. cbn. destruct (Z.ltb_spec w 0); [lia|reflexivity].
    - intros n f A. unfold about, nothing_known in A. cbn in A. now rewrite Nets.gempty in A. }
  (* u of these inputs is one of the values that were tried *)
  assert (U : lo c <= at_ u rho <= hi c).
  { pose proof (interval_holds u _ _ L) as I. unfold within in I. rewrite Lo, Hi in I. exact I. }
  pose proof (between_holds _ _ _ Tl _ U) as H. unfold holds in H.
  apply andb_prop in H as [H H3]. apply andb_prop in H as [H1 H2].
  apply Z.eqb_eq in H1. apply Z.leb_le in H2, H3.
  (* golden's accumulator is scale × u + offset *)
  assert (A : golden p xs = after p (scale c * at_ u rho + offset c)).
  { unfold golden. f_equal. rewrite <- (weighted_holds rho (ports p) xs 0) by reflexivity. pose proof (same_holds _ _ Ac rho) as E. rewrite at_affine in E. exact E. }
  (* the program's list begins with the bits of the cuts *)
  assert (F0 : Forall2 (agrees k e) (map (fun x => (cut_net x, cut_width x)) (cuts c)) (map (cut_word (at_ u rho)) (cuts c))).
  { clear - Cu G S. induction (cuts c) as [|a l IH]; cbn [map]; [constructor|].
    cbn in Cu. apply andb_prop in Cu as [Ca Cl]. constructor; [|exact (IH Cl)].
    unfold cut_holds in Ca. apply andb_prop in Ca as [Ca Cs]. apply andb_prop in Ca as [W1 W2].
    apply Z.leb_le in W1, W2. destruct (sum_of k (cut_net a)) as [s|] eqn:Su; [|discriminate].
    assert (A : about k (cut_net a) <> None) by (unfold sum_of in Su; destruct (about k (cut_net a)); discriminate).
    pose proof (wide_holds xs k e rho G _ A) as W.
    pose proof (sum_holds xs e rho k G _ _ Su) as C. cbv beta zeta in C. rewrite <- W in C.
    unfold agrees, cut_word. cbn [fst snd]. repeat split; try lia; try exact A. cbn.
    apply cong_mod_eq; [lia|]. apply cong_sym.
    apply cong_trans with (at_ s rho).
    - apply cong_narrow with (wide k (cut_net a)); [lia|]. exact C.
    - rewrite <- at_affine. apply (congruent_holds (cut_width a) _ _ ltac:(lia) Cs). }
  (* every cell of the program is one of the netlist *)
  assert (B : Forall (belongs xs k e) found).
  { apply Forall_forall. intros [n [w o]] I. unfold found in I.
    apply gather_invents_nothing in I as [I|[]]. apply in_rev in I.
    split; [exact (read_knows _ _ _ _ _ _ _ R I)|exact (D _ _ _ I)]. }
  pose proof (compile_holds xs k e rho S G found _ _ _ _ B F0 Co) as F.
  destruct (whole_agrees xs k e rho S G _ _ _ _ F Y) as [O W]. rewrite O in H1.
  rewrite A. split; [|unfold within; lia].
  destruct (word_of e out) as [w b]. cbn in *. congruence.
Qed.

Print Assumptions accepted.
