// The AWS SDK for Go v2 against a daemon: `s3 ENDPOINT BUCKET`. Ends with 0 if all holds.
package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"clients/check"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func read(body io.ReadCloser) string {
	defer body.Close()
	return string(check.Must(io.ReadAll(body)))
}

func main() {
	ctx, bucket := context.Background(), aws.String(os.Args[2])
	client := s3.New(s3.Options{
		BaseEndpoint: aws.String(os.Args[1]), Region: "us-east-1", UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	check.Must(client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket}))

	put := check.Must(client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: bucket, Key: aws.String("a b/ü"), Body: strings.NewReader("hello"), Metadata: map[string]string{"k": "v"},
	}))
	check.That(put.ETag != nil, "no ETag")
	got := check.Must(client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: bucket, Key: aws.String("a b/ü"), ChecksumMode: types.ChecksumModeEnabled,
	}))
	check.That(read(got.Body) == "hello" && got.Metadata["k"] == "v", "the object came back changed")

	// Errors are types by their codes.
	var missing *types.NoSuchKey
	_, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("none")})
	check.That(errors.As(err, &missing), "a missing key is not NoSuchKey")
	var notFound *types.NotFound
	_, err = client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: aws.String("none")})
	check.That(errors.As(err, &notFound), "a missing key is not NotFound")

	upload := check.Must(client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: bucket, Key: aws.String("parts"),
	}))
	var parts []types.CompletedPart
	for number, size := range []int{5 << 20, 100} {
		part := check.Must(client.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: bucket, Key: aws.String("parts"), UploadId: upload.UploadId, PartNumber: aws.Int32(int32(number + 1)),
			Body: bytes.NewReader(make([]byte, size)),
		}))
		parts = append(parts, types.CompletedPart{
			PartNumber: aws.Int32(int32(number + 1)), ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32,
		})
	}
	check.Must(client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: bucket, Key: aws.String("parts"), UploadId: upload.UploadId,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	}))
	tail := check.Must(client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: bucket, Key: aws.String("parts"), Range: aws.String("bytes=-100"),
	}))
	check.That(len(read(tail.Body)) == 100, "the range has another length")

	var objects []types.ObjectIdentifier
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: bucket, MaxKeys: aws.Int32(1)})
	for pages.HasMorePages() {
		for _, entry := range check.Must(pages.NextPage(ctx)).Contents {
			objects = append(objects, types.ObjectIdentifier{Key: entry.Key})
		}
	}
	check.That(len(objects) == 2, "the listing is not whole")
	deleted := check.Must(client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: bucket, Delete: &types.Delete{Objects: objects},
	}))
	check.That(len(deleted.Deleted) == 2, "not all objects were deleted")
}
