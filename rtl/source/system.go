package source

import (
	"path"
	"regexp"
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
	if !r.used[f.Name] && !ascending(f.Text) {
		r.problem(f.Name, 0, "addresses of a memory image have to ascend, from one in front of the first word on: Yosys stops reading at the last word of the memory, simulators go on")
	}
	r.used[f.Name] = true
}

var imageComment = regexp.MustCompile(`(?s)//[^\n]*|/\*.*?\*/`)

// ascending reports whether an image has no addresses, or begins with one and never
// goes back.
func ascending(image []byte) bool {
	words := strings.Fields(string(imageComment.ReplaceAll(image, []byte(" "))))
	next, addressed := uint64(0), false
	for i, w := range words {
		digits, is := strings.CutPrefix(w, "@")
		if !is {
			next++
			continue
		}
		at, err := strconv.ParseUint(digits, 16, 32)
		if err != nil || at < next || i > 0 && !addressed {
			return false
		}
		next, addressed = at, true
	}
	return true
}
