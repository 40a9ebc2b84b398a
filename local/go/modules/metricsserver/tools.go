//go:build tools

// Package tools names the program to build, so that go.mod pins what it needs.
package tools

import _ "sigs.k8s.io/metrics-server/cmd/metrics-server"
