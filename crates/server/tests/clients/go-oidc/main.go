// go-oidc on golang.org/x/oauth2 as a confidential client that authenticates in the body. The library does not know that:
// it tries HTTP Basic first, is refused, and must still get its tokens for the same code.
//
// ISSUER, USERNAME, PASSWORD and perhaps REGISTRATION_TOKEN come in by the environment; out comes one line of JSON, or
// every exchange and the error.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

const library = "github.com/coreos/go-oidc/v3"

func main() {
	for _, name := range []string{"ISSUER", "USERNAME", "PASSWORD"} {
		if os.Getenv(name) == "" {
			fmt.Fprintln(os.Stderr, "ISSUER, USERNAME and PASSWORD must be set; REGISTRATION_TOKEN may be.")
			os.Exit(2)
		}
	}
	exchanges := &exchanges{}
	ctx := oidc.ClientContext(context.Background(), &http.Client{Transport: exchanges})
	steps := []string{}
	err := flow(ctx, os.Getenv("ISSUER"), func(done string) { steps = append(steps, done) })
	if err != nil {
		exchanges.show()
		fmt.Fprintf(os.Stderr, "\ngo-oidc failed after: %s\n%v\n", strings.Join(steps, ", "), err)
		os.Exit(1)
	}
	report := map[string]any{"client": "go-oidc", "version": version(), "from": "Go module proxy", "steps": steps}
	_ = json.NewEncoder(os.Stdout).Encode(report)
}

// version is that of the library in this program.
func version() string {
	build, _ := debug.ReadBuildInfo()
	for _, module := range build.Deps {
		if module.Path == library {
			return strings.TrimPrefix(module.Version, "v")
		}
	}
	return "unknown"
}
