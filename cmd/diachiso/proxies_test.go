package main

import (
	"strings"
	"testing"
)

func TestTrustedProxies(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "",
		"127.0.0.1":               "127.0.0.1/32",
		"10.1.2.3/8, 2001:db8::1": "10.0.0.0/8 2001:db8::1/128",
		"::1,192.0.2.0/24":        "::1/128 192.0.2.0/24",
	} {
		c, err := loadConfig(nil, []string{"DIACHISO_TRUSTED_PROXIES=" + text})
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var got []string
		for _, network := range c.Proxies {
			got = append(got, network.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %q", text, got, want)
		}
	}
	for name, environ := range map[string][]string{
		"a name":      {"DIACHISO_TRUSTED_PROXIES=proxy.example"},
		"too wide":    {"DIACHISO_TRUSTED_PROXIES=10.0.0.0/33"},
		"with a port": {"DIACHISO_TRUSTED_PROXIES=10.0.0.1:80"},
		"with a zone": {"DIACHISO_TRUSTED_PROXIES=fe80::1%eth0"},
		"with --dev":  {"DIACHISO_TRUSTED_PROXIES=10.0.0.1", "DIACHISO_DEV=1"},
	} {
		if _, err := loadConfig(nil, environ); err == nil || !strings.Contains(err.Error(), "trusted_proxies") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
