package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"mime"
	"path"
	"strings"
	"sync"
)

//go:embed dist
var built embed.FS

//go:embed static
var static embed.FS

// Asset is a file that pages load. A built one never changes: its name holds a hash of its contents.
type Asset struct {
	ContentType string
	Body        []byte
	zip         func() []byte
}

// Zipped is the body in gzip, made once when it is first asked for; nil where gzip would not make it smaller.
func (a Asset) Zipped() []byte { return a.zip() }

// contentTypes are those of the files that the build writes; the system's own list may lack them.
var contentTypes = map[string]string{
	".js":    "text/javascript; charset=utf-8",
	".mjs":   "text/javascript; charset=utf-8",
	".css":   "text/css; charset=utf-8",
	".map":   "application/json",
	".json":  "application/json",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".woff2": "font/woff2",

	".webmanifest": "application/manifest+json",
}

// readAssets reads the files of a folder; manifest.json is the build's own.
func readAssets(folder embed.FS, name string) (map[string]Asset, error) {
	files, err := folder.ReadDir(name)
	if err != nil {
		return nil, err
	}
	assets := make(map[string]Asset, len(files))
	for _, f := range files {
		if f.Name() == "manifest.json" {
			continue
		}
		body, err := folder.ReadFile(name + "/" + f.Name())
		if err != nil {
			return nil, err
		}
		kind, known := contentTypes[path.Ext(f.Name())]
		if !known {
			kind = mime.TypeByExtension(path.Ext(f.Name()))
		}
		assets[f.Name()] = Asset{ContentType: kind, Body: body, zip: sync.OnceValue(func() []byte { return zipped(body) })}
	}
	return assets, nil
}

func zipped(body []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(body); err != nil || w.Close() != nil || out.Len() >= len(body) {
		return nil
	}
	return out.Bytes()
}

// entry is what a page loads for one of its scripts: paths under /assets/.
type entry struct {
	Script  string
	Styles  []string
	Preload []string // what the script imports
}

// readManifest reads what the build says of each entry point, by the name of its folder in src.
func readManifest() (map[string]entry, error) {
	text, err := built.ReadFile("dist/manifest.json")
	if err != nil {
		return nil, err
	}
	var chunks map[string]struct {
		File    string
		Name    string
		IsEntry bool
		CSS     []string
		Imports []string
	}
	if err := json.Unmarshal(text, &chunks); err != nil {
		return nil, fmt.Errorf("manifest of built files: %w", err)
	}
	entries := map[string]entry{}
	for key, chunk := range chunks {
		if !chunk.IsEntry {
			continue
		}
		e := entry{Script: chunk.File}
		seen := map[string]bool{}
		var follow func(key string)
		follow = func(key string) {
			if seen[key] {
				return
			}
			seen[key] = true
			c := chunks[key]
			e.Styles = append(e.Styles, c.CSS...)
			for _, imported := range c.Imports {
				e.Preload = append(e.Preload, chunks[imported].File)
				follow(imported)
			}
		}
		follow(key)
		name := strings.TrimPrefix(path.Dir(key), "src/")
		entries[name] = e
	}
	return entries, nil
}
