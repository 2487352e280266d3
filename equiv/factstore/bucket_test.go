package factstore

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/digest"
)

// server is a server that speaks S3, with one bucket, and its name for it.
func server(t *testing.T, name string) (*httptest.Server, gofakes3.Backend) {
	t.Helper()
	at := s3mem.New()
	require.NoError(t, at.CreateBucket(name))
	s := httptest.NewServer(gofakes3.New(at).Server())
	t.Cleanup(s.Close)
	t.Setenv("AWS_ENDPOINT_URL", s.URL)
	t.Setenv("AWS_ENDPOINT_URL_S3", "")
	t.Setenv("AWS_REGION", "us-east-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "somebody")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "something")
	return s, at
}

// A bucket keeps what one run has proved for the next.
func TestBucket(t *testing.T) {
	_, at := server(t, "proofs")
	s, err := Open(t.Context(), "s3://proofs/hashiflex/ours")
	require.NoError(t, err)
	key, other := digest.Bytes([]byte("key")), digest.Bytes([]byte("other"))
	var got string
	require.False(t, s.Get(key, &got))
	s.Put(key, "fact")
	again, err := Open(t.Context(), "s3://proofs/hashiflex/ours/")
	require.NoError(t, err)
	require.True(t, again.Get(key, &got))
	require.Equal(t, "fact", got)
	require.False(t, again.Get(other, &got))
	elsewhere, err := Open(t.Context(), "s3://proofs")
	require.NoError(t, err)
	require.False(t, elsewhere.Get(key, &got), "another prefix")

	// An object that is cut, changed, empty or another's is a miss, and counted.
	name := "hashiflex/ours/" + key[:2] + "/" + key + ".json"
	o, err := at.GetObject("proofs", name, nil)
	require.NoError(t, err)
	good, err := io.ReadAll(o.Contents)
	require.NoError(t, err)
	put := func(name string, text []byte) {
		_, err := at.PutObject("proofs", name, map[string]string{"Last-Modified": "Sun, 01 Nov 2026 00:00:00 GMT"}, bytes.NewReader(text), int64(len(text)), nil)
		require.NoError(t, err)
	}
	changed := bytes.Replace(good, []byte("fact"), []byte("lies"), 1)
	for i, text := range [][]byte{good[:len(good)-2], changed, {}, []byte("<html>")} {
		put(name, text)
		require.False(t, again.Get(key, &got), "%q", text)
		require.Equal(t, i+1, again.Damaged())
	}
	put("hashiflex/ours/"+other[:2]+"/"+other+".json", good)
	require.False(t, again.Get(other, &got))
	require.Equal(t, 5, again.Damaged())
	again.Put(key, "fact")
	require.True(t, again.Get(key, &got))
	require.Zero(t, again.Unkept()+again.Unasked())
}

// A bucket that is not there, or no server, is said when it is opened.
func TestBucketThatIsNotThere(t *testing.T) {
	s, _ := server(t, "proofs")
	var away *AwayError
	_, err := Open(t.Context(), "s3://others")
	require.ErrorAs(t, err, &away)
	require.ErrorContains(t, err, "no such bucket")
	for _, name := range []string{"s3://", "s3:///x"} {
		_, err = Open(t.Context(), name)
		require.ErrorContains(t, err, "want s3://BUCKET")
	}
	s.Close()
	_, err = Open(t.Context(), "s3://proofs")
	require.ErrorAs(t, err, &away)
	t.Setenv("AWS_ENDPOINT_URL", "nowhere")
	_, err = Open(t.Context(), "s3://proofs")
	require.ErrorContains(t, err, "want https://HOST")
}

// A bucket that goes away in the middle costs a few requests, and everything is proved.
func TestBucketThatGoesAway(t *testing.T) {
	real, _ := server(t, "proofs")
	away, requests := false, 0
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if away {
			requests++
			w.WriteHeader(http.StatusForbidden)
			return
		}
		real.Config.Handler.ServeHTTP(w, r)
	}))
	defer front.Close()
	t.Setenv("AWS_ENDPOINT_URL", front.URL)
	s, err := Open(t.Context(), "s3://proofs")
	require.NoError(t, err)
	key := digest.Bytes([]byte("key"))
	s.Put(key, "fact")
	away = true
	var got string
	for range 10 {
		require.False(t, s.Get(key, &got))
		s.Put(key, "fact")
	}
	require.Equal(t, 10, s.Unasked())
	require.Equal(t, 10, s.Unkept())
	require.Equal(t, mostFailed, requests)
	require.Zero(t, s.Damaged())
}
