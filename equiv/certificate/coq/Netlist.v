(** * What a netlist means

    A netlist is a list of cells. The first cell is net 1, the next one net 2, and so on.
    A word is a number of bits, and an integer that has no more than so many. The operators
    are those of netlist.go, one for one. *)

From Coq Require Import ZArith List Bool Lia FMapPositive.
Import ListNotations.
Open Scope Z_scope.

Module Nets := PositiveMap.

(** [pow2 w] is a name of its own so that the extracted program may shift. *)
Definition pow2 (w : Z) : Z := 2 ^ w.

Definition net := positive.
Definition word := (Z * Z)%type. (* width, bits *)

(** Operators over operands of type [A]: nets here, places in a list in Tail.v. *)
Inductive op (A : Type) : Type :=
| Input (i : nat)          (* the integer of input i, in two's complement *)
| Const (k : Z)
| Slice (k : Z) (a : A)    (* from bit k *)
| Concat (a b : A)         (* a below b *)
| Zext (a : A) | Sext (a : A)
| Add (a b : A) | Sub (a b : A) | Neg (a : A) | Mul (a b : A)
| Not (a : A) | And (a b : A) | Or (a b : A) | Xor (a b : A)
| Shl (a b : A) | Shr (a b : A) | Sar (a b : A)
| Equal (a b : A) | Ult (a b : A) | Slt (a b : A)
| Redand (a : A) | Redor (a : A) | Redxor (a : A)
| Mux (s a b : A).         (* a where s is 1, otherwise b *)

Arguments Input {A}. Arguments Const {A}. Arguments Slice {A}. Arguments Concat {A}.
Arguments Zext {A}. Arguments Sext {A}. Arguments Add {A}. Arguments Sub {A}.
Arguments Neg {A}. Arguments Mul {A}. Arguments Not {A}. Arguments And {A}.
Arguments Or {A}. Arguments Xor {A}. Arguments Shl {A}. Arguments Shr {A}.
Arguments Sar {A}. Arguments Equal {A}. Arguments Ult {A}. Arguments Slt {A}.
Arguments Redand {A}. Arguments Redor {A}. Arguments Redxor {A}. Arguments Mux {A}.

Definition cell := (Z * op net)%type. (* width, operator *)

Definition signed (w b : Z) : Z := if b <? pow2 (w - 1) then b else b - pow2 w.
Definition truth (b : bool) : Z := if b then 1 else 0.

(** Whether an odd number of bits is 1. *)
Fixpoint odd_ones (p : positive) : bool :=
  match p with xH => true | xO q => odd_ones q | xI q => negb (odd_ones q) end.
Definition parity (b : Z) : bool := match b with Zpos p => odd_ones p | _ => false end.

Section Meaning.
  Context {A : Type}.
  Variable xs : list Z.      (* the integers of the inputs *)
  Variable get : A -> word.  (* the words of the operands *)

  Let bits a := snd (get a).
  Let wide a := fst (get a).

  (** The low [w] bits of [value] are the result of a cell of [w] bits. *)
  Definition value (w : Z) (o : op A) : Z :=
    match o with
    | Input i => nth i xs 0
    | Const k => k
    | Slice k a => bits a / pow2 k
    | Concat a b => bits a + pow2 (wide a) * bits b
    | Zext a => bits a
    | Sext a => signed (wide a) (bits a)
    | Add a b => bits a + bits b
    | Sub a b => bits a - bits b
    | Neg a => - bits a
    | Mul a b => bits a * bits b
    | Not a => - bits a - 1
    | And a b => Z.land (bits a) (bits b)
    | Or a b => Z.lor (bits a) (bits b)
    | Xor a b => Z.lxor (bits a) (bits b)
    | Shl a b => if w <=? bits b then 0 else bits a * pow2 (bits b)
    | Shr a b => if wide a <=? bits b then 0 else bits a / pow2 (bits b)
    | Sar a b => signed (wide a) (bits a) / pow2 (Z.min (wide a) (bits b))
    | Equal a b => truth (bits a =? bits b)
    | Ult a b => truth (bits a <? bits b)
    | Slt a b => truth (signed (wide a) (bits a) <? signed (wide b) (bits b))
    | Redand a => truth (bits a =? pow2 (wide a) - 1)
    | Redor a => truth (negb (bits a =? 0))
    | Redxor a => truth (parity (bits a))
    | Mux s a b => if bits s =? 1 then bits a else bits b
    end.

  Definition meaning (w : Z) (o : op A) : word := (w, value w o mod pow2 w).
End Meaning.

(** ** Evaluation

    The words of all nets, cell by cell. A net that there is not has a word too, of one bit:
    evaluation is total. *)

Definition state := Nets.t word.
Definition word_of (e : state) (n : net) : word :=
  match Nets.find n e with Some x => x | None => (1, 0) end.

Fixpoint run (xs : list Z) (next : net) (cells : list cell) (e : state) : state :=
  match cells with
  | [] => e
  | (w, o) :: rest => run xs (Pos.succ next) rest (Nets.add next (meaning xs (word_of e) w o) e)
  end.

Definition eval (xs : list Z) (cells : list cell) : state := run xs 1%positive cells (Nets.empty word).

(** ** Well-formed netlists

    Operands stand before their cell, and widths fit, as netlist.go wants it. *)

Definition operands {A} (o : op A) : list A :=
  match o with
  | Input _ | Const _ => []
  | Slice _ a | Zext a | Sext a | Neg a | Not a | Redand a | Redor a | Redxor a => [a]
  | Concat a b | Add a b | Sub a b | Mul a b | And a b | Or a b | Xor a b
  | Shl a b | Shr a b | Sar a b | Equal a b | Ult a b | Slt a b => [a; b]
  | Mux s a b => [s; a; b]
  end.

Definition fits {A} (wide : A -> Z) (w : Z) (o : op A) : bool :=
  match o with
  | Input _ => true
  | Const k => (0 <=? k) && (k <? pow2 w)
  | Slice k a => (0 <=? k) && (k + w <=? wide a)
  | Concat a b => w =? wide a + wide b
  | Zext a | Sext a => wide a <? w
  | Neg a | Not a => w =? wide a
  | Add a b | Sub a b | Mul a b | And a b | Or a b | Xor a b => (w =? wide a) && (w =? wide b)
  | Shl a _ | Shr a _ | Sar a _ => w =? wide a
  | Equal a b | Ult a b | Slt a b => (w =? 1) && (wide a =? wide b)
  | Redand _ | Redor _ | Redxor _ => w =? 1
  | Mux s a b => (wide s =? 1) && (w =? wide a) && (w =? wide b)
  end.

Lemma pow2_pos w : 0 <= w -> 0 < pow2 w.
Proof. apply Z.pow_pos_nonneg; lia. Qed.

(** ** Each net is what its cell says of the final state *)

Lemma meaning_ext {A} xs (f g : A -> word) w o :
  (forall a, In a (operands o) -> f a = g a) -> meaning xs f w o = meaning xs g w o.
Proof.
  intros H. unfold meaning. f_equal. f_equal.
  destruct o; cbn [value operands] in *;
    rewrite ?H by (cbn; auto); reflexivity.
Qed.

Fixpoint number (next : net) (cells : list cell) : list (net * cell) :=
  match cells with [] => [] | c :: rest => (next, c) :: number (Pos.succ next) rest end.

Definition before (n : net) (o : op net) : bool := forallb (fun a => (a <? n)%positive) (operands o).

Lemma run_keeps xs cells : forall next e n,
  (n < next)%positive -> Nets.find n (run xs next cells e) = Nets.find n e.
Proof.
  induction cells as [|[w o] rest IH]; intros next e n L; cbn; [reflexivity|].
  rewrite IH by lia. apply Nets.gso. lia.
Qed.

Lemma run_fixed xs cells : forall next e,
  forallb (fun nc => before (fst nc) (snd (snd nc))) (number next cells) = true ->
  forall n w o, In (n, (w, o)) (number next cells) ->
  let f := run xs next cells e in
  Nets.find n f = Some (meaning xs (word_of f) w o).
Proof.
  induction cells as [|[w o] rest IH]; intros next e B n w' o' I; cbn in *; [tauto|].
  apply andb_prop in B as [B1 B2].
  destruct I as [I|I]; [|now apply IH].
  inversion I; subst; clear I.
  rewrite run_keeps by lia. rewrite Nets.gss. f_equal.
  apply meaning_ext. intros a Ha.
  unfold before in B1. rewrite forallb_forall in B1. specialize (B1 a Ha).
  apply Pos.ltb_lt in B1. unfold word_of.
  rewrite run_keeps by lia. rewrite Nets.gso by lia. reflexivity.
Qed.

(** ** Every word has no more bits than its width *)

Definition sound (x : word) : Prop := 1 <= fst x /\ 0 <= snd x < pow2 (fst x).

Lemma meaning_sound {A} xs (get : A -> word) w o : 1 <= w -> sound (meaning xs get w o).
Proof.
  intros W. unfold sound, meaning. cbn. pose proof (pow2_pos w ltac:(lia)).
  split; [lia|apply Z.mod_pos_bound; lia].
Qed.

Lemma run_sound xs cells : forall next e,
  (forall w o, In (w, o) cells -> 1 <= w) -> (forall n, sound (word_of e n)) ->
  forall n, sound (word_of (run xs next cells e) n).
Proof.
  induction cells as [|[w o] rest IH]; intros next e W S n; cbn; [apply S|].
  apply IH; [intros w' o' I; apply (W w' o'); now right|].
  intros m. unfold word_of. destruct (Pos.eq_dec m next) as [->|D].
  - rewrite Nets.gss. apply meaning_sound. apply (W w o). now left.
  - rewrite Nets.gso by exact D. apply S.
Qed.

Lemma empty_sound n : sound (word_of (Nets.empty word) n).
Proof. unfold word_of. rewrite Nets.gempty. unfold sound, pow2. cbn. lia. Qed.

Lemma fits_ext {A} (f g : A -> Z) w o :
  (forall a, In a (operands o) -> f a = g a) -> fits f w o = fits g w o.
Proof. intros H. destruct o; cbn [fits operands] in *; rewrite ?H by (cbn; auto); reflexivity. Qed.
