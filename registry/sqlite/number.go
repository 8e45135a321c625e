package sqlite

import (
	"database/sql/driver"

	"github.com/diachiso/diachiso/addresscode"
	"github.com/diachiso/diachiso/registry"
)

// blockSize is how many numbers a row of number_block counts.
const blockSize = registry.NumbersPerArea / registry.NumberBlocks

func (r *reader) IssuedNumber(n registry.Number) (code addresscode.Code, minted bool, err error) {
	const op = "find number"
	ok, err := r.c.one(stmtNumber, 2, int64(n))
	if err != nil {
		return code, false, failure(op, err)
	}
	if !ok {
		return code, false, notFound(op, "no address ever had this number")
	}
	key, minted := r.c.dest[0].(int64), r.c.dest[1] == int64(1)
	code, err = r.code(key)
	return code, minted, err
}

func (r *reader) NumberBlocks(area registry.NumberArea) (issued [registry.NumberBlocks]int, err error) {
	first := int64(area) * registry.NumberBlocks
	err = r.rows("count numbers", "SELECT block, n FROM number_block WHERE block BETWEEN ? AND ?", 2, func(row []driver.Value) (bool, error) {
		issued[row[0].(int64)-first] = int(row[1].(int64))
		return true, nil
	}, first, first+registry.NumberBlocks-1)
	return issued, err
}

func (r *reader) NumbersInBlock(area registry.NumberArea, block int) (numbers []registry.Number, err error) {
	first := int64(area)*registry.NumbersPerArea + int64(block)*blockSize
	err = r.rows("list numbers", "SELECT number FROM number_issued WHERE number BETWEEN ? AND ? ORDER BY number", 1, func(row []driver.Value) (bool, error) {
		numbers = append(numbers, registry.Number(row[0].(int64)))
		return true, nil
	}, first, first+blockSize-1)
	return numbers, err
}

func (w *writer) MintNumber(n registry.Number, code addresscode.Code) error {
	const op = "mint number"
	err := w.c.exec(stmtMintNumber, int64(n), int64(code.Key()))
	if isUnique(err) {
		return &registry.Error{Code: registry.CodeVersionConflict, Op: op, Message: "the number was issued before", Hint: "take a free one", Err: err}
	}
	return failure(op, err)
}
