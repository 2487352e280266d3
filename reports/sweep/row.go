package sweep

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
)

// Row is one setting with its measurements.
type Row struct {
	Quantizer string // in the syntax of import
	Bits      int
	Terms     int    // largest number of powers of two in a weight
	Prune     int    // percent
	Scope     string // of pruning; "": no pruning
	// Score is the fraction of images, 0 to 1, with the class of the label, or, if
	// there are no labels, of the trained network.
	Score float64
	// Agreement is the fraction of images with the trained network's class.
	Agreement float64
	DB        float64 // features against the trained network; +Inf: exact
	Weights   int     // of convolutions
	NonZero   int
	Adders    int // subtractors and negations too
	AdderBits int
	ModelBits int // the paper's area model
}

var header = []string{"quantizer", "bits", "terms", "prune_percent", "prune_by", "score", "agreement", "features_db", "weights", "non_zero", "adders", "adder_bits", "area_model_bits"}

// CSV writes a header line and all rows.
func CSV(w io.Writer, rows []Row) error {
	c := csv.NewWriter(w)
	records := [][]string{header}
	for _, r := range rows {
		records = append(records, []string{
			r.Quantizer, strconv.Itoa(r.Bits), strconv.Itoa(r.Terms), strconv.Itoa(r.Prune), r.Scope, fraction(r.Score), fraction(r.Agreement), decibels(r.DB),
			strconv.Itoa(r.Weights), strconv.Itoa(r.NonZero), strconv.Itoa(r.Adders), strconv.Itoa(r.AdderBits), strconv.Itoa(r.ModelBits),
		})
	}
	return c.WriteAll(records)
}

func fraction(x float64) string { return strconv.FormatFloat(x, 'f', 4, 64) }

func decibels(db float64) string {
	if math.IsInf(db, 1) {
		return "exact"
	}
	return strconv.FormatFloat(db, 'f', 2, 64)
}

// Table writes rows to a terminal one by one. Without labels the score is the agreement,
// so the table has only the latter.
type Table struct {
	W        io.Writer
	Labelled bool
}

// Header is the line above the rows.
func (t Table) Header() error {
	score := ""
	if t.Labelled {
		score = fmt.Sprintf("%8s ", "top-1")
	}
	_, err := fmt.Fprintf(t.W, "%4s %5s %6s %-7s %s%10s %11s %10s %10s %11s %11s\n", "bits", "terms", "prune", "by", score, "agreement", "features dB", "non-zero", "adders", "adder bits", "area model")
	return err
}

// Row writes one row.
func (t Table) Row(r Row) error {
	by, score := r.Scope, ""
	if by == "" {
		by = "-"
	}
	if t.Labelled {
		score = fmt.Sprintf("%7.1f%% ", 100*r.Score)
	}
	_, err := fmt.Fprintf(t.W, "%4d %5d %5d%% %-7s %s%9.1f%% %11s %10d %10d %11d %11d\n", r.Bits, r.Terms, r.Prune, by, score, 100*r.Agreement, decibels(r.DB), r.NonZero, r.Adders, r.AdderBits, r.ModelBits)
	return err
}
