"""The frame around each Python client: environment in, one line of JSON out, the exchanges on failure."""

import json
import os
import subprocess
import sys
import traceback
from importlib.metadata import version
from pathlib import Path

from exchanges import Exchanges

HERE = Path(__file__).parent
ANY_PORT = "http://127.0.0.1:0/callback"
TIMEOUT_SECONDS = 30


class Surroundings:
    """What a client is given: the issuer, perhaps a registration token, a person at a browser, and whom to tell its steps."""

    def __init__(self, issuer, registration_token):
        self.issuer = issuer
        self.registration_token = registration_token
        self.exchanges = Exchanges()
        self.steps = []
        self.current = "start"
        # For the table: what somebody has to know before it works.
        self.note = None

    def step(self, name, action):
        self.current = name
        outcome = action()
        self.steps.append(name)
        return outcome

    def authorize(self, url, redirect_prefix=ANY_PORT):
        """Where the browser was sent in the end; with `ANY_PORT` a free port is put into the redirect URI of `url`."""
        browser = subprocess.run(
            [node(), str(HERE / "browser" / "authorize.mjs"), url, redirect_prefix],
            capture_output=True,
            text=True,
            timeout=4 * TIMEOUT_SECONDS,
        )
        assert browser.returncode == 0, browser.stderr
        return browser.stdout.strip()


def node():
    return os.environ.get("NODE", "node")


def program(package, flow):
    """Runs `flow` with its surroundings as the client that `package` is; answers the exit status."""
    if not all(os.environ.get(name) for name in ("ISSUER", "USERNAME", "PASSWORD")):
        print("ISSUER, USERNAME and PASSWORD must be set; REGISTRATION_TOKEN may be.", file=sys.stderr)
        return 2
    surroundings = Surroundings(os.environ["ISSUER"], os.environ.get("REGISTRATION_TOKEN"))
    try:
        flow(surroundings)
    except BaseException:
        surroundings.exchanges.show()
        done = ", ".join(surroundings.steps) or "nothing"
        print(f'\n{package} failed at "{surroundings.current}", after: {done}', file=sys.stderr)
        traceback.print_exc()
        return 1
    report = {"client": package, "version": version(package), "from": "PyPI", "steps": surroundings.steps}
    if surroundings.note:
        report["note"] = surroundings.note
    print(json.dumps(report))
    return 0
