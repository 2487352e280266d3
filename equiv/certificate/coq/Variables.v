(** * Golden's definition as sums of variables

    reference.go does this. A node that is no sum of variables is one itself, [Defined]. *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist Golden Run Sum.
Import ListNotations.
Open Scope Z_scope.

(** How a node that is a variable was made. *)
Inductive making :=
| Plain                                     (* it is none *)
| Floored (s : sum) (k : Z)                 (* floor of s / 2^k *)
| Clamped (s : sum) (lo hi : option Z).

Definition limit (lo hi : option Z) (x : Z) : Z :=
  let x := match hi with Some h => Z.min x h | None => x end in
  match lo with Some l => Z.max x l | None => x end.

(** A node as a sum of variables, and where it lies. *)
Record entry := { stands : sum; made : making; spans : range }.

(** What is known of variables: where inputs lie, the nodes so far, and those that are floors. *)
Record env := { taken : Nets.t range; table : Nets.t entry; floors : list nat }.

Definition taken_by (v : env) (i : nat) : option range := Nets.find (Pos.of_succ_nat i) (taken v).
Definition entry_of (v : env) (j : nat) : option entry := Nets.find (Pos.of_succ_nat j) (table v).

(** ** Where a sum lies *)

Fixpoint tops (v : env) (l : list nat) : option range :=
  match l with
  | [] => None
  | [i] => taken_by v i
  | i :: l => bind (taken_by v i) (fun r => bind (tops v l) (fun s => Some (Z.max (fst r) (fst s), Z.max (snd r) (snd s))))
  end.

Definition lies (v : env) (x : var) : option range :=
  match x with
  | Port i => taken_by v i
  | Defined j => bind (entry_of v j) (fun en => Some (spans en))
  | Greatest l => tops v l
  | Common w _ _ => if 0 <=? w then Some (0, pow2 w - 1) else None
  end.

Definition floor_of (v : env) (x : var) : option (sum * Z) :=
  match x with
  | Defined j => match entry_of v j with Some {| made := Floored s k |} => Some (s, k) | _ => None end
  | _ => None
  end.

(** 2^k times a floor is also what was divided less something of [0, 2^k). The smaller
    interval counts. *)
Definition tighter (v : env) (s : sum) (r : range) (t : term) : range :=
  match floor_of v (fst t) with
  | Some (arg, k) =>
      if snd t mod pow2 k =? 0 then
        let q := snd t / pow2 k in
        match hull (plus (plus s (- snd t) (single (fst t))) q arg) (lies v) with
        | Some o =>
            let i := stretch o (- q) (0, pow2 k - 1) in
            (Z.max (fst r) (fst i), Z.min (snd r) (snd i))
        | None => r
        end
      else r
  | None => r
  end.

Definition interval (v : env) (s : sum) : option range :=
  bind (hull s (lies v)) (fun r => Some (fold_left (tighter v s) (coefs s) r)).

(** ** Floors and greatest ones *)

Fixpoint known_floor (v : env) (s : sum) (k : Z) (js : list nat) : option sum :=
  match js with
  | [] => None
  | j :: js =>
      match floor_of v (Defined j) with
      | Some (t, k') => if (k =? k') && same s t then Some (single (Defined j)) else known_floor v s k js
      | None => known_floor v s k js
      end
  end.

(** floor(s / 2^k), if it is a sum of variables that there are. *)
Definition floor (v : env) (s : sum) (k : Z) : option sum :=
  bind (interval v s) (fun r =>
    if fst r / pow2 k =? snd r / pow2 k then Some (constant (fst r / pow2 k))
    else if forallb (fun c => c mod pow2 k =? 0) (konst s :: map snd (coefs s)) then
      Some {| konst := konst s / pow2 k; coefs := map (fun t => (fst t, snd t / pow2 k)) (coefs s) |}
    else known_floor v s k (floors v)).

Definition greatest (s t : sum) : option sum :=
  bind (lone s) (fun x => bind (lone t) (fun y =>
    match greatest_of x, greatest_of y with
    | [], _ | _, [] => None
    | l, m => Some (single (Greatest (union l m)))
    end)).

(** ** Nodes *)

Fixpoint replaced (v : env) (cs : list term) (acc : sum) : option sum :=
  match cs with
  | [] => Some acc
  | (Defined j, c) :: cs => bind (entry_of v j) (fun en => replaced v cs (plus acc c (stands en)))
  | _ :: cs => replaced v cs acc
  end.

Definition is_port (t : term) : bool := match fst t with Port _ => true | _ => false end.

(** A sum of golden's without its nodes. *)
Definition resolved (v : env) (s : sum) : option sum :=
  replaced v (coefs s) {| konst := konst s; coefs := filter is_port (coefs s) |}.

(** Choices that clamp: what is clamped, and to what. *)
Definition upper (a b t e : sum) : option (sum * option Z * option Z) := (* a < b ? a : b *)
  bind (alone a) (fun h => if same t a && same e b then Some (b, None, Some h) else None).

Definition lower (a b t e : sum) : option (sum * option Z * option Z) := (* a < b ? b : a *)
  bind (alone b) (fun l => if same t b && same e a then Some (a, Some l, None) else None).

Definition both (v : env) (a b t e : sum) : option (sum * option Z * option Z) := (* a < b ? b : min(a, h) *)
  bind (alone b) (fun l =>
    match lone e with
    | Some (Defined j) =>
        match entry_of v j with
        | Some {| made := Clamped s None (Some h) |} =>
            if same t b && same s a && (l <=? h) then Some (a, Some l, Some h) else None
        | _ => None
        end
    | _ => None
    end).

Definition or_else {A} (x y : option A) : option A := match x with Some _ => x | None => y end.

Definition plain (v : env) (s : sum) : option entry :=
  bind (interval v s) (fun r => Some {| stands := s; made := Plain; spans := r |}).

Definition chosen (v : env) (j : nat) (a b t e : sum) : option entry :=
  bind (interval v (plus a (-1) b)) (fun r =>
    if snd r <? 0 then plain v t
    else if 0 <=? fst r then plain v e
    else match or_else (upper a b t e) (or_else (lower a b t e) (both v a b t e)) with
    | Some (s, lo, hi) => bind (interval v s) (fun r =>
        Some {| stands := single (Defined j); made := Clamped s lo hi; spans := (limit lo hi (fst r), limit lo hi (snd r)) |})
    | None => if same t b && same e a then bind (greatest a b) (plain v) else None
    end).

Definition entry_for (v : env) (j : nat) (n : node) : option entry :=
  match n with
  | Floor s k => bind (resolved v s) (fun s =>
      if 0 <=? k then
        match floor v s k with
        | Some t => plain v t
        | None => bind (interval v s) (fun r =>
            Some {| stands := single (Defined j); made := Floored s k; spans := (fst r / pow2 k, snd r / pow2 k) |})
        end
      else None)
  | Choose a b t e => bind (resolved v a) (fun a => bind (resolved v b) (fun b =>
      bind (resolved v t) (fun t => bind (resolved v e) (fun e => chosen v j a b t e))))
  end.

Definition extended (v : env) (j : nat) (en : entry) : env :=
  {| taken := taken v; table := Nets.add (Pos.of_succ_nat j) en (table v);
     floors := match made en with Floored _ _ => j :: floors v | _ => floors v end |}.

Fixpoint define (v : env) (j : nat) (nodes : list node) : option env :=
  match nodes with
  | [] => Some v
  | n :: rest => bind (entry_for v j n) (fun en => define (extended v j en) (S j) rest)
  end.

(** ** What is known is true *)

Section Proof.
  Variables xs ys : list Z.
  Variable e : state.
  Let rho := valuation xs ys e.

  Definition entry_true (j : nat) (en : entry) : Prop :=
    rho (Defined j) = at_ (stands en) rho /\ within (rho (Defined j)) (spans en) /\
    match made en with
    | Plain => True
    | Floored s k => 0 <= k /\ rho (Defined j) = at_ s rho / pow2 k
    | Clamped s lo hi => rho (Defined j) = limit lo hi (at_ s rho)
    end.

  Definition env_true (v : env) : Prop :=
    (forall i r, taken_by v i = Some r -> within (nth i xs 0) r) /\
    (forall j en, entry_of v j = Some en -> entry_true j en).

  Lemma limit_within lo hi x r : within x r -> within (limit lo hi x) (limit lo hi (fst r), limit lo hi (snd r)).
  Proof. unfold within, limit. destruct lo, hi; cbn; lia. Qed.

  Lemma div_within k x r : 0 <= k -> within x r -> within (x / pow2 k) (fst r / pow2 k, snd r / pow2 k).
  Proof. intros K W. pose proof (pow2_pos k K). unfold within in *. cbn. split; apply Z.div_le_mono; lia. Qed.

  Section Env.
    Variable v : env.
    Hypothesis T : env_true v.

    Lemma tops_hold l : forall r, tops v l = Some r -> within (maximum (map (fun i => nth i xs 0) l)) r.
    Proof.
      destruct T as [P _]. induction l as [|i [|j l] IH]; intros r H; cbn in H; [discriminate|exact (P _ _ H)|].
      destruct (taken_by v i) as [a|] eqn:A; [|discriminate]. cbn [bind] in H.
      match type of H with bind ?x _ = _ => destruct x as [b|] eqn:B; [|discriminate] end. injection H as <-.
      specialize (IH b B). specialize (P _ _ A). set (m := maximum (map _ (j :: l))) in *.
      change (within (Z.max (nth i xs 0) m) (Z.max (fst a) (fst b), Z.max (snd a) (snd b))).
      clearbody m. unfold within in *. cbn [fst snd]. lia.
    Qed.

    Lemma lies_holds : bounds (lies v) rho.
    Proof.
      intros x r H. destruct x as [i|j|l|w a b]; cbn in H |- *.
      - now apply T.
      - destruct (entry_of v j) as [en|] eqn:E; [|discriminate]. injection H as <-. apply T in E as (_ & E & _). exact E.
      - now apply tops_hold.
      - destruct (Z.leb_spec 0 w) as [W|]; [|discriminate]. injection H as <-. pose proof (pow2_pos w W).
        unfold within. cbn. pose proof (Z.mod_pos_bound (Z.land (snd (word_of e a)) (snd (word_of e b))) (pow2 w) ltac:(lia)). lia.
    Qed.

    Lemma floor_of_holds x s k : floor_of v x = Some (s, k) -> 0 <= k /\ rho x = at_ s rho / pow2 k.
    Proof.
      destruct x as [| j | |]; cbn [floor_of]; try discriminate.
      destruct (entry_of v j) as [[st []  sp]|] eqn:E; try discriminate. intros [= <- <-].
      apply T in E as (_ & _ & H). exact H.
    Qed.

    Lemma tighter_holds s r t : within (at_ s rho) r -> within (at_ s rho) (tighter v s r t).
    Proof.
      intros W. unfold tighter. destruct t as [x c]. cbn [fst snd].
      destruct (floor_of v x) as [[arg k]|] eqn:F; [|exact W].
      destruct (Z.eqb_spec (c mod pow2 k) 0) as [D|]; [|exact W].
      destruct (hull _ (lies v)) as [o|] eqn:H; [|exact W].
      apply floor_of_holds in F as [K F]. pose proof (pow2_pos k K) as P.
      apply (hull_holds _ _ rho _ lies_holds) in H. rewrite !at_plus, at_single in H.
      pose proof (Z.mod_pos_bound (at_ arg rho) (pow2 k) P) as B.
      assert (R : within (at_ arg rho mod pow2 k) (0, pow2 k - 1)) by (unfold within; cbn; lia).
      pose proof (stretch_holds _ _ _ _ (- (c / pow2 k)) H R) as I.
      replace (_ + _) with (at_ s rho) in I.
      - unfold within in *. cbn [fst snd]. lia.
      - pose proof (Z.div_mod (at_ arg rho) (pow2 k) ltac:(lia)) as M. rewrite <- F in M.
        apply Z.mod_divide in D; [|lia]. destruct D as [q ->]. rewrite Z.div_mul by lia. rewrite M at 1. ring.
    Qed.

    Lemma interval_holds s r : interval v s = Some r -> within (at_ s rho) r.
    Proof.
      unfold interval. destruct (hull s (lies v)) as [h|] eqn:H; [|discriminate]. intros [= <-].
      apply (hull_holds _ _ rho _ lies_holds) in H. generalize (coefs s). intros l. revert h H.
      induction l as [|t l IH]; intros h H; cbn; [exact H|]. apply IH. now apply tighter_holds.
    Qed.

    Lemma known_floor_holds s k t js : known_floor v s k js = Some t -> at_ t rho = at_ s rho / pow2 k.
    Proof.
      induction js as [|j js IH]; [discriminate|]. cbn [known_floor].
      destruct (floor_of v (Defined j)) as [[a k']|] eqn:F; [|exact IH].
      destruct ((k =? k') && same s a) eqn:E; [|exact IH]. intros [= <-].
      apply andb_prop in E as [K S]. apply Z.eqb_eq in K. subst k'.
      apply floor_of_holds in F as [_ F]. now rewrite at_single, (same_holds _ _ S).
    Qed.

    Lemma floor_holds s k t : 0 <= k -> floor v s k = Some t -> at_ t rho = at_ s rho / pow2 k.
    Proof.
      intros K F. pose proof (pow2_pos k K) as P. unfold floor in F.
      destruct (interval v s) as [r|] eqn:I; [|discriminate]. cbn [bind] in F. apply interval_holds in I.
      destruct (Z.eqb_spec (fst r / pow2 k) (snd r / pow2 k)) as [E|].
      { injection F as <-. rewrite at_constant. apply (div_within k _ _ K) in I. unfold within in I. cbn in I. lia. }
      destruct (forallb _ _) eqn:D; [|now apply known_floor_holds in F].
      injection F as <-. cbn [forallb] in D. apply andb_prop in D as [D1 D2].
      unfold at_. cbn [konst coefs].
      apply Z.eqb_eq in D1. apply Z.mod_divide in D1; [|lia]. destruct D1 as [q ->]. rewrite Z.div_mul by lia.
      rewrite Z.div_add_l by lia. f_equal.
      assert (H : dot (coefs s) rho = dot (map (fun t => (fst t, snd t / pow2 k)) (coefs s)) rho * pow2 k).
      { induction (coefs s) as [|[x c] cs IH]; [reflexivity|]. cbn [map snd forallb] in D2.
        apply andb_prop in D2 as [D1 D2]. apply Z.eqb_eq in D1. apply Z.mod_divide in D1; [|lia]. destruct D1 as [p ->].
        cbn. rewrite Z.div_mul by lia. rewrite (IH D2). ring. }
      rewrite H. now rewrite Z.div_mul by lia.
    Qed.

    Lemma greatest_holds s t g : greatest s t = Some g -> at_ g rho = Z.max (at_ s rho) (at_ t rho).
    Proof.
      assert (V : forall x, greatest_of x <> [] -> rho x = maximum (map (fun i => nth i xs 0) (greatest_of x))).
      { intros [] N; cbn in N |- *; congruence. }
      unfold greatest. destruct (lone s) as [x|] eqn:X; [|discriminate]. destruct (lone t) as [y|] eqn:Y; [|discriminate].
      cbn [bind]. rewrite (lone_at _ _ _ X), (lone_at _ _ _ Y). specialize (V x) as Vx. specialize (V y) as Vy.
      destruct (greatest_of x) as [|i l]; [discriminate|]. destruct (greatest_of y) as [|j m]; [discriminate|].
      intros [= <-]. rewrite at_single, Vx, Vy by discriminate. apply (union_holds xs (i :: l) (j :: m)); discriminate.
    Qed.

    (** Golden's sums, where the nodes so far are [pre]. *)
    Lemma resolved_holds pre s t : (forall j en, entry_of v j = Some en -> nth j pre 0 = rho (Defined j)) ->
      resolved v s = Some t -> at_ s (reckon xs pre) = at_ t rho.
    Proof.
      intros N. unfold resolved. unfold at_ at 1.
      assert (H : forall cs acc, replaced v cs acc = Some t ->
        at_ t rho + dot (filter is_port cs) rho = at_ acc rho + dot cs (reckon xs pre)).
      { induction cs as [|[x c] cs IH]; intros acc R; cbn [replaced] in R; [injection R as <-; cbn; lia|].
        destruct x as [i|j|l|w a b]; cbn [filter is_port fst dot].
        - specialize (IH _ R). cbn. lia.
        - destruct (entry_of v j) as [en|] eqn:E; [|discriminate]. cbn [bind] in R. specialize (IH _ R).
          rewrite at_plus in IH. pose proof (N _ _ E) as Nj. apply T in E as [E _]. cbn in *. rewrite Nj, E. lia.
        - specialize (IH _ R). cbn. lia.
        - specialize (IH _ R). cbn. lia. }
      intros R. specialize (H _ _ R). unfold at_ at 2 in H. cbn [konst coefs] in H. lia.
    Qed.

    Lemma plain_holds j s en : plain v s = Some en -> rho (Defined j) = at_ s rho -> entry_true j en.
    Proof.
      unfold plain. destruct (interval v s) as [r|] eqn:I; [|discriminate]. intros [= <-] E.
      unfold entry_true. cbn [stands made spans]. rewrite E. repeat split; apply interval_holds in I; apply I.
    Qed.

    Lemma chosen_holds j a b t f en : chosen v j a b t f = Some en ->
      rho (Defined j) = (if at_ a rho <? at_ b rho then at_ t rho else at_ f rho) -> entry_true j en.
    Proof.
      intros C E. unfold chosen in C. destruct (interval v (plus a (-1) b)) as [r|] eqn:I; [|discriminate].
      cbn [bind] in C. apply interval_holds in I. rewrite at_plus in I. unfold within in I.
      destruct (Z.ltb_spec (snd r) 0); [|destruct (Z.leb_spec 0 (fst r))].
      - apply (plain_holds _ _ _ C). rewrite E. destruct (Z.ltb_spec (at_ a rho) (at_ b rho)); lia.
      - apply (plain_holds _ _ _ C). rewrite E. destruct (Z.ltb_spec (at_ a rho) (at_ b rho)); lia.
      - destruct (or_else _ _) as [[[s lo] hi]|] eqn:O.
        + destruct (interval v s) as [q|] eqn:J; [|discriminate]. injection C as <-. apply interval_holds in J.
          assert (L : rho (Defined j) = limit lo hi (at_ s rho)).
          { rewrite E. unfold or_else in O.
            destruct (upper a b t f) as [u|] eqn:U; [|destruct (lower a b t f) as [u|] eqn:W].
            - injection O as ->. unfold upper in U. destruct (alone a) as [h|] eqn:A; [|discriminate]. cbn [bind] in U.
              destruct (same t a && same f b) eqn:S; [|discriminate]. injection U as <- <- <-. apply andb_prop in S as [S1 S2].
              rewrite (same_holds _ _ S1), (same_holds _ _ S2), (alone_at _ _ _ A). unfold limit.
              destruct (Z.ltb_spec h (at_ b rho)); lia.
            - injection O as ->. unfold lower in W. destruct (alone b) as [l|] eqn:A; [|discriminate]. cbn [bind] in W.
              destruct (same t b && same f a) eqn:S; [|discriminate]. injection W as <- <- <-. apply andb_prop in S as [S1 S2].
              rewrite (same_holds _ _ S1), (same_holds _ _ S2), (alone_at _ _ _ A). unfold limit.
              destruct (Z.ltb_spec (at_ a rho) l); lia.
            - unfold both in O. destruct (alone b) as [l|] eqn:A; [|discriminate]. cbn [bind] in O.
              destruct (lone f) as [[|i| |]|] eqn:F; try discriminate.
              destruct (entry_of v i) as [[st [|? ?|z [?|] [h|]] sp]|] eqn:N; try discriminate.
              destruct (same t b && same z a && (l <=? h)) eqn:S; [|discriminate]. injection O as <- <- <-.
              apply andb_prop in S as [S S3]. apply andb_prop in S as [S1 S2]. apply Z.leb_le in S3.
              apply T in N as (_ & _ & N). cbn [made limit] in N.
              rewrite (same_holds _ _ S1), (alone_at _ _ _ A), (lone_at _ _ _ F), N, (same_holds _ _ S2). unfold limit.
              destruct (Z.ltb_spec (at_ a rho) l); lia. }
          unfold entry_true. cbn [stands made spans]. rewrite at_single. repeat split; auto; rewrite L; now apply limit_within.
        + destruct (same t b && same f a) eqn:S; [|discriminate]. apply andb_prop in S as [S1 S2].
          destruct (greatest a b) as [g|] eqn:G; [|discriminate]. cbn [bind] in C.
          apply (plain_holds _ _ _ C). rewrite (greatest_holds _ _ _ G), E, (same_holds _ _ S1), (same_holds _ _ S2).
          destruct (Z.ltb_spec (at_ a rho) (at_ b rho)); lia.
    Qed.

    Lemma entry_for_holds pre j n en : (forall i en, entry_of v i = Some en -> nth i pre 0 = rho (Defined i)) ->
      entry_for v j n = Some en -> rho (Defined j) = node_value xs pre n -> entry_true j en.
    Proof.
      intros N F E. destruct n as [s k|a b t f]; cbn [entry_for node_value] in F, E.
      - destruct (resolved v s) as [s'|] eqn:R; [|discriminate]. cbn [bind] in F.
        rewrite (resolved_holds pre s s' N R) in E. destruct (Z.leb_spec 0 k) as [K|]; [|discriminate].
        destruct (floor v s' k) as [t|] eqn:Fl.
        + apply (plain_holds _ _ _ F). rewrite E. symmetry. now apply floor_holds.
        + destruct (interval v s') as [r|] eqn:I; [|discriminate]. injection F as <-. apply interval_holds in I.
          unfold entry_true. cbn [stands made spans]. rewrite at_single. repeat split; auto; rewrite E; now apply div_within.
      - destruct (resolved v a) as [a'|] eqn:Ra; [|discriminate]. cbn [bind] in F.
        destruct (resolved v b) as [b'|] eqn:Rb; [|discriminate]. cbn [bind] in F.
        destruct (resolved v t) as [t'|] eqn:Rt; [|discriminate]. cbn [bind] in F.
        destruct (resolved v f) as [f'|] eqn:Rf; [|discriminate]. cbn [bind] in F.
        rewrite (resolved_holds _ _ _ N Ra), (resolved_holds _ _ _ N Rb), (resolved_holds _ _ _ N Rt), (resolved_holds _ _ _ N Rf) in E.
        exact (chosen_holds _ _ _ _ _ _ F E).
    Qed.
  End Env.

  Lemma values_keep nodes : forall pre j, (j < length pre)%nat -> nth j (values xs nodes pre) 0 = nth j pre 0.
  Proof.
    induction nodes as [|n rest IH]; intros pre j L; cbn; [reflexivity|].
    rewrite IH by (rewrite app_length; lia). now apply app_nth1.
  Qed.

  Lemma define_holds nodes : forall v pre v', define v (length pre) nodes = Some v' ->
    ys = values xs nodes pre -> env_true v ->
    (forall j en, entry_of v j = Some en -> (j < length pre)%nat) ->
    env_true v' /\ (forall j en, entry_of v' j = Some en -> nth j ys 0 = rho (Defined j)).
  Proof.
    induction nodes as [|n rest IH]; intros v pre v' D Y T L; cbn in D, Y.
    - injection D as <-. split; [exact T|reflexivity].
    - destruct (entry_for v (length pre) n) as [en|] eqn:E; [|discriminate]. cbn [bind] in D.
      set (y := node_value xs pre n) in *.
      assert (R : length (pre ++ [y]) = S (length pre)) by (rewrite app_length; cbn; lia).
      rewrite <- R in D. apply (IH _ _ _ D Y).
      + assert (F : forall j, entry_of (extended v (length pre) en) j = if Nat.eqb j (length pre) then Some en else entry_of v j).
        { intros j. unfold entry_of, extended. cbn [table]. destruct (Nat.eqb_spec j (length pre)) as [->|N]; [apply Nets.gss|].
          apply Nets.gso. intros H. apply SuccNat2Pos.inj in H. auto. }
        split; [exact (proj1 T)|]. intros j en' H. rewrite F in H. destruct (Nat.eqb_spec j (length pre)) as [->|]; [|now apply T].
        injection H as <-. apply (entry_for_holds v T pre _ n en); [|exact E|].
        * intros i en' I. cbn. rewrite Y, values_keep by (rewrite R; specialize (L _ _ I); lia).
          symmetry. apply app_nth1. exact (L _ _ I).
        * cbn. rewrite Y, values_keep by lia. rewrite app_nth2 by lia. now rewrite Nat.sub_diag.
      + intros j en' H. rewrite R. unfold entry_of, extended in H. cbn [table] in H.
        destruct (Nat.eq_dec j (length pre)) as [->|N]; [lia|].
        rewrite Nets.gso in H by (intros Q; apply SuccNat2Pos.inj in Q; auto). specialize (L j en' H). lia.
  Qed.
End Proof.
