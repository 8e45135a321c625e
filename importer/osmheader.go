package importer

import (
	"context"
	"encoding/binary"
	"io"
	"slices"

	"github.com/paulmach/osm/osmpbf"
	"google.golang.org/protobuf/encoding/protowire"
)

// checkOSMHeader refuses files that the PBF library cannot read, before it sees them: it gives up with a panic on nodes
// that are not packed ("dense"), and a history holds every object many times.
func checkOSMHeader(ctx context.Context, file io.ReadSeeker) error {
	foreign := &FileError{What: "the file has no OpenStreetMap PBF header", Hint: "only the .osm.pbf form is read"}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return &FileError{What: "cannot read the file from its start", Err: err, Hint: "give a file, not a pipe"}
	}
	size, ok := firstBlockSize(file)
	if !ok {
		return foreign
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return &FileError{What: "cannot read the file from its start", Err: err}
	}
	scan := osmpbf.New(ctx, io.LimitReader(file, size), 1)
	header, err := scan.Header()
	if err != nil || header == nil {
		foreign.Err = err
		return foreign
	}
	if err := scan.Close(); err != nil {
		return err
	}
	if slices.Contains(header.RequiredFeatures, "HistoricalInformation") {
		return &FileError{What: "the file is a history of the map", Hint: "take the extract of one day"}
	}
	if !slices.Contains(header.RequiredFeatures, "DenseNodes") {
		return &FileError{What: "the file keeps its nodes one by one, which is not supported", Hint: "convert it: osmium cat in.osm.pbf -o out.osm.pbf"}
	}
	return nil
}

// firstBlockSize reads how long the first block of a PBF file is, from its length prefix and blob header.
func firstBlockSize(r io.Reader) (int64, bool) {
	const maxHeader = 64 << 10 // the format's own limit
	var prefix [4]byte
	if _, err := io.ReadFull(r, prefix[:]); err != nil {
		return 0, false
	}
	n := binary.BigEndian.Uint32(prefix[:])
	if n == 0 || n > maxHeader {
		return 0, false
	}
	head := make([]byte, n)
	if _, err := io.ReadFull(r, head); err != nil {
		return 0, false
	}
	for len(head) > 0 {
		field, kind, tagLen := protowire.ConsumeTag(head)
		if tagLen < 0 {
			return 0, false
		}
		if field == 3 && kind == protowire.VarintType { // datasize
			size, valueLen := protowire.ConsumeVarint(head[tagLen:])
			return int64(len(prefix)) + int64(n) + int64(size), valueLen > 0 && size < 32<<20
		}
		valueLen := protowire.ConsumeFieldValue(field, kind, head[tagLen:])
		if valueLen < 0 {
			return 0, false
		}
		head = head[tagLen+valueLen:]
	}
	return 0, false
}
