(* Another name for Zarith's module, since the extracted program has a module Z. *)
include Z
