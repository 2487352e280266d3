(** * What a netlist means

    A netlist is a list of cells. The first cell is net 1, the next one net 2, and so on.
    A word is a number of bits, and an integer that has no more than so many. The operators
    are those of netlist.go, one for one. *)

From Coq Require Import ZArith List Bool FMapPositive.
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
