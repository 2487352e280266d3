package project

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/hashiflex/hashiflex/spec/words"
)

// reader collects the problems of a text.
type reader struct {
	at   func(path ...string) string
	errs []error
}

func (r *reader) bad(path []string, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s: "+format, append([]any{r.at(path...)}, args...)...))
}

// join adds problems that another reader found.
func (r *reader) join(err error) {
	if err == nil {
		return
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		r.errs = append(r.errs, many.Unwrap()...)
		return
	}
	r.errs = append(r.errs, err)
}

// known reports keys that mean nothing.
func (r *reader) known(table map[string]any, path []string, keys ...string) {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		if !slices.Contains(keys, key) {
			r.bad(under(path, key), "unknown key %s%s", key, words.DidYouMean(key, keys))
		}
	}
}

func under(path []string, key string) []string { return append(path[:len(path):len(path)], key) }

func (r *reader) text(table map[string]any, key string) string {
	v := table[key]
	s, ok := v.(string)
	if v != nil && (!ok || s == "") {
		r.bad([]string{key}, "%s = %v: want a text that is not empty", key, v)
	}
	return s
}

func (r *reader) flag(table map[string]any, path []string, key string) *bool {
	v := table[key]
	b, ok := v.(bool)
	switch {
	case v == nil:
		return nil
	case !ok:
		r.bad(under(path, key), "%s = %v: want true or false", key, v)
		return nil
	}
	return &b
}

func (r *reader) number(table map[string]any, path []string, key string, lo, hi int64) *int64 {
	v := table[key]
	n, ok := v.(int64)
	switch {
	case v == nil:
		return nil
	case !ok || n < lo || n > hi:
		r.bad(under(path, key), "%s = %v: want a number from %d to %d", key, v, lo, hi)
		return nil
	}
	return &n
}

// duration is a limit, "90s" or "2h30m".
func (r *reader) duration(table map[string]any, key string) *time.Duration {
	v := table[key]
	if v == nil {
		return nil
	}
	s, _ := v.(string)
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		r.bad([]string{"limits", key}, "%s = %v: want a time, as in \"90s\" or \"2h30m\"", key, v)
		return nil
	}
	return &d
}

func (r *reader) table(table map[string]any, path []string, key string) map[string]any {
	v := table[key]
	t, ok := v.(map[string]any)
	if v != nil && !ok {
		r.bad(under(path, key), "%s = %v: want a table", key, v)
	}
	return t
}

// entries are a text, or a list of them, each with its place.
func (r *reader) entries(table map[string]any, key string) (list []entry) {
	switch v := table[key].(type) {
	case nil:
	case string:
		if v == "" {
			r.bad([]string{key}, "%s: an empty text", key)
			break
		}
		return []entry{{v, r.at(key)}}
	case []any:
		for i, e := range v {
			s, _ := e.(string)
			at := []string{key, strconv.Itoa(i)}
			if s == "" {
				r.bad(at, "%s: %v: want a text that is not empty", key, e)
				continue
			}
			list = append(list, entry{s, r.at(at...)})
		}
	default:
		r.bad([]string{key}, "%s = %v: want a list of texts", key, v)
	}
	return list
}
