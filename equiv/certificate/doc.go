// Package certificate checks what was proved without believing who proved it.
//
// The prover (package equiv) leaves a certificate for each compare point of a layer. This
// package reads the certificate, the reference model, and the netlist that came back from
// the Verilog. It accepts the point, or names the step that does not follow. It shares no
// code with the prover, and asks no solver. It is written to be read as a whole: netlist.go
// says what a netlist means, reference.go what golden demands, sum.go has the rules, tail.go
// tries what is left, and check.go puts them together.
//
// # What a certificate says
//
// Near the inputs a channel is a sum. So the certificate names nets, the cuts, and says that
// each is Mul×u + Add, where u is one integer, a sum of inputs. Behind the cuts the circuit
// is a function of u alone. It takes few enough values to try them all: the tail.
//
// A point is accepted if all of this holds:
//
//   - golden's accumulator is Scale×u + Offset, as sums of inputs, and u lies exactly in
//     [Lo, Hi] when each input takes every value that the layer assumes of it;
//   - each cut is Mul×u + Add modulo 2^Width, by the rules below;
//   - whoever goes back from the output meets cuts and constants, and no other input;
//   - for every u of the tail's interval, which holds [Lo, Hi], the output has the bits of
//     golden.Requantize(Scale×u + Offset);
//   - the layers before give no more than what the layer assumes.
//
// Then, for all inputs, the cuts have the bits that the tail was tried with, and the output
// is golden's.
//
// # The rules
//
// Every net v of the sum has an integer X(v), a sum of inputs. Each rule keeps this
// invariant:
//
//	bits(v) ≡ X(v)  modulo 2^w, where w is the width of v
//
// An input of the model is its own X. Let x be X(a), y be X(b), and wa the width of a.
//
//	A  const k                X = k: the bits are k.
//	B  add, sub, neg, not     X = x+y, x-y, -x, -x-1. The operands have w bits, the operation
//	                          is modulo 2^w, and congruences add up. not a is -a-1 modulo 2^w.
//	C  mul, shl by a constant X = k×x. Congruences may be multiplied by an integer. The k of
//	                          mul may be read as signed, which is the same modulo 2^w.
//	D  slice from bit 0       X = x: what is congruent modulo 2^wa is so modulo a divisor.
//	E  zext, sext             X = x + n·2^wa, for an integer n with which X lies in [0, 2^wa),
//	                          for sext in [-2^(wa-1), 2^(wa-1)), for all inputs. The bits of
//	                          a, read as unsigned (as signed), are an integer of that interval
//	                          and congruent to X modulo 2^wa. Two such integers are equal, and
//	                          zext (sext) gives this integer in w bits.
//	F  concat of a below b    X = x + n·2^wa + 2^wa·y, with x + n·2^wa in [0, 2^wa), as in E:
//	                          the bits are bits(a) + 2^wa·bits(b), bits(a) is x + n·2^wa, and
//	                          bits(b) ≡ y modulo 2^wb makes 2^wa·bits(b) ≡ 2^wa·y modulo 2^w.
//
// Some integers are no sums of inputs. They are variables of their own: M(a, b) is
// bits(a and b), the bits that two nets have in common, and the greatest of some inputs is
// one too. Sums have variables beside inputs, and M must be gone where a sum is compared.
//
//	G  and, xor, or           X = M(a, b), x + y - 2·M(a, b), x + y - M(a, b). Where both bits
//	                          are 1, their sum 2 is twice the bit of and, and xor has 0;
//	                          else xor has the sum. or is xor and the common bits. For
//	                          (a and b) or a or b, X is that of a or b. If b is a constant of
//	                          ones only, M(a, b) is no variable, but x.
//	H  (a and b) or (b and c) X = M(a, b) + M(t, c), where some net t is a xor b. At each place
//	   or (a and c)           the majority of three bits is 1 if a and b are, or if just one of
//	                          them is and c too, and never both.
//	I  mux of b < a, a, b     X = the greatest of the inputs behind x and y, where x and y are
//	                          inputs or greatest ones, and lie for all inputs in the interval
//	                          that the compare reads: then it compares x and y themselves.
//
//	J  slice from bit k       X = floor(x / 2^k), a variable of its own unless it is a sum or a
//	                          constant: bits(a) is x + n·2^wa, and floor((x + n·2^wa) / 2^k) is
//	                          floor(x / 2^k) + n·2^(wa-k).
//	K  a step of Point.Steps  X = golden's clamped sum, a variable. What a point demands of its
//	                          output is demanded of the net: it lies behind cuts that are
//	                          Mul×u + Add, and for every u has the bits of the clamped sum.
//
// A full adder's words are a xor b xor c and twice the majority. By G and H their sum is
// x + y + z, as it should be: both have M(a, b) and M(t, c), once with -2 and once with 2.
//
// The interval that E and F need comes from the operands' intervals. Where that is too wide,
// it comes from X itself, whose variables are taken as independent; but 2^k × floor(x / 2^k) is
// also x less something of [0, 2^k), and the smaller interval counts: so a sum that wraps lies
// in its format. All integers are exact: what leaves
// 62 bits is refused.
//
// Terms that several channels share are no matter of rules: a channel's netlist has them in
// place.
//
// The folder coq has the rules, the tail, and golden's requantization and algebra in Coq, with a
// proof that whatever is accepted is equal for all inputs. Export writes what the checker reads
// that is extracted from it. Its rule J knows only those floors that golden has.
//
// # What is not checked
//
// That the netlists are what the Verilog says (hashiflex check --deep reads the Verilog
// again, but for own Verilog); what moves pixels between the layers; the programmable head;
// registers, for which there is no rule, nor where a clamp is hidden by what comes later. Such
// points are listed as open. Nor is there a
// certificate for the netlist before it was Verilog: it is no part of the hardware.
package certificate
