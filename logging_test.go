package main

import "testing"

func TestLoggingEnabled(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environment []string
		want        bool
	}{
		"nothing set":                      {nil, false},
		"others set":                       {[]string{"HOME=/root", "TF_CLI_ARGS=-no-color", "MY_TF_LOG=DEBUG"}, false},
		"everything":                       {[]string{"HOME=/root", "TF_LOG=TRACE"}, true},
		"everything as JSON":               {[]string{"TF_LOG=json"}, true},
		"disabled by Terraform":            {[]string{"TF_LOG=off"}, true},
		"in lower case, as Windows has it": {[]string{"tf_log=warn"}, true},
		"providers":                        {[]string{"TF_LOG_PROVIDER=WARN"}, true},
		"this provider":                    {[]string{"TF_LOG_PROVIDER_CLOUDFLARE=WARN"}, true},
		"libraries":                        {[]string{"TF_LOG_SDK=DEBUG"}, true},
		"the protocol":                     {[]string{"TF_LOG_SDK_PROTO=DEBUG"}, true},
		"the protocol's data":              {[]string{"TF_LOG_SDK_PROTO_DATA_DIR=/tmp/data"}, true},
		"a file that keeps it all":         {[]string{"TF_TEMP_LOG_PATH=/tmp/log"}, true},
		"empty":                            {[]string{"TF_LOG=", "TF_LOG_PROVIDER=", "TF_LOG_SDK_PROTO="}, false},
		"Terraform's own":                  {[]string{"TF_LOG_CORE=TRACE", "TF_LOG_CLOUD=TRACE"}, false},
		"a file without a level":           {[]string{"TF_LOG_PATH=/tmp/log"}, false},
		"one that no library knows":        {[]string{"TF_LOG_PROVIDERS=TRACE"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := loggingEnabled(test.environment); got != test.want {
				t.Errorf("%q: got %t, want %t", test.environment, got, test.want)
			}
		})
	}
}
