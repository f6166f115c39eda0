"""requests-oauth2client as a confidential client that signs its assertions: private_key_jwt with keys it registers inline.

Its assertions are for the endpoint that it asks: token, introspection and revocation endpoint, each by its own address.
"""

import sys
from pathlib import Path

from jwskate import Jwk
from requests import Session
from requests_oauth2client import (
    BearerToken,
    IdToken,
    InvalidGrant,
    OAuth2AccessTokenAuth,
    OAuth2Client,
    PrivateKeyJwt,
)

sys.path.append(str(Path(__file__).parent.parent))

from program import program  # noqa: E402

# The library puts the redirect URI into a request that cannot be changed afterwards.
REDIRECT_URI = "com.example.requests:/callback"
SCOPES = ["openid", "profile", "email", "offline_access"]


class Flow:
    def __init__(self, surroundings):
        self.surroundings = surroundings
        self.session = Session()
        self.session.trust_env = False
        self.session.hooks["response"].append(surroundings.exchanges.received)
        self.key = Jwk.generate(alg="ES256").with_kid_thumbprint()

    def run(self):
        step = self.surroundings.step
        client = step("discovery and registration", self.register)
        request = client.authorization_request(scope=SCOPES, prompt="consent")
        redirect = step("authorization", lambda: self.surroundings.authorize(str(request), REDIRECT_URI))
        answer = request.validate_callback(redirect)
        token = step("code exchange and id token", lambda: client.authorization_code(answer))
        assert isinstance(token, BearerToken)
        assert isinstance(token.id_token, IdToken)
        sub = token.id_token.sub

        userinfo = step("userinfo", lambda: client.userinfo(token))
        assert userinfo["sub"] == sub
        step("introspection", lambda: self.is_active(client, token.access_token))
        refreshed = step("refresh", lambda: client.refresh_token(token))
        step("userinfo with the library's token handler", lambda: self.ask(client, refreshed, sub))
        renewed = step("renewal by the token handler when the token has ended", lambda: self.renew(client, refreshed, sub))
        step("revocation", lambda: self.revoke(client, renewed))
        step("revoked token is dead", lambda: self.is_refused(client, renewed))

    def register(self):
        metadata = self.session.get(self.surroundings.issuer.rstrip("/") + "/.well-known/openid-configuration").json()
        headers = {}
        if self.surroundings.registration_token:
            headers["Authorization"] = f"Bearer {self.surroundings.registration_token}"
        response = self.session.post(
            metadata["registration_endpoint"],
            json={
                "client_name": "requests-oauth2client test",
                "application_type": "native",
                "redirect_uris": [REDIRECT_URI],
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "token_endpoint_auth_method": "private_key_jwt",
                "jwks": {"keys": [dict(self.key.public_jwk())]},
                "id_token_signed_response_alg": "ES256",
            },
            headers=headers,
        )
        assert response.status_code == 201, f"registration answered {response.status_code}"
        registered = response.json()
        assert "client_secret" not in registered, "who signs needs no secret"
        return OAuth2Client.from_discovery_endpoint(
            issuer=self.surroundings.issuer,
            auth=PrivateKeyJwt(registered["client_id"], self.key),
            redirect_uri=REDIRECT_URI,
            id_token_signed_response_alg="ES256",
            session=self.session,
            testing=True,
        )

    def is_active(self, client, access_token):
        assert client.introspect_token(access_token)["active"] is True

    def ask(self, client, token, sub):
        auth = OAuth2AccessTokenAuth(client, token)
        response = self.session.get(client.userinfo_endpoint, auth=auth)
        assert response.json()["sub"] == sub
        return auth

    def renew(self, client, token, sub):
        ended = BearerToken(access_token=token.access_token, refresh_token=token.refresh_token, expires_in=-60)
        renewed = self.ask(client, ended, sub).token
        assert renewed.access_token != token.access_token
        return renewed

    def revoke(self, client, token):
        assert client.revoke_refresh_token(token) is True

    def is_refused(self, client, token):
        try:
            client.refresh_token(token)
        except InvalidGrant:
            return
        raise AssertionError("a revoked refresh token was accepted")


if __name__ == "__main__":
    sys.exit(program("requests_oauth2client", lambda surroundings: Flow(surroundings).run()))
