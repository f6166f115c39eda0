"""Authlib as a confidential native client that authenticates by client_secret_post.

It registers its loopback redirect URI without a port, and uses it with one (RFC 8252 section 7.3).
"""

import os
import sys
from pathlib import Path

# Must stand before the import: plain http is allowed on loopback only because this says so.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.common.security import generate_token  # noqa: E402
from authlib.integrations.base_client import OAuthError  # noqa: E402
from authlib.integrations.base_client.sync_openid import OpenIDMixin  # noqa: E402
from authlib.integrations.requests_client import OAuth2Session  # noqa: E402

sys.path.append(str(Path(__file__).parent.parent))

from program import ANY_PORT, TIMEOUT_SECONDS, program  # noqa: E402

REGISTERED_REDIRECT_URI = "http://127.0.0.1/callback"


class Client(OpenIDMixin, OAuth2Session):
    """The library's HTTP client with the library's ID token validation."""

    def __init__(self, issuer, exchanges):
        super().__init__(code_challenge_method="S256", default_timeout=TIMEOUT_SECONDS)
        self.trust_env = False
        self.hooks["response"].append(exchanges.received)
        self.issuer = issuer
        self.server_metadata = {}

    def load_server_metadata(self):
        if not self.server_metadata:
            where = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
            response = self.get(where, withhold_token=True)
            response.raise_for_status()
            self.server_metadata = response.json()
        return self.server_metadata

    def _get_session(self):
        return _Open(self)


class _Open:
    """A session that outlives the `with` block that borrows it."""

    def __init__(self, session):
        self._session = session

    def __enter__(self):
        return self._session

    def __exit__(self, *_):
        return None


class Flow:
    def __init__(self, surroundings):
        self.client = Client(surroundings.issuer, surroundings.exchanges)
        self.issuer = surroundings.issuer
        self.registration_token = surroundings.registration_token
        self.open = surroundings.authorize
        self.step = surroundings.step

    def run(self):
        server = self.step("discovery", self.client.load_server_metadata)
        assert server["issuer"] == self.issuer, server["issuer"]
        self.step("registration", lambda: self.register(server))

        verifier, nonce = generate_token(64), generate_token(32)
        redirect, state = self.step("authorization", lambda: self.authorize(server, verifier, nonce))
        token = self.step("code exchange", lambda: self.exchange(server, redirect, state, verifier))
        claims = self.step("id token", lambda: self.client.parse_id_token(token, nonce))
        assert claims, "the token response carries an ID token"

        userinfo = self.step("userinfo", self.client.userinfo)
        assert userinfo["sub"] == claims["sub"]
        refreshed = self.step("refresh", lambda: self.refresh(server, token["refresh_token"]))
        refresh_token = refreshed.get("refresh_token", token["refresh_token"])
        self.step("userinfo after refresh", self.client.userinfo)
        self.step("revocation", lambda: self.revoke(server, refresh_token))
        self.step("revoked token is dead", lambda: self.is_refused(server, refresh_token))

    def register(self, server):
        headers = {"Authorization": f"Bearer {self.registration_token}"} if self.registration_token else {}
        response = self.client.post(
            server["registration_endpoint"],
            json={
                "client_name": "Authlib test",
                "application_type": "native",
                "redirect_uris": [REGISTERED_REDIRECT_URI],
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "token_endpoint_auth_method": "client_secret_post",
            },
            headers=headers,
            withhold_token=True,
        )
        assert response.status_code == 201, f"registration answered {response.status_code}"
        registered = response.json()
        self.client.client_id = registered["client_id"]
        self.client.client_secret = registered["client_secret"]
        self.client.token_endpoint_auth_method = registered["token_endpoint_auth_method"]
        self.client.revocation_endpoint_auth_method = registered["token_endpoint_auth_method"]

    def authorize(self, server, verifier, nonce):
        wanted = ["openid", "profile", "email", "offline_access"]
        scopes = [scope for scope in wanted if scope in server.get("scopes_supported", wanted)]
        url, state = self.client.create_authorization_url(
            server["authorization_endpoint"],
            redirect_uri=ANY_PORT,
            scope=" ".join(scopes),
            code_verifier=verifier,
            nonce=nonce,
            prompt="consent",
        )
        return self.open(url), state

    def exchange(self, server, redirect, state, verifier):
        return self.client.fetch_token(
            server["token_endpoint"],
            authorization_response=redirect,
            state=state,
            redirect_uri=redirect.split("?")[0],
            code_verifier=verifier,
        )

    def refresh(self, server, refresh_token):
        return self.client.refresh_token(server["token_endpoint"], refresh_token)

    def revoke(self, server, refresh_token):
        response = self.client.revoke_token(
            server["revocation_endpoint"], refresh_token, token_type_hint="refresh_token"
        )
        assert response.status_code == 200, f"revocation answered {response.status_code}"

    def is_refused(self, server, refresh_token):
        try:
            self.refresh(server, refresh_token)
        except OAuthError as refusal:
            assert refusal.error == "invalid_grant", refusal.error
        else:
            raise AssertionError("a revoked refresh token was accepted")


if __name__ == "__main__":
    sys.exit(program("authlib", lambda surroundings: Flow(surroundings).run()))
