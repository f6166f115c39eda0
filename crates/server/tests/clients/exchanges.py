"""What was said on the wire, kept until it is known whether anybody has to read it."""

import json
import sys
from urllib.parse import parse_qsl, urlencode

SECRET_MEMBERS = {
    "access_token",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "id_token",
    "password",
    "refresh_token",
    "registration_access_token",
    "token",
}
SECRET_HEADERS = {"authorization", "cookie", "set-cookie"}
HIDDEN = "[hidden]"


class Exchanges:
    """Every response with the request it answers; `received` is a response hook of requests, and of httpx once it was read."""

    def __init__(self):
        self._responses = []

    def received(self, response, *_, **__):
        self._responses.append(response)

    def show(self):
        """Prints every exchange, without any secret, to stderr."""
        for response in self._responses:
            request = response.request
            _say(f"\n> {request.method} {request.url}")
            _say_message(">", request.headers, request.body if hasattr(request, "body") else request.content)
            _say(f"< {response.status_code}")
            _say_message("<", response.headers, response.content)


def _say_message(mark, headers, body):
    for name, value in headers.items():
        _say(f"{mark} {name}: {HIDDEN if name.lower() in SECRET_HEADERS else value}")
    if body:
        text = body.decode(errors="replace") if isinstance(body, bytes) else body
        _say(f"{mark} {_without_secrets(text)}")


def _without_secrets(text):
    try:
        return json.dumps(_hidden(json.loads(text)))
    except ValueError:
        pairs = parse_qsl(text)
        if not pairs:
            return text
        return urlencode([(name, HIDDEN if name in SECRET_MEMBERS else value) for name, value in pairs], safe="[]")


def _hidden(value):
    if isinstance(value, dict):
        return {name: HIDDEN if name in SECRET_MEMBERS else _hidden(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    return value


def _say(line):
    print(line, file=sys.stderr)
