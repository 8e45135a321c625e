package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strconv"
	"strings"
	"testing"
)

// The server makes no request and opens no connection of its own, so that nothing a client sends can make it ask another
// machine (SSRF); it starts no program; and what it serves comes from no file that a client names.

// outgoing names what reaches other machines.
var outgoing = map[string][]string{
	"net/http": {"Get", "Head", "Post", "PostForm", "Client", "DefaultClient", "Transport", "DefaultTransport", "NewRequest", "NewRequestWithContext"},
	"net": {"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialIP", "DialUnix", "Dialer", "Resolver", "DefaultResolver", "LookupHost", "LookupIP", "LookupAddr",
		"LookupCNAME", "LookupMX", "LookupNS", "LookupPort", "LookupSRV", "LookupTXT", "ResolveTCPAddr", "ResolveUDPAddr", "ResolveIPAddr"},
	"crypto/tls": {"Dial", "DialWithDialer", "Dialer", "Client"},
}

// unwelcome are packages of the standard library that a part of the product has no use for.
var unwelcome = []string{"os/exec", "plugin", "net/smtp", "net/rpc", "net/http/httputil", "net/http/pprof", "net/http/cgi", "text/template", "encoding/gob", "expvar"}

// files of the packages that answer clients may be opened here only.
var fileReaders = map[string][]string{
	"api":    {"certificate.go"},
	"access": {}, "registry": {}, "geocode": {}, "geo": {}, "vntext": {}, "addresscode": {}, "people": {},
}

var fileFunctions = []string{"Open", "OpenFile", "ReadFile", "ReadDir", "Create", "WriteFile", "OpenRoot", "DirFS", "CreateTemp"}

func TestProductReachesNothingElse(t *testing.T) {
	for _, p := range list(t) {
		name := room(p.ImportPath)
		if strings.HasPrefix(name, "internal/") || strings.Contains(name, "/internal/") {
			continue
		}
		for _, f := range p.GoFiles {
			at := path.Join(name, f)
			for _, use := range uses(t, path.Join(p.Dir, f)) {
				if contains(unwelcome, use.library) {
					t.Errorf("%s imports %s", at, use.library)
				}
				if use.library == "unsafe" && !strings.HasSuffix(f, ".gen.go") {
					t.Errorf("%s imports unsafe", at)
				}
				if list := outgoing[use.library]; use.name != "" && contains(list, use.name) {
					t.Errorf("%s uses %s.%s: the product asks no other machine", at, use.library, use.name)
				}
				if may, watched := fileReaders[name]; watched && use.library == "os" && contains(fileFunctions, use.name) && !contains(may, f) {
					t.Errorf("%s uses os.%s: it answers clients, so it opens no files", at, use.name)
				}
			}
		}
	}
}

// use is a package, with "", or a name of it, that a file mentions.
type use struct{ library, name string }

func uses(t *testing.T, file string) (found []use) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	imported := map[string]string{}
	for _, spec := range tree.Imports {
		library, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, use{library, ""})
		local := path.Base(library)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		if local == "." {
			t.Errorf("%s imports %s with a dot", file, library)
		}
		imported[local] = library
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Obj == nil {
				if library, ok := imported[x.Name]; ok {
					found = append(found, use{library, s.Sel.Name})
				}
			}
		}
		return true
	})
	return found
}
