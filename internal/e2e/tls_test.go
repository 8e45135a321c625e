package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/internal/child"
)

// selfSigned writes a certificate for 127.0.0.1 and its key, and returns what trusts it.
func selfSigned(t *testing.T) (cert, key string, trust *x509.CertPool) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &secret.PublicKey, secret)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := errors.Join(os.WriteFile(cert, text, 0o600), os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), 0o600)); err != nil {
		t.Fatal(err)
	}
	trust = x509.NewCertPool()
	trust.AppendCertsFromPEM(text)
	return cert, key, trust
}

// TestTLS serves HTTPS with a certificate of its own, and shows that every metric of the dashboard, of the alerts and of the
// manual exists.
func TestTLS(t *testing.T) {
	cert, key, trust := selfSigned(t)
	// A soft limit of open files that would be too small for many connections is raised by the program.
	cmd := exec.Command("sh", "-c", `ulimit -Sn 256; exec "$@"`, "sh", binary, "serve", "--listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key)
	cmd.Dir, cmd.Env = t.TempDir(), child.Environment("DIACHISO_LOG_LEVEL=warn")
	server, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Kill)
	url, err := server.URL()
	if err != nil || !strings.HasPrefix(url, "https://") {
		t.Fatalf("%q, %v", url, err)
	}
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: trust}}}
	get := func(path string) (resp *http.Response, body string) {
		t.Helper()
		resp, err := client.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, string(text)
	}
	resp, _ := get("/v1/version")
	if resp.StatusCode != http.StatusOK || resp.ProtoMajor != 2 || resp.TLS.Version != tls.VersionTLS13 {
		t.Errorf("%d over %s, TLS %x", resp.StatusCode, resp.Proto, resp.TLS.Version)
	}
	if resp, err := http.Get("http" + strings.TrimPrefix(url, "https") + "/v1/version"); err == nil {
		if resp.Body.Close(); resp.StatusCode != http.StatusBadRequest {
			t.Errorf("plain HTTP: %d", resp.StatusCode)
		}
	}
	_, metrics := get("/metrics")
	if strings.Contains(metrics, "\nprocess_max_fds 256\n") {
		t.Error("the limit of open files was not raised")
	}
	named := regexp.MustCompile(`\b(diachiso|process|go)_[a-z_]+[a-z]\b`)
	for _, file := range []string{"dashboard.json", "alerts.yaml", "operations.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", file))
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, name := range named.FindAllString(string(text), -1) {
			found++
			if !strings.Contains(metrics, "\n"+name+" ") && !strings.Contains(metrics, "\n"+name+"{") && !strings.Contains(metrics, "# TYPE "+name+" ") {
				t.Errorf("%s names %s, which is no metric", file, name)
			}
		}
		if found < 8 {
			t.Errorf("%s names %d metrics only", file, found)
		}
		if file == "dashboard.json" && !json.Valid(text) {
			t.Error("dashboard.json is no JSON")
		}
	}
	for _, name := range named.FindAllString(metrics, -1) { // and the manual names every one of our own
		name = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
		manual, err := os.ReadFile("../../docs/operations.md")
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "diachiso_") && !strings.Contains(string(manual), "`"+name+"`") {
			t.Errorf("operations.md does not name the metric %s", name)
		}
	}
}

// The alerts lead to chapters that are there.
func TestRunbooksExist(t *testing.T) {
	alerts, err := os.ReadFile("../../docs/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	anchors := map[string]bool{}
	for line := range strings.Lines(string(manual)) {
		if title := strings.TrimLeft(line, "#"); title != line {
			title = strings.ToLower(strings.TrimSpace(title))
			title = regexp.MustCompile(`[^\p{L}\p{N} -]`).ReplaceAllString(title, "")
			anchors[strings.ReplaceAll(title, " ", "-")] = true
		}
	}
	links := regexp.MustCompile(`(?:operations\.md|\]\()#([a-z0-9-]+)`).FindAllStringSubmatch(string(alerts)+string(manual), -1)
	if len(links) < 12 {
		t.Errorf("%d links", len(links))
	}
	for _, link := range links {
		if !anchors[link[1]] {
			t.Errorf("there is no chapter #%s in operations.md", link[1])
		}
	}
}
