package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"sync"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// minFileSize is the size in bytes of files whose size doesn't matter.
const minFileSize = 1000

// file returns an image file of exactly this size in bytes.
func (p *probe) file(size int) *client.File {
	content := pngOf(size)
	sum := sha256.Sum256(content)
	return &client.File{
		Name: p.run.Filename("a.png"), Type: "image/png", Size: int64(size), SHA256: hex.EncodeToString(sum[:]),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
	}
}

// pngOf returns a PNG file of exactly this size in bytes, padded with an
// ancillary chunk that decoders ignore.
func pngOf(size int) []byte {
	const trailer = 12 // the chunk IEND
	encoded := smallPNG()
	head, tail := encoded[:len(encoded)-trailer], encoded[len(encoded)-trailer:]
	padding := make([]byte, max(size-len(encoded)-12, 0))
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(padding))) //nolint:gosec // it is far below 4 GiB
	chunk = append(append(chunk, "paDd"...), padding...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return bytes.Join([][]byte{head, chunk, tail}, nil)
}

var smallPNG = sync.OnceValue(func() []byte {
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		panic(err) // writing to a buffer never fails
	}
	return encoded.Bytes()
})
