package bench

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"

	"github.com/diachiso/diachiso/internal/synth"
	"github.com/diachiso/diachiso/seed"
)

// Generate writes a CSV table of so many synthetic households over the communes of today, in the order of their codes. The same
// number and seed give the same table.
func Generate(ctx context.Context, data *seed.Data, households int, seedNumber uint64, out io.Writer) error {
	country, err := synth.NewCountry(data, households, seedNumber)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(out, 1<<20)
	table, err := synth.NewCSV(buffered)
	if err != nil {
		return err
	}
	if err := country.Households(ctx, func(houses []synth.House) error {
		for i := range houses {
			if err := table.Write(&houses[i]); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return errors.Join(table.Flush(), buffered.Flush())
}

func generateFile(ctx context.Context, data *seed.Data, households int, seedNumber uint64, path string) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return Generate(ctx, data, households, seedNumber, file)
}
