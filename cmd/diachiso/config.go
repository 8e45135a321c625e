package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"

	"github.com/diachiso/diachiso/api"
	"github.com/diachiso/diachiso/web"
)

const (
	defaultDB = "data/diachiso.db"
	envPrefix = "DIACHISO_"
	envConfig = "DIACHISO_CONFIG"
)

// configFiles are looked for when no file is named; the first that exists is read.
var configFiles = []string{"diachiso.yaml", "/etc/diachiso/diachiso.yaml"}

// setting is one configuration value: its key in the file, its flag with hyphens, DIACHISO_KEY in the environment.
type setting struct {
	key   string
	value any // default
}

func settings() []setting {
	return []setting{
		{"db", defaultDB},
		{"listen", "127.0.0.1:8080"},
		{"log_level", "info"},
		{"log_format", "text"},
		{"cors_origins", []string{}},
		{"trusted_proxies", []string{}},
		{"public_url", ""},
		{"basemap", ""},
		{"basemap_attribution", ""},
		{"tls_cert", ""},
		{"tls_key", ""},
		{"people_keys", ""},
		{"master_key_file", ""},
		{"audit_key", ""},
		{"anchor", ""},
		{"security_log", ""},
		{"jobs_dir", ""},
		{"geocode_limit", "64MiB"},
		{"job_limit", "1GiB"},
		{"pack_key", ""},
		{"canary_key", ""},
		{"numbers", "off"},
		{"dev", false},
		{"demo", false},
	}
}

// Config is what the program runs with.
type Config struct {
	DB          string
	Listen      string
	LogLevel    string
	LogFormat   string
	CORSOrigins []string
	Proxies     []netip.Prefix // whose word about a client's address is taken; nobody else's is
	PublicURL   string         // scheme and host that QR codes and links lead to; "" is where a request went
	TLSCert     string
	TLSKey      string
	PeopleKeys  string // file of the keys of households; "" is people-keys.db beside the database
	// MasterKeyFile has the master key that wraps them, unless DIACHISO_MASTER_KEY holds it; "" is master.key beside them.
	MasterKeyFile string
	AuditKey      string // file of the key that signs the journal; "" is audit.key beside the database
	Anchor        string // file or folder elsewhere that also gets every checkpoint of the journal
	SecurityLog   string // file of security events; "" is the ordinary log
	JobsDir       string // folder of files handed in for later; "" is jobs beside the database
	GeocodeLimit  int64  // bytes of a file that is geocoded while it arrives
	JobLimit      int64  // bytes of a file handed in for later
	PackKey       string // verifier key that an offline pack must be signed with; "" is the one that the pack names
	CanaryKey     string // file of the secret that canaries of packs are derived from; "" is canary.key beside the database
	Numbers       string // "mint" makes this registry the issuing authority of ten-digit numbers; "off"
	BaseMap       *web.BaseMap
	Dev           bool
	Demo          bool

	values []configValue
	unused []string // DIACHISO_ variables that are no settings
}

// configValue is one setting with its origin, for `config print`.
type configValue struct {
	Key    string `json:"key"`
	Value  any    `json:"value"`
	Origin string `json:"origin"` // "default", "file diachiso.yaml", "environment DIACHISO_DB", "flag --db"
}

// isDefault reports whether nobody set a key.
func (c *Config) isDefault(key string) bool {
	return slices.ContainsFunc(c.values, func(v configValue) bool { return v.Key == key && v.Origin == "default" })
}

// loadConfig puts together flags, environment, file and defaults, in this order of precedence.
func loadConfig(flags *pflag.FlagSet, environ []string) (Config, error) {
	k := koanf.New(".")
	origin := map[string]string{}
	defaults := map[string]any{}
	for _, s := range settings() {
		defaults[s.key] = s.value
		origin[s.key] = "default"
	}
	merge := func(p koanf.Provider, parser koanf.Parser, from func(key string) string) error {
		layer := koanf.New(".")
		if err := layer.Load(p, parser); err != nil {
			return err
		}
		for _, key := range layer.Keys() {
			if _, known := defaults[key]; !known {
				return usage(fmt.Sprintf("one of: %s", strings.Join(settingKeys(), ", ")), "%s: there is no setting %q", from(key), key)
			}
			origin[key] = from(key)
		}
		return k.Merge(layer)
	}
	if err := k.Load(confmap.Provider(defaults, "."), nil); err != nil {
		return Config{}, err
	}
	if err := mergeFile(flags, environ, merge); err != nil {
		return Config{}, err
	}
	unused, err := mergeEnvironment(environ, defaults, merge)
	if err != nil {
		return Config{}, err
	}
	if flags != nil {
		provider := posflag.ProviderWithFlag(flags, ".", k, func(f *pflag.Flag) (string, any) {
			key := strings.ReplaceAll(f.Name, "-", "_")
			if _, known := defaults[key]; !known || !f.Changed {
				return "", nil
			}
			return key, posflag.FlagVal(flags, f)
		})
		if err := merge(provider, nil, func(key string) string { return "flag --" + strings.ReplaceAll(key, "_", "-") }); err != nil {
			return Config{}, err
		}
	}
	c := Config{
		DB: k.String("db"), Listen: k.String("listen"), LogLevel: k.String("log_level"), LogFormat: k.String("log_format"),
		PublicURL: strings.TrimSuffix(k.String("public_url"), "/"), TLSCert: k.String("tls_cert"), TLSKey: k.String("tls_key"),
		PeopleKeys: k.String("people_keys"), MasterKeyFile: k.String("master_key_file"),
		AuditKey: k.String("audit_key"), Anchor: k.String("anchor"), SecurityLog: k.String("security_log"), JobsDir: k.String("jobs_dir"), Numbers: k.String("numbers"),
		PackKey: k.String("pack_key"), CanaryKey: k.String("canary_key"),
		CORSOrigins: stringsOf(k.Get("cors_origins")), unused: unused,
	}
	for _, s := range settings() {
		c.values = append(c.values, configValue{Key: s.key, Value: k.Get(s.key), Origin: origin[s.key]})
	}
	return c, c.check(k, origin)
}

func settingKeys() []string {
	var keys []string
	for _, s := range settings() {
		keys = append(keys, s.key)
	}
	return keys
}

func lookup(environ []string, name string) string {
	for _, pair := range slices.Backward(environ) { // the last one counts, as in a process
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}

type mergeFunc func(p koanf.Provider, parser koanf.Parser, from func(key string) string) error

// mergeFile reads the file that is named, which must exist, or else one of the usual places.
func mergeFile(flags *pflag.FlagSet, environ []string, merge mergeFunc) error {
	path := lookup(environ, envConfig)
	if flags != nil {
		if f := flags.Lookup("config"); f != nil && f.Changed {
			path = f.Value.String()
		}
	}
	if path == "" {
		for _, usual := range configFiles {
			if _, err := os.Stat(usual); err == nil {
				path = usual
				break
			}
		}
	}
	if path == "" {
		return nil
	}
	err := merge(file.Provider(path), yaml.Parser(), func(string) string { return "file " + path })
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return usage("check --config and "+envConfig, "there is no configuration file %s", path)
	case err != nil:
		if _, ok := errors.AsType[*cliError](err); ok {
			return err
		}
		return usage("lines look like `listen: 127.0.0.1:8080`", "read configuration file %s: %v", path, err)
	}
	return nil
}

// mergeEnvironment reads the DIACHISO_ variables. Others of that prefix are no error: container platforms invent some.
func mergeEnvironment(environ []string, defaults map[string]any, merge mergeFunc) (unused []string, err error) {
	provider := env.Provider(".", env.Opt{
		Prefix:      envPrefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			key := strings.ToLower(strings.TrimPrefix(name, envPrefix))
			standard, known := defaults[key]
			if !known {
				if name != envConfig && name != envMasterKey {
					unused = append(unused, name)
				}
				return "", nil
			}
			if _, list := standard.([]string); list {
				return key, splitList(value)
			}
			return key, value
		},
	})
	err = merge(provider, nil, func(key string) string { return "environment " + envPrefix + strings.ToUpper(key) })
	slices.Sort(unused)
	return unused, err
}

func splitList(text string) []string {
	out := []string{}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// stringsOf also takes the text that a file may have in place of a list.
func stringsOf(value any) []string { return splitList(configText(value)) }

// check refuses values that cannot be meant, and says where they came from.
func (c *Config) check(k *koanf.Koanf, origin map[string]string) error {
	wrong := func(key, what string) error {
		return usage("diachiso config print", "%s (%s): %s", key, origin[key], what)
	}
	for _, b := range []struct {
		key  string
		into *bool
	}{{"dev", &c.Dev}, {"demo", &c.Demo}} {
		switch strings.ToLower(fmt.Sprint(k.Get(b.key))) {
		case "true", "1", "yes", "on":
			*b.into = true
		case "false", "0", "no", "off", "":
		default:
			return wrong(b.key, "is neither true nor false")
		}
	}
	for _, b := range []struct {
		key  string
		into *int64
	}{{"geocode_limit", &c.GeocodeLimit}, {"job_limit", &c.JobLimit}} {
		var ok bool
		if *b.into, ok = parseBytes(fmt.Sprint(k.Get(b.key))); !ok {
			return wrong(b.key, "is no number of bytes, such as 64MiB")
		}
	}
	if c.DB == "" {
		return wrong("db", "is empty")
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel) {
		return wrong("log_level", "is none of debug, info, warn, error")
	}
	if !slices.Contains([]string{"text", "json"}, c.LogFormat) {
		return wrong("log_format", "is neither text nor json")
	}
	if !slices.Contains([]string{"off", "mint"}, c.Numbers) {
		return wrong("numbers", "is neither off nor mint")
	}
	var err error
	if c.BaseMap, err = web.ParseBaseMap(k.String("basemap"), k.String("basemap_attribution")); err != nil {
		return wrong("basemap", err.Error()+"; such as https://tiles.example.vn/{z}/{x}/{y}.png")
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return wrong("listen", "is no HOST:PORT, such as 127.0.0.1:8080")
	}
	if c.PublicURL != "" && !api.IsOrigin(c.PublicURL) {
		return wrong("public_url", "is no scheme and host alone, such as https://diachi.example.vn")
	}
	if c.TLSCert == "" && c.TLSKey != "" {
		return wrong("tls_key", "needs its certificate in tls_cert")
	}
	if c.TLSCert != "" && c.TLSKey == "" {
		return wrong("tls_cert", "needs its key in tls_key")
	}
	if c.Proxies, err = parseNetworks(stringsOf(k.Get("trusted_proxies"))); err != nil {
		return wrong("trusted_proxies", err.Error())
	}
	if c.Dev && len(c.Proxies) > 0 {
		return wrong("trusted_proxies", "--dev makes everybody an admin and serves nobody behind a proxy")
	}
	if c.Dev && !isLoopback(host) {
		return wrong("listen", "--dev serves on loopback only, such as 127.0.0.1:8080")
	}
	return nil
}

// parseNetworks reads addresses and networks: 127.0.0.1, 10.0.0.0/8, 2001:db8::/32.
func parseNetworks(texts []string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range texts {
		network, err := netip.ParsePrefix(text)
		if addr, addrErr := netip.ParseAddr(text); addrErr == nil && addr.Zone() == "" {
			network, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", text)
		}
		networks = append(networks, network.Masked())
	}
	return networks, nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
