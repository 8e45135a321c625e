package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/diachiso/diachiso/bulk"
	"github.com/diachiso/diachiso/internal/textfile"
)

// Media types of files.
const (
	mediaCSV    = "text/csv"
	mediaNDJSON = "application/x-ndjson"
	mediaForm   = "multipart/form-data"
)

// fileWish is what a request wants done with a file. Equal wishes have one JSON form.
type fileWish struct {
	Format    string                 `json:"format"`
	Sort      bool                   `json:"sort,omitempty"`
	SafeCells bool                   `json:"safe_cells,omitempty"`
	Links     bool                   `json:"links,omitempty"`
	Separator string                 `json:"separator,omitempty"`
	Columns   map[bulk.Column]string `json:"columns,omitempty"`
}

// wishOf reads the parameters, which have been held against the spec.
func wishOf(c echo.Context, format string) (fileWish, error) {
	query := c.QueryParams()
	w := fileWish{
		Format: format, Sort: query.Get("sort") == "zone", SafeCells: query.Get("safe_cells") == "true", Links: query.Get("links") == "true",
		Separator: query.Get("separator"),
	}
	var err error
	w.Columns, err = columnsOf(query)
	return w, err
}

func columnsOf(query url.Values) (map[bulk.Column]string, error) {
	columns := map[bulk.Column]string{}
	for _, given := range query["column"] {
		meaning, name, _ := strings.Cut(given, "=")
		column := bulk.Column(meaning)
		if !slices.Contains(bulk.Columns(), column) {
			return nil, &problem{code: ProblemCodeInvalid, fields: []fieldFault{{field: "column", reason: FieldErrorCodeNotAllowed, limit: columnNames()}}}
		}
		if _, twice := columns[column]; twice {
			return nil, &problem{code: ProblemCodeInvalid, fields: []fieldFault{{field: "column", reason: FieldErrorCodeRepeated}}}
		}
		columns[column] = name
	}
	return columns, nil
}

func columnNames() string {
	names := make([]string, 0, len(bulk.Columns()))
	for _, c := range bulk.Columns() {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

func (w fileWish) options() bulk.Options {
	o := bulk.Options{Format: w.Format, Columns: w.Columns, SafeCells: w.SafeCells, Links: w.Links}
	switch {
	case w.Separator == "tab":
		o.Separator = '\t'
	case w.Separator != "":
		o.Separator = w.Separator[0]
	}
	return o
}

// media is the type of the answer.
func (w fileWish) media() string {
	if w.Format == bulk.FormatNDJSON {
		return mediaNDJSON
	}
	return mediaCSV + "; charset=utf-8"
}

func (w fileWish) text() (string, error) {
	text, err := json.Marshal(w)
	if err != nil {
		return "", fmt.Errorf("encode options: %w", err)
	}
	return string(text), nil
}

// formatOfMedia is the format of files of a media type; "" for none, or for another encoding than UTF-8.
func formatOfMedia(contentType string) (format string, params map[string]string) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return "", nil
	}
	if set := params["charset"]; set != "" && !strings.EqualFold(set, "utf-8") && !strings.EqualFold(set, "us-ascii") {
		return "", nil
	}
	switch media {
	case mediaCSV:
		return bulk.FormatCSV, params
	case mediaNDJSON:
		return bulk.FormatNDJSON, params
	case mediaForm:
		return mediaForm, params
	}
	return "", nil
}

func wrongMedia(accepted string) *problem {
	return &problem{code: ProblemCodeUnsupportedMediaType, hint: words{"Gửi Content-Type: " + accepted + ", mã hoá UTF-8, không nén", "send Content-Type: " + accepted + ", in UTF-8, not compressed"}}
}

// fileProblem is what is told of a file that cannot be read.
func fileProblem(err error) error {
	fault, ok := errors.AsType[*textfile.Error](err)
	if !ok {
		return err
	}
	if fault.Err != nil { // of reading it, not of what it says
		return bodyFault(fault.Err)
	}
	detail, hint := wordsOfFile(fault)
	return &problem{code: ProblemCodeInvalidFile, detail: detail, hint: hint, cause: err}
}

// wordsOfFile says in both languages what is wrong with a file, and where.
func wordsOfFile(fault *textfile.Error) (detail, hint words) {
	detail, hint = words{en: fault.What}, words{en: fault.Hint}
	if told, ok := fileWords[fault.What]; ok {
		detail.vi, hint.vi = told.detail, told.hint
	}
	if line, ok := strings.CutPrefix(fault.Where, "line "); ok {
		detail.en = fault.Where + ": " + detail.en
		if detail.vi != "" {
			detail.vi = "Dòng " + line + ": " + detail.vi
		}
	}
	return detail, hint
}

const (
	saveAsUTF8  = "Trong bảng tính: lưu dạng “CSV UTF-8”"
	nameColumns = "Dòng đầu phải là tên các cột, như address (địa chỉ), address_code (mã địa chỉ), lat và lon; hoặc nêu tên cột: column=address=TÊN"
)

// fileWords are the Vietnamese words for what package textfile and bulk say of files, in words that never change.
var fileWords = map[string]struct{ detail, hint string }{
	"the file is empty":                                          {"Tệp trống", "Gửi tệp có dòng đầu là tên cột và ít nhất một dòng địa chỉ"},
	"the file is a spreadsheet or a zip archive":                 {"Tệp là bảng tính hoặc tệp nén zip", "Mở ra và lưu dạng “CSV UTF-8”"},
	"the file is an old Excel spreadsheet":                       {"Tệp là bảng tính Excel đời cũ", "Mở ra và lưu dạng “CSV UTF-8”"},
	"the file is compressed (gzip)":                              {"Tệp bị nén (gzip)", "Giải nén trước khi gửi"},
	"the file is a PDF":                                          {"Tệp là PDF", "Gửi bảng gốc đã dùng để tạo ra nó"},
	"the file is UTF-16":                                         {"Tệp mã hoá UTF-16", saveAsUTF8},
	"the file is not text, or UTF-16":                            {"Tệp không phải văn bản, hoặc mã hoá UTF-16", saveAsUTF8},
	"the file is not UTF-8 (perhaps windows-1258, TCVN3 or VNI)": {"Tệp không mã hoá UTF-8 (có thể là windows-1258, TCVN3 hoặc VNI)", saveAsUTF8},
	"there is no header line":                                    {"Thiếu dòng tên cột", nameColumns},
	"no column of an address was found":                          {"Không thấy cột nào của địa chỉ", nameColumns},
	"of lat and lon there is only one":                           {"Chỉ có một trong hai cột lat và lon", "Nêu tên cột kia: column=lon=TÊN"},
	"a quote is left open":                                       {"Dấu ngoặc kép chưa đóng", ""},
	"the row is longer than 64 KiB":                              {"Dòng dài hơn 64 KiB", ""},
	"the row holds binary data":                                  {"Dòng có dữ liệu nhị phân", ""},
	"the row is not UTF-8":                                       {"Dòng không mã hoá UTF-8", saveAsUTF8},
}
