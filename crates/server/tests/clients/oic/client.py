"""pyoidc (`oic`) as a confidential client with client_secret_basic.

It registers without a token: one that is no JWT it would send encoded once more, which RFC 6750 §2.1 does not know.
"""

import sys
from pathlib import Path

from oic.oic import Client
from oic.oic.message import AccessTokenResponse, AuthorizationResponse, OpenIDSchema
from oic.utils.authn.client import CLIENT_AUTHN_METHOD
from oic.utils.settings import OicClientSettings

sys.path.append(str(Path(__file__).parent.parent))

from program import TIMEOUT_SECONDS, program  # noqa: E402

REDIRECT_URI = "https://client.example/callback"
STATE, NONCE = "a state of ours", "a nonce of ours"


class Recorded(Client):
    """The library's client with its HTTP written down."""

    def __init__(self, exchanges):
        settings = OicClientSettings(timeout=TIMEOUT_SECONDS)
        config = {"code_challenge": {"length": 64, "method": "S256"}}
        super().__init__(client_authn_method=CLIENT_AUTHN_METHOD, settings=settings, config=config)
        self.exchanges = exchanges

    def http_request(self, *arguments, **keywords):
        response = super().http_request(*arguments, **keywords)
        self.exchanges.received(response)
        return response


def flow(surroundings):
    step = surroundings.step
    surroundings.note = "needs anonymous registration: it sends a registration token in base64 once more"
    client = Recorded(surroundings.exchanges)
    provider = step("discovery and keys", lambda: client.provider_config(surroundings.issuer))
    step(
        "registration",
        lambda: client.register(
            provider["registration_endpoint"],
            client_name="oic test",
            redirect_uris=[REDIRECT_URI],
            response_types=["code"],
            token_endpoint_auth_method="client_secret_basic",
        ),
    )
    step("registration read", client.registration_read)

    challenge, verifier = client.add_code_challenge()
    request = client.construct_AuthorizationRequest(
        request_args={
            "response_type": "code",
            "scope": ["openid", "profile", "email"],
            "state": STATE,
            "nonce": NONCE,
            "redirect_uri": REDIRECT_URI,
            **challenge,
        }
    )
    url = request.request(client.authorization_endpoint)
    redirect = step("authorization", lambda: surroundings.authorize(url, REDIRECT_URI))
    answer = client.parse_response(AuthorizationResponse, info=redirect.split("?")[1], sformat="urlencoded")
    assert answer["state"] == STATE
    assert answer["iss"] == surroundings.issuer

    tokens = step(
        "code exchange and id token",
        lambda: client.do_access_token_request(
            state=STATE,
            request_args={"code": answer["code"], "code_verifier": verifier, "redirect_uri": REDIRECT_URI},
            authn_method="client_secret_basic",
        ),
    )
    assert isinstance(tokens, AccessTokenResponse), tokens
    assert tokens["id_token"]["nonce"] == NONCE
    userinfo = step("userinfo", lambda: client.do_user_info_request(state=STATE))
    assert isinstance(userinfo, OpenIDSchema), userinfo
    assert userinfo["sub"] == tokens["id_token"]["sub"]


if __name__ == "__main__":
    sys.exit(program("oic", flow))
