package factstore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// scheme begins the name of a bucket.
const scheme = "s3://"

// bucket is a store in a bucket that speaks S3: an object for each entry. The server and
// who asks are what other programs take too: AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL,
// AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the file of such profiles.
type bucket struct {
	ctx    context.Context // of the run
	client *minio.Client
	name   string
	prefix string
	failed atomic.Int64 // requests in a row
}

// Limits of a bucket. One that is away must not cost a run more than proving does.
const (
	bucketTime = 20 * time.Second // of a request, all attempts together
	mostFailed = 3                // requests in a row, after which nobody is asked any more
)

func openBucket(ctx context.Context, where string) (*bucket, error) {
	name, prefix, _ := strings.Cut(strings.TrimPrefix(where, scheme), "/")
	if name == "" {
		return nil, fmt.Errorf("%s: want %sBUCKET or %sBUCKET/PREFIX", where, scheme, scheme)
	}
	const aws = "https://s3.amazonaws.com"
	endpoint := cmp.Or(os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL"), aws)
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("AWS_ENDPOINT_URL %q: want https://HOST or http://HOST:PORT", endpoint)
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds:      credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}}),
		Secure:     u.Scheme == "https",
		Region:     cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
		MaxRetries: 2,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	b := &bucket{ctx: ctx, client: client, name: name, prefix: strings.Trim(prefix, "/")}
	limited, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	there, err := client.BucketExists(limited, name)
	if err == nil && !there {
		err = errors.New("the server has no such bucket")
	}
	if err != nil {
		return nil, &AwayError{where, err}
	}
	return b, nil
}

func (b *bucket) object(key string) string { return path.Join(b.prefix, key[:2], key+".json") }

// ask makes one request, unless the ones before have failed.
func (b *bucket) ask(request func(context.Context) error) error {
	if b.failed.Load() >= mostFailed {
		return &AwayError{scheme + b.name, errors.New("the requests before this one have failed")}
	}
	ctx, cancel := context.WithTimeout(b.ctx, bucketTime)
	defer cancel()
	err := request(ctx)
	if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		err = fs.ErrNotExist
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		b.failed.Add(1)
		return &AwayError{scheme + b.name, err}
	}
	b.failed.Store(0)
	return err
}

func (b *bucket) read(key string) (text []byte, err error) {
	err = b.ask(func(ctx context.Context) error {
		o, err := b.client.GetObject(ctx, b.name, b.object(key), minio.GetObjectOptions{})
		if err != nil {
			return err
		}
		defer o.Close()
		text, err = io.ReadAll(io.LimitReader(o, maxEntry))
		return err
	})
	return text, err
}

func (b *bucket) write(key string, text []byte) error {
	return b.ask(func(ctx context.Context) error {
		_, err := b.client.PutObject(ctx, b.name, b.object(key), bytes.NewReader(text), int64(len(text)), minio.PutObjectOptions{
			ContentType: "application/json", DisableMultipart: true,
		})
		return err
	})
}

func (b *bucket) close() error { return nil }
