package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
)

const noResponse = "(no response)"

var (
	secretHeader = regexp.MustCompile(`^(?i)(authorization|cookie|set-cookie)$`)
	secretMember = regexp.MustCompile(
		`((?:access_token|client_secret|code|code_verifier|id_token|refresh_token|registration_access_token|token)(?:=|"\s*:\s*"))[^&"]*`)
)

// exchanges keeps what was said on the wire until it is known whether anybody has to read it.
type exchanges struct {
	kept []exchange
}

type exchange struct {
	method, url, status string
	sent, received      http.Header
	asked, answered     []byte
}

func (e *exchanges) RoundTrip(request *http.Request) (*http.Response, error) {
	said := exchange{method: request.Method, url: request.URL.String(), status: noResponse, sent: request.Header}
	if request.Body != nil {
		said.asked, request.Body = drained(request.Body)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err == nil {
		said.status, said.received = response.Status, response.Header
		said.answered, response.Body = drained(response.Body)
	}
	e.kept = append(e.kept, said)
	return response, err
}

// show prints every exchange, without any secret, to stderr.
func (e *exchanges) show() {
	for _, said := range e.kept {
		fmt.Fprintf(os.Stderr, "\n> %s %s\n", said.method, said.url)
		showMessage(">", said.sent, said.asked)
		fmt.Fprintf(os.Stderr, "< %s\n", said.status)
		showMessage("<", said.received, said.answered)
	}
}

func showMessage(mark string, headers http.Header, body []byte) {
	for name, values := range headers {
		if secretHeader.MatchString(name) {
			values = []string{"[hidden]"}
		}
		fmt.Fprintf(os.Stderr, "%s %s: %v\n", mark, name, values)
	}
	if len(body) > 0 {
		fmt.Fprintf(os.Stderr, "%s %s\n", mark, secretMember.ReplaceAll(body, []byte("${1}[hidden]")))
	}
}

func drained(body io.ReadCloser) ([]byte, io.ReadCloser) {
	read, _ := io.ReadAll(body)
	_ = body.Close()
	return read, io.NopCloser(bytes.NewReader(read))
}
