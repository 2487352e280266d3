(* Reads compare points, and asks the proved checker about each. Nothing here is proved. The
   text is what "hashiflex check RUN --export FILE" writes:

     point NAME
     port NAME LO HI WIDTH                    for each input
     node floor K SUM                         for each node of golden's definition:
     node less SUM SUM SUM SUM                floor(SUM / 2^K), or a < b ? c : d
     accumulator SUM
     plain                                    or: tail ROUNDING OVERFLOW SHIFT s|u WIDTH none|LO HI
     out NAME WIDTH LO HI
     certificate SCALE OFFSET LO HI
     cut NET WIDTH MUL ADD                    for each cut
     step NET NODE                            for each clamp that is a step, and its
                                              certificate and cuts
     netlist                                  and the netlist as the run has it, without its
     end NAME                                 first line

   A SUM is an integer and, behind commas, p0*-4 for -4 times the first input, n0*2 for twice
   the first node.
   The last line is "points N". What is no such text is refused as a whole: exit 2. Exit 1 if
   a point is refused: it is wrong, or beyond the rules. *)

open Checker

exception Bad of string

let bad fmt = Printf.ksprintf (fun s -> raise (Bad s)) fmt

(* Words between blanks; a quoted name is one word, with its first quote. *)
let words line =
  let n = String.length line in
  let rec go i acc =
    if i >= n then List.rev acc
    else if line.[i] = ' ' then go (i + 1) acc
    else
      let stop c = try String.index_from line (i + 1) c with Not_found -> n in
      let j = stop (if line.[i] = '"' then '"' else ' ') in
      go (j + 1) (String.sub line i (j - i) :: acc)
  in
  go 0 []

(* Decimal integers, and hexadecimal ones where constants stand. *)
let integer s =
  let digits = if s <> "" && s.[0] = '-' then String.sub s 1 (String.length s - 1) else s in
  if digits = "" || not (String.for_all (fun c -> c >= '0' && c <= '9') digits) then
    bad "%S is no integer" s;
  Zarith.of_string s

let hex s =
  let n = String.length s in
  let digit c = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') in
  if n < 3 || String.sub s 0 2 <> "0x" || not (String.for_all digit (String.sub s 2 (n - 2))) then
    bad "%S is no constant" s;
  Zarith.of_string s

let net s =
  let n = String.length s in
  if n < 2 || s.[0] <> 'v' then bad "%S is no net" s;
  let v = integer (String.sub s 1 (n - 1)) in
  if Zarith.sign v <= 0 then bad "%S is no net" s;
  v

let quoted s = if s = "" || s.[0] <> '"' then bad "%S is no name" s else String.sub s 1 (String.length s - 1)

let slice s =
  match String.split_on_char ':' s with
  | [ a; b ] when String.length a > 1 && a.[0] = '[' && String.length b > 1 && b.[String.length b - 1] = ']' ->
      ( integer (String.sub a 1 (String.length a - 1)),
        integer (String.sub b 0 (String.length b - 1)) )
  | _ -> bad "%S are no bits of a slice" s

(* A small number without sign. *)
let number s =
  if s = "" || String.length s > 9 || not (String.for_all (fun c -> c >= '0' && c <= '9') s) then
    bad "%S is no number" s;
  int_of_string s

let sum s =
  let term t =
    match String.split_on_char '*' t with
    | [ v; c ] when v <> "" -> (
        let n = number (String.sub v 1 (String.length v - 1)) in
        match v.[0] with
        | 'p' -> (Port n, integer c)
        | 'n' -> (Defined n, integer c)
        | _ -> bad "%S is no variable" v)
    | _ -> bad "%S is no term" t
  in
  match String.split_on_char ',' s with
  | k :: terms -> { konst = integer k; coefs = List.map term terms }
  | [] -> bad "%S is no sum" s

let rounding = function
  | "TRN" -> TRN | "TRN_ZERO" -> TRN_ZERO | "RND" -> RND | "RND_ZERO" -> RND_ZERO
  | "RND_INF" -> RND_INF | "RND_MIN_INF" -> RND_MIN_INF | "RND_CONV" -> RND_CONV
  | s -> bad "%S is no rounding" s

let overflow = function
  | "WRAP" -> WRAP | "SAT" -> SAT | "SAT_ZERO" -> SAT_ZERO | "SAT_SYM" -> SAT_SYM
  | s -> bad "%S is no overflow" s

(* The operator of a cell. What follows its operands is a remark. *)
let operator ports width words =
  let one f a = f (net a) and two f a b = f (net a) (net b) in
  match words with
  | "input" :: name :: _ -> (
      match Hashtbl.find_opt ports (quoted name) with
      | Some i -> Input i
      | None -> bad "there is no port %s" name)
  | "const" :: k :: _ -> Const (hex k)
  | "slice" :: range :: a :: _ ->
      let hi, lo = slice range in
      if not (Zarith.equal (Zarith.sub hi lo) (Zarith.pred width)) then bad "a slice of another width";
      Slice (lo, net a)
  | "concat" :: a :: b :: _ -> two (fun a b -> Concat (a, b)) a b
  | "zext" :: a :: _ -> one (fun a -> Zext a) a
  | "sext" :: a :: _ -> one (fun a -> Sext a) a
  | "add" :: a :: b :: _ -> two (fun a b -> Add (a, b)) a b
  | "sub" :: a :: b :: _ -> two (fun a b -> Sub (a, b)) a b
  | "neg" :: a :: _ -> one (fun a -> Neg a) a
  | "mul" :: a :: b :: _ -> two (fun a b -> Mul (a, b)) a b
  | "not" :: a :: _ -> one (fun a -> Not a) a
  | "and" :: a :: b :: _ -> two (fun a b -> And (a, b)) a b
  | "or" :: a :: b :: _ -> two (fun a b -> Or (a, b)) a b
  | "xor" :: a :: b :: _ -> two (fun a b -> Xor (a, b)) a b
  | "shl" :: a :: b :: _ -> two (fun a b -> Shl (a, b)) a b
  | "shr" :: a :: b :: _ -> two (fun a b -> Shr (a, b)) a b
  | "sar" :: a :: b :: _ -> two (fun a b -> Sar (a, b)) a b
  | "eq" :: a :: b :: _ -> two (fun a b -> Equal (a, b)) a b
  | "ult" :: a :: b :: _ -> two (fun a b -> Ult (a, b)) a b
  | "slt" :: a :: b :: _ -> two (fun a b -> Slt (a, b)) a b
  | "redand" :: a :: _ -> one (fun a -> Redand a) a
  | "redor" :: a :: _ -> one (fun a -> Redor a) a
  | "redxor" :: a :: _ -> one (fun a -> Redxor a) a
  | "mux" :: s :: a :: b :: _ -> Mux (net s, net a, net b)
  | w :: _ -> bad "there is no operator %S" w
  | [] -> bad "a cell without operator"

let line_number = ref 0

let next () =
  incr line_number;
  match input_line stdin with s -> s | exception End_of_file -> bad "the text ends"

let range lo hi = (integer lo, integer hi)

(* One point, behind its first line. *)
let point name =
  let numbers = Hashtbl.create 64 in
  let rec ports n acc =
    match words (next ()) with
    | [ "port"; name; lo; hi; width ] ->
        if Hashtbl.mem numbers name then bad "port %s is there twice" name;
        Hashtbl.add numbers name n;
        ports (n + 1) ({ takes = range lo hi; bits = integer width } :: acc)
    | line -> (List.rev acc, line)
  in
  let ports, line = ports 0 [] in
  let rec nodes line acc =
    match line with
    | [ "node"; "floor"; k; s ] -> nodes (words (next ())) (Floor (sum s, integer k) :: acc)
    | [ "node"; "less"; a; b; t; e ] -> nodes (words (next ())) (Choose (sum a, sum b, sum t, sum e) :: acc)
    | [ "accumulator"; s ] -> (List.rev acc, sum s)
    | _ -> bad "neither a node nor the accumulator"
  in
  let nodes, accumulator = nodes line [] in
  let tail =
    match words (next ()) with
    | [ "plain" ] -> None
    | "tail" :: r :: o :: shift :: (("s" | "u") as sign) :: width :: clamp ->
        let clamps =
          match clamp with
          | [ "none" ] -> None
          | [ lo; hi ] -> Some (range lo hi)
          | _ -> bad "no clamp"
        in
        Some { rounds = rounding r; overflows = overflow o; drops = integer shift;
               is_signed = sign = "s"; width = integer width; clamps }
    | _ -> bad "no tail"
  in
  let out, out_width, out_range =
    match words (next ()) with
    | [ "out"; name; width; lo; hi ] -> (name, integer width, range lo hi)
    | _ -> bad "no output"
  in
  let certificate () =
    match words (next ()) with
    | [ "certificate"; scale; offset; lo; hi ] ->
        let scale = integer scale and offset = integer offset and lo = integer lo and hi = integer hi in
        let rec cuts acc =
          match words (next ()) with
          | [ "cut"; n; width; mul; add ] ->
              let cut_net = integer n in
              if Zarith.sign cut_net <= 0 then bad "%S is no net" n;
              cuts ({ cut_net; cut_width = integer width; cut_mul = integer mul; cut_add = integer add } :: acc)
          | line -> (List.rev acc, line)
        in
        let cuts, line = cuts [] in
        ({ scale; offset; lo; hi; cuts }, line)
    | _ -> bad "no certificate"
  in
  let certified, line = certificate () in
  let rec steps line acc =
    match line with
    | [ "step"; n; node ] ->
        let step_net = integer n in
        if Zarith.sign step_net <= 0 then bad "%S is no net" n;
        let step_by, line = certificate () in
        steps line ({ step_net; step_node = number node; step_by } :: acc)
    | [ "netlist" ] -> List.rev acc
    | _ -> bad "neither a step nor a netlist"
  in
  let steps = steps line [] in
  let rec cells n acc output =
    let line = next () in
    if String.length line >= 2 && String.sub line 0 2 = "# " then cells n acc output
    else
      match words line with
      | [ "end"; again ] when again = name -> (
          match output with
          | Some y -> (List.rev acc, y)
          | None -> bad "the netlist has no output")
      | [ "output"; port; v ] ->
          if output <> None || quoted port <> out then bad "another output, %s" port;
          cells n acc (Some (net v))
      | v :: width :: rest when v = "v" ^ string_of_int n ->
          let width = integer width in
          if Zarith.gt width (Zarith.of_int 64) then bad "a cell of more than 64 bits";
          cells (n + 1) ((width, operator numbers width rest) :: acc) output
      | _ -> bad "it is not the next cell: %S" line
  in
  let cells, out = cells 1 [] None in
  check
    { ports; nodes; accumulator; tail; out_width; out_range }
    certified steps cells out

let () =
  let accepted = ref 0 and refused = ref 0 in
  let rec points () =
    match words (next ()) with
    | [ "point"; name ] ->
        if point name then incr accepted
        else (
          incr refused;
          Printf.printf "refused: %s\n%!" name);
        points ()
    | [ "points"; "0" ] -> bad "there are no points"
    | [ "points"; n ] ->
        if int_of_string_opt n <> Some (!accepted + !refused) then bad "it should be %s points" n;
        (match input_line stdin with
        | _ -> bad "the text goes on after its end"
        | exception End_of_file -> ())
    | _ -> bad "neither a point nor the end"
  in
  match points () with
  | () ->
      Printf.printf "%d compare points accepted, %d refused\n" !accepted !refused;
      if !refused > 0 then exit 1
  | exception Bad why ->
      Printf.printf "line %d: %s\n" !line_number why;
      exit 2
