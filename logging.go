package main

import (
	"os"
	"regexp"
	"slices"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// logVariables matches the environment variables that enable the log of a
// provider or of its plugin libraries. TF_LOG_CORE and TF_LOG_PATH alone do not.
var logVariables = regexp.MustCompile(`(?i)^(TF_LOG|TF_LOG_(PROVIDER|SDK)(_\w+)?|TF_TEMP_LOG_PATH)=.`)

// loggingEnabled reports whether anything the provider logs is shown or kept.
func loggingEnabled(environment []string) bool {
	return slices.ContainsFunc(environment, logVariables.MatchString)
}

// disablePluginLogs turns the loggers of the plugin libraries off. By default
// they send every line at every level to Terraform, which parses each one only
// to drop it: two fifths of the CPU time of a large plan. Errors that keep the
// provider from starting, and panics, are still reported.
func disablePluginLogs() tf6server.ServeOpt {
	for _, logger := range []string{"SDK", "SDK_PROTO", "SDK_FRAMEWORK", "PROVIDER_CLOUDFLARE"} {
		_ = os.Setenv("TF_LOG_"+logger, "OFF") // fails for malformed names only
	}
	options := hclog.LoggerOptions{Level: hclog.Error, Output: os.Stderr, JSONFormat: true}
	return tf6server.WithGoPluginLogger(hclog.New(&options))
}
