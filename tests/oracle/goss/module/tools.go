//go:build tools

// Package tools names the program that is built here: goss itself, the judge of kiln's verdicts.
package tools

import _ "github.com/goss-org/goss/cmd/goss"
