package api

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/diachiso/diachiso/registry"
)

// Certificate is the server's own certificate. It is read again when its files change, so that renewing it needs no restart.
// Safe for concurrent use.
type Certificate struct {
	certFile, keyFile string
	now               func() time.Time
	log               *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	tried   fileStamps // of the files that were read last, well or badly
}

// fileStamps tell whether the two files are what they were.
type fileStamps [2]struct {
	modified time.Time
	size     int64
}

// LoadCertificate reads a certificate with its chain, and its key, in PEM. Errors are *registry.Error of CodeInvalid.
func LoadCertificate(certFile, keyFile string, now func() time.Time, log *slog.Logger) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, now: now, log: log}
	c.tried = c.stamps()
	var err error
	if c.current, err = c.read(); err != nil {
		return nil, err
	}
	if info, err := os.Stat(keyFile); err == nil && info.Mode().Perm()&0o007 != 0 {
		log.Warn("everybody on this machine may read the key of the certificate", "file", keyFile)
	}
	const soon = 14 * 24 * time.Hour
	if left := c.current.Leaf.NotAfter.Sub(now()); left < soon {
		log.Warn("the certificate expires soon", "at", c.current.Leaf.NotAfter)
	}
	return c, nil
}

// TLSConfig serves TLS 1.3, and 1.2 with authenticated ciphers only, with the certificate as it is at each handshake.
func (c *Certificate) TLSConfig() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{ // of TLS 1.2; those of 1.3 are not for choosing
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
		NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return c.fresh(), nil
		},
	}
}

// Expires is when the certificate in use ends.
func (c *Certificate) Expires() time.Time { return c.fresh().Leaf.NotAfter }

// gauge is the metric of its end.
func (c *Certificate) gauge() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "diachiso_tls_certificate_expires_timestamp_seconds", Help: "When the server's certificate ends, in Unix time.",
	}, func() float64 { return float64(c.Expires().Unix()) })
}

// fresh returns the certificate of the files, or the one before where they are wrong, as they are for a moment while a new
// pair is being written.
func (c *Certificate) fresh() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	stamps := c.stamps()
	if stamps == c.tried {
		return c.current
	}
	c.tried = stamps
	renewed, err := c.read()
	if err != nil {
		c.log.Warn("the new certificate cannot be used; the one before stays", "error", err)
		return c.current
	}
	c.log.Info("certificate renewed", "expires", renewed.Leaf.NotAfter)
	c.current = renewed
	return renewed
}

func (c *Certificate) stamps() (stamps fileStamps) {
	for i, path := range []string{c.certFile, c.keyFile} {
		if info, err := os.Stat(path); err == nil { // an absent file has the zero stamp
			stamps[i].modified, stamps[i].size = info.ModTime(), info.Size()
		}
	}
	return stamps
}

func (c *Certificate) read() (*tls.Certificate, error) {
	refuse := func(message, hint string, err error) error {
		return &registry.Error{Code: registry.CodeInvalid, Op: "load certificate", Message: message, Hint: hint, Err: err}
	}
	var text [2][]byte
	for i, path := range []string{c.certFile, c.keyFile} {
		var err error
		if text[i], err = os.ReadFile(path); err != nil {
			return nil, refuse(fmt.Sprintf("%s cannot be read: %v", path, err), "check the name and permissions of the file", err)
		}
	}
	pair, err := tls.X509KeyPair(text[0], text[1])
	if err != nil {
		return nil, refuse(fmt.Sprintf("the certificate %s and the key %s do not fit together: %v", c.certFile, c.keyFile, err),
			"the certificate (with its chain) goes to tls_cert and its unencrypted key to tls_key, both in PEM", err)
	}
	const day = "2006-01-02 15:04 MST"
	switch now := c.now(); {
	case now.After(pair.Leaf.NotAfter):
		return nil, refuse(fmt.Sprintf("the certificate %s expired on %s", c.certFile, pair.Leaf.NotAfter.Format(day)), "renew it", nil)
	case now.Before(pair.Leaf.NotBefore):
		return nil, refuse(fmt.Sprintf("the certificate %s is valid from %s only", c.certFile, pair.Leaf.NotBefore.Format(day)), "check the clock of this machine", nil)
	}
	return &pair, nil
}
