package source

import (
	"bytes"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// harmless are the system tasks and functions that neither read nor write anything
// beside the simulation's own log, by their clauses in IEEE 1800-2017: conversion,
// arrays and bits (20.4 to 20.9), mathematics (20.8), random numbers (20.15), time
// (20.3), messages (20.10, 21.2), assertions (20.12), strings (21.3), and the timing
// checks (31).
var harmless = words(`
$signed $unsigned $rtoi $itor $realtobits $bitstoreal $shortrealtobits $bitstoshortreal $cast
$bits $typename $isunbounded $unpacked_dimensions $dimensions $left $right $low $high $increment $size
$clog2 $ln $log10 $exp $sqrt $pow $floor $ceil $sin $cos $tan $asin $acos $atan $atan2 $hypot
$sinh $cosh $tanh $asinh $acosh $atanh
$countbits $countones $onehot $onehot0 $isunknown
$sampled $rose $fell $stable $changed $past $past_gclk $rose_gclk $fell_gclk $stable_gclk $changed_gclk
$future_gclk $rising_gclk $falling_gclk $steady_gclk $changing_gclk $global_clock $inferred_clock $inferred_disable
$random $urandom $urandom_range $dist_uniform $dist_normal $dist_exponential $dist_poisson $dist_chi_square $dist_t $dist_erlang
$time $stime $realtime $timeformat $printtimescale
$display $displayb $displayo $displayh $write $writeb $writeo $writeh $strobe $strobeb $strobeo $strobeh
$monitor $monitorb $monitoro $monitorh $monitoron $monitoroff
$info $warning $error $fatal $finish $stop $exit
$asserton $assertoff $assertkill $assertcontrol $assertpasson $assertpassoff $assertfailon $assertfailoff
$assertnonvacuouson $assertvacuousoff
$sformat $sformatf $swrite $swriteb $swriteo $swriteh $sscanf
$root $unit
$setup $hold $setuphold $recovery $removal $recrem $skew $timeskew $fullskew $period $width $nochange`)

// systems refuses system names that reach outside. A memory image that is declared
// may be read.
func (r *reader) systems(text *Text) {
	for _, f := range text.Files {
		for i, t := range f.List {
			switch {
			case t.Kind == Keyword && (t.Text == "import" || t.Text == "export") && i+1 < len(f.List) && f.List[i+1].Kind == String:
				r.problem(t.File, t.Line, "%s %s: code in another language, which nothing would vouch for", t.Text, f.List[i+1].Text)
			case t.Kind != System || harmless[t.Text]:
			case t.Text == "$readmemh" || t.Text == "$readmemb":
				r.image(f.List[i:])
			default:
				r.problem(t.File, t.Line, "%s reaches outside of the simulation, or is not known; leave it out", t.Text)
			}
		}
	}
}

// image checks a $readmemh or $readmemb.
func (r *reader) image(ts []Token) {
	t := ts[0]
	if len(ts) < 3 || !ts[1].Is("(") || ts[2].Kind != String || strings.ContainsAny(ts[2].Text, "\\\n") || len(ts) > 3 && !ts[3].Is(",") {
		r.problem(t.File, t.Line, "%s: write the name of the file as a string in its place, so that it is known what is read", t.Text)
		return
	}
	name := ts[2].Text[1 : len(ts[2].Text)-1]
	f, ok := r.extra[path.Clean(name)]
	if !ok {
		r.problem(t.File, t.Line, "%s reads %q, which is not declared: nothing would vouch for it; declare it with --include", t.Text, name)
		return
	}
	if as := t.Text + " " + f.Name; !r.images[as] {
		r.images[as] = true
		if line, what := imageProblem(f.Text, t.Text == "$readmemb"); what != "" {
			r.problem(f.Name, line, "%s", what)
		}
	}
	r.used[f.Name] = true
}

// imageProblem is the line and the reason of a difference between readers of a memory
// image, "" if all agree. Vectors are not enough to find it: a memory may have more words
// than they reach.
func imageProblem(image []byte, binary bool) (line int, what string) {
	text := bytes.ReplaceAll(image, []byte("\r\n"), []byte("\n"))
	digits, name := "0123456789abcdefABCDEF", "hexadecimal"
	if binary {
		digits, name = "01", "binary"
	}
	line = 1
	next, words, addressed := uint64(0), 0, false
	for n := 0; n < len(text); {
		if text[n] == '\n' {
			line++
		}
		if space(text[n]) {
			n++
			continue
		}
		k := n
		for k < len(text) && !space(text[k]) {
			k++
		}
		word := string(text[n:k])
		switch {
		case strings.HasPrefix(word, "//"), strings.HasPrefix(word, "/*"):
			if strings.HasPrefix(word, "/*/") {
				return line, "/*/ begins a comment, or is one, depending on the reader; write a space"
			}
			end, err := comment(text[n:])
			if err != nil {
				return line, err.Error()
			}
			line += bytes.Count(text[n:n+end], []byte("\n"))
			if n += end; n < len(text) && !space(text[n]) {
				return line, "a comment within a word, which some readers take for two; write white space behind it"
			}
			continue
		case word[0] == '@':
			at, err := strconv.ParseUint(word[1:], 16, 32)
			if err != nil || at < next || words > 0 && !addressed {
				return line, "addresses of a memory image have to ascend, from one in front of the first word on: Yosys stops reading at the last word of the memory, simulators go on"
			}
			next, addressed = at, true
		case word[0] == '_' || strings.Trim(word, digits+"_xXzZ?") != "":
			return line, fmt.Sprintf("%.20q is no %s number, or has a comment in it; some readers take it for a word", word, name)
		case k == len(text):
			return line, "the last line does not end, and Verilator does not read its last word; write a line's end"
		default:
			next++
			words++
		}
		n = k
	}
	return 0, ""
}
