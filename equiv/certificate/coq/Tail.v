(** * The tail: what lies behind the cuts

    The tail is compiled to a short program over a list of words. The list begins with the
    cuts, and each instruction puts its word in front. An operand is a place in the list. *)

From Coq Require Import ZArith List Bool Lia.
From Hashiflex Require Import Netlist Golden Run Sum Variables Rules.
Import ListNotations.
Open Scope Z_scope.

(** What a word of the list is: the low bits of a net, so many. *)
Definition entry := (net * Z)%type.

Fixpoint place (p : entry -> bool) (l : list entry) : option nat :=
  match l with
  | [] => None
  | x :: l => if p x then Some O else match place p l with Some i => Some (S i) | None => None end
  end.

(** All bits of a net, and enough for a slice that ends at bit [upto]. *)
Definition whole (k : known) (l : list entry) (a : net) : option nat :=
  place (fun x => Pos.eqb (fst x) a && (snd x =? wide k a)) l.
Definition low (l : list entry) (a : net) (upto : Z) : option nat :=
  place (fun x => Pos.eqb (fst x) a && (upto <=? snd x)) l.

Definition bind2 {A B} (x y : option A) (f : A -> A -> B) : option B :=
  match x, y with Some x, Some y => Some (f x y) | _, _ => None end.
Definition bind1 {A B} (x : option A) (f : A -> B) : option B :=
  match x with Some x => Some (f x) | _ => None end.

(** An operator over places. An input of the netlist has none: it lies behind the cuts. *)
Definition instruction (k : known) (l : list entry) (w : Z) (o : op net) : option (op nat) :=
  let f := whole k l in
  match o with
  | Input _ => None
  | Const c => Some (Const c)
  | Slice from a => if (0 <=? from) && (0 <=? w) then bind1 (low l a (from + w)) (Slice from) else None
  | Zext a => bind1 (f a) Zext
  | Sext a => bind1 (f a) Sext
  | Neg a => bind1 (f a) Neg
  | Not a => bind1 (f a) Not
  | Redand a => bind1 (f a) Redand
  | Redor a => bind1 (f a) Redor
  | Redxor a => bind1 (f a) Redxor
  | Concat a b => bind2 (f a) (f b) Concat
  | Add a b => bind2 (f a) (f b) Add
  | Sub a b => bind2 (f a) (f b) Sub
  | Mul a b => bind2 (f a) (f b) Mul
  | And a b => bind2 (f a) (f b) And
  | Or a b => bind2 (f a) (f b) Or
  | Xor a b => bind2 (f a) (f b) Xor
  | Shl a b => bind2 (f a) (f b) Shl
  | Shr a b => bind2 (f a) (f b) Shr
  | Sar a b => bind2 (f a) (f b) Sar
  | Equal a b => bind2 (f a) (f b) Equal
  | Ult a b => bind2 (f a) (f b) Ult
  | Slt a b => bind2 (f a) (f b) Slt
  | Mux s a b => match f s with Some s => bind2 (f a) (f b) (Mux s) | None => None end
  end.

Definition code := list (Z * op nat).

(** The program of some cells, and what its list has at the end. *)
Fixpoint compile (k : known) (l : list entry) (cells : list (net * cell)) : option (code * list entry) :=
  match cells with
  | [] => Some ([], l)
  | (n, (w, o)) :: rest =>
      match instruction k l w o with
      | None => None
      | Some i => match compile k ((n, w) :: l) rest with
          | Some (c, l) => Some ((w, i) :: c, l)
          | None => None
          end
      end
  end.

Definition nothing : word := (1, 0).

Fixpoint exec (c : code) (env : list word) : list word :=
  match c with
  | [] => env
  | (w, o) :: rest => exec rest (meaning [] (fun i => nth i env nothing) w o :: env)
  end.

(** ** The program computes the words of the netlist *)

Section Proof.
  Variables xs ys : list Z.
  Variable e : state.
  Variable k : known.
  Hypothesis words : forall n, sound (word_of e n).
  Hypothesis G : good xs ys e k.

  Definition agrees (x : entry) (y : word) : Prop :=
    about k (fst x) <> None /\
    fst y = snd x /\ 0 <= snd x <= wide k (fst x) /\ snd y = snd (word_of e (fst x)) mod pow2 (snd x).

  Lemma wide_holds n : about k n <> None -> wide k n = fst (word_of e n).
  Proof.
    intros A. unfold wide. destruct (about k n) as [f|] eqn:E; [|congruence].
    symmetry. exact (size_of xs ys e k G n f E).
  Qed.

  Lemma place_agrees p l env i : Forall2 agrees l env -> place p l = Some i ->
    exists x, p x = true /\ agrees x (nth i env nothing).
  Proof.
    intros F. revert i. induction F as [|x y l env A F IH]; intros i P; cbn in P; [discriminate|].
    destruct (p x) eqn:Px.
    - injection P as <-. exists x. auto.
    - destruct (place p l) as [j|]; [|discriminate]. injection P as <-. exact (IH j eq_refl).
  Qed.

  Lemma whole_agrees l env a i : Forall2 agrees l env -> whole k l a = Some i ->
    nth i env nothing = word_of e a /\ wide k a = fst (word_of e a).
  Proof.
    intros F P. destruct (place_agrees _ _ _ _ F P) as ([n w] & H & A0 & A1 & A2 & A3).
    cbn in *. apply andb_prop in H as [H1 H2]. apply Pos.eqb_eq in H1. apply Z.eqb_eq in H2. subst n w.
    pose proof (wide_holds a A0) as W. destruct (words a) as [_ B]. rewrite W in *. split; [|reflexivity].
    destruct (word_of e a) as [wa ba]. destruct (nth i env nothing) as [w b]. cbn in *.
    rewrite Z.mod_small in A3 by lia. congruence.
  Qed.

  Lemma slice_low u v from w b : 0 <= from -> 0 <= w -> from + w <= u -> v = b mod pow2 u ->
    v / pow2 from mod pow2 w = b / pow2 from mod pow2 w.
  Proof.
    intros F W U ->. pose proof (pow2_pos from F). pose proof (pow2_pos w W). pose proof (pow2_pos u ltac:(lia)).
    assert (E : pow2 u = pow2 (u - from - w) * pow2 w * pow2 from).
    { unfold pow2. rewrite <- !Z.pow_add_r by lia. f_equal. lia. }
    rewrite (Z.div_mod b (pow2 u)) at 2 by lia.
    replace (pow2 u * (b / pow2 u)) with ((b / pow2 u * pow2 (u - from - w) * pow2 w) * pow2 from) by (rewrite E at 2; ring).
    rewrite Z.div_add_l by lia. rewrite Z.add_comm. rewrite Z.mod_add by lia. reflexivity.
  Qed.

  Lemma instruction_holds l env w o o' : Forall2 agrees l env -> instruction k l w o = Some o' ->
    meaning [] (fun i => nth i env nothing) w o' = meaning xs (word_of e) w o.
  Proof.
    intros F I. unfold meaning. f_equal.
    assert (N := fun a i P => proj1 (whole_agrees l env a i F P)).
    destruct o; cbn [instruction] in I; try discriminate.
    2: { (* slice *)
      destruct (Z.leb_spec 0 k0); [|discriminate]. destruct (Z.leb_spec 0 w); [|discriminate]. cbn [andb] in I.
      destruct (low l a (k0 + w)) as [i|] eqn:P; [|discriminate]. cbn [bind1] in I. injection I as <-.
      destruct (place_agrees _ _ _ _ F P) as ([n u] & B & _ & A1 & A2 & A3).
      cbn in B, A1, A2, A3 |- *. apply andb_prop in B as [B1 B2]. apply Pos.eqb_eq in B1. apply Z.leb_le in B2. subst n.
      apply (slice_low u); auto. }
    all: repeat match goal with
      | H : context [bind2 ?x ?y] |- _ => unfold bind2 in H
      | H : context [bind1 ?x] |- _ => unfold bind1 in H
      | H : context [match whole ?k ?l ?a with _ => _ end] |- _ =>
          let i := fresh "i" in let E := fresh "E" in destruct (whole k l a) as [i|] eqn:E; [apply N in E|discriminate]
      end; injection I as <-; cbn [value]; repeat match goal with H : nth _ _ _ = _ |- _ => rewrite H; clear H end; reflexivity.
  Qed.

  (** Each cell of the program is one of the netlist. *)
  Definition belongs (nc : net * cell) : Prop :=
    about k (fst nc) <> None /\
    Nets.find (fst nc) e = Some (meaning xs (word_of e) (fst (snd nc)) (snd (snd nc))).

  Lemma compile_holds cells : forall l env c l', Forall belongs cells -> Forall2 agrees l env ->
    compile k l cells = Some (c, l') -> Forall2 agrees l' (exec c env).
  Proof.
    induction cells as [|[n [w o]] rest IH]; intros l env c l' B F C; cbn in C.
    - injection C as <- <-. exact F.
    - destruct (instruction k l w o) as [i|] eqn:I; [|discriminate].
      destruct (compile k ((n, w) :: l) rest) as [[c1 l1]|] eqn:C1; [|discriminate].
      injection C as <- <-. cbn [exec]. inversion B as [|? ? B1 B2]; subst.
      apply (IH ((n, w) :: l)); auto. constructor; [|exact F].
      rewrite (instruction_holds _ _ _ _ _ F I).
      destruct B1 as [K B1]. cbn in K, B1.
      assert (E : word_of e n = meaning xs (word_of e) w o) by (unfold word_of at 1; now rewrite B1).
      pose proof (wide_holds n K) as W. destruct (words n) as [P _]. rewrite E in W, P. cbn in W, P.
      unfold agrees. cbn [fst snd]. rewrite E, W. cbn [meaning fst snd]. repeat split; try lia; try exact K.
      rewrite Z.mod_mod; [reflexivity|]. pose proof (pow2_pos w ltac:(lia)). lia.
  Qed.
End Proof.
