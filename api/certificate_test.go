package api

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/diachiso/diachiso/registry"
)

var certifiedAt = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)

// pemPair makes a certificate for 127.0.0.1 with a serial number, valid for a year from a time, and its key.
func pemPair(t *testing.T, serial int64, from time.Time) (cert, key []byte) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test"},
		NotBefore: from, NotAfter: from.AddDate(1, 0, 0), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &secret.PublicKey, secret)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

func writeFile(t *testing.T, path string, text []byte, modified time.Time) {
	t.Helper()
	if err := errors.Join(os.WriteFile(path, text, 0o600), os.Chtimes(path, modified, modified)); err != nil {
		t.Fatal(err)
	}
}

func TestLoadCertificateRefuses(t *testing.T) {
	cert, key := pemPair(t, 1, certifiedAt.AddDate(0, -1, 0))
	_, otherKey := pemPair(t, 2, certifiedAt)
	for name, c := range map[string]struct {
		cert, key []byte
		at        time.Time
		says      string
	}{
		"good":           {cert, key, certifiedAt, ""},
		"no certificate": {nil, key, certifiedAt, "cannot be read"},
		"no key":         {cert, nil, certifiedAt, "cannot be read"},
		"exchanged":      {key, cert, certifiedAt, "do not fit together"},
		"another key":    {cert, otherKey, certifiedAt, "private key does not match public key"},
		"no PEM":         {[]byte("xin chào"), key, certifiedAt, "failed to find any PEM data"},
		"cut off":        {cert[:200], key, certifiedAt, "do not fit together"},
		"expired":        {cert, key, certifiedAt.AddDate(1, 0, 0), "expired on 2027-10-22"},
		"not yet valid":  {cert, key, certifiedAt.AddDate(-1, 0, 0), "valid from 2026-10-22"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			certFile, keyFile := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
			if c.cert != nil {
				writeFile(t, certFile, c.cert, certifiedAt)
			}
			if c.key != nil {
				writeFile(t, keyFile, c.key, certifiedAt)
			}
			_, err := LoadCertificate(certFile, keyFile, func() time.Time { return c.at }, slog.New(slog.DiscardHandler))
			if c.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			e, ok := errors.AsType[*registry.Error](err)
			if !ok || e.Code != registry.CodeInvalid || e.Hint == "" || !strings.Contains(e.Message, c.says) || strings.Contains(err.Error(), "PRIVATE KEY-") {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

func TestCertificateIsRenewed(t *testing.T) {
	folder := t.TempDir()
	certFile, keyFile := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	start := time.Now().Add(-24 * time.Hour)
	cert, key := pemPair(t, 1, start)
	writeFile(t, certFile, cert, start)
	writeFile(t, keyFile, key, start)
	var logged bytes.Buffer
	c, err := LoadCertificate(certFile, keyFile, time.Now, slog.New(slog.NewTextHandler(&logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	server := NewHTTPServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Proto", r.Proto)
	}), "")
	server.TLSConfig, server.ErrorLog = c.TLSConfig(), slog.NewLogLogger(slog.DiscardHandler, slog.LevelWarn)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bounded := (&Server{connections: newOpenConnections()}).LimitConnections(server, listener, 10)
	go func() { _ = server.ServeTLS(bounded, "", "") }()
	defer server.Close()

	serial := func(config *tls.Config) (int64, string) {
		t.Helper()
		config.InsecureSkipVerify = true // which certificate it is, is what the test looks at
		transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true, DisableKeepAlives: true}
		resp, err := (&http.Client{Transport: transport, Timeout: 10 * time.Second}).Get("https://" + listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.TLS.PeerCertificates[0].SerialNumber.Int64(), resp.Proto
	}
	if n, proto := serial(&tls.Config{}); n != 1 || proto != "HTTP/2.0" {
		t.Errorf("certificate %d over %s", n, proto)
	}
	if n, _ := serial(&tls.Config{MaxVersion: tls.VersionTLS12}); n != 1 {
		t.Errorf("TLS 1.2: certificate %d", n)
	}
	if _, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		t.Error("TLS 1.1 was spoken")
	}

	// Renewal writes one file and then the other; in between the old pair stays.
	cert, key = pemPair(t, 2, start)
	writeFile(t, certFile, cert, start.Add(time.Minute))
	for range 3 {
		if n, _ := serial(&tls.Config{}); n != 1 {
			t.Errorf("half renewed: certificate %d", n)
		}
	}
	if n := strings.Count(logged.String(), "the one before stays"); n != 1 {
		t.Errorf("the mismatch was logged %d times", n)
	}
	writeFile(t, keyFile, key, start.Add(2*time.Minute))
	if n, _ := serial(&tls.Config{}); n != 2 {
		t.Errorf("renewed: certificate %d", n)
	}
	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	if n, _ := serial(&tls.Config{}); n != 2 {
		t.Errorf("files gone: certificate %d", n)
	}
}
