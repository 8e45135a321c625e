package web

import (
	"crypto/sha256"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
)

//go:embed packages/checkout/dist/*.js packages/checkout/dist/*.map
var widgetFiles embed.FS

const widgetScript = "dia-chi-so.js"

// Widget is the checkout field that shops put into their pages: a script, and beside it the map that it loads when it first shows one.
type Widget struct {
	files map[string]Asset

	// Version is a hash of the script, which holds a digest of the map: files under one version never change.
	Version string
	// Integrity is the script's digest as browsers check it (Subresource Integrity).
	Integrity string
}

// File is a file of the widget by its name.
func (w *Widget) File(name string) (Asset, bool) {
	a, ok := w.files[name]
	return a, ok
}

// Script is the path of the script that never changes.
func (w *Widget) Script() string { return "/widget/" + w.Version + "/" + widgetScript }

func readWidget() (*Widget, error) {
	files, err := readAssets(widgetFiles, "packages/checkout/dist")
	if err != nil {
		return nil, err
	}
	script, ok := files[widgetScript]
	if !ok {
		return nil, errors.New("the checkout widget was not built")
	}
	name, digest := sha256.Sum256(script.Body), sha512.Sum384(script.Body)
	return &Widget{
		files:     files,
		Version:   hex.EncodeToString(name[:8]),
		Integrity: "sha384-" + base64.StdEncoding.EncodeToString(digest[:]),
	}, nil
}
