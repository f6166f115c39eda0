"""The client of the MCP Python SDK, as an application embeds it: it is given the URL of an MCP server and nothing else."""

import asyncio
import json
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from httpx2 import AsyncClient
from mcp.client import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata, OAuthToken

sys.path.append(str(Path(__file__).parent.parent))

from program import HERE, TIMEOUT_SECONDS, node, program  # noqa: E402

# The SDK sends what it registered: no free port can be put into it afterwards.
REDIRECT_URI = "com.example.mcp:/callback"


class Keeper:
    """What an application keeps for the SDK: in memory here."""

    def __init__(self):
        self.tokens = None
        self.client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Flow:
    def __init__(self, surroundings, url):
        self.surroundings = surroundings
        self.url = url
        self.keeper = Keeper()
        self.signed_in = 0
        self.provider = OAuthClientProvider(
            server_url=url,
            client_metadata=OAuthClientMetadata(
                client_name="MCP Python SDK test",
                redirect_uris=[REDIRECT_URI],
                grant_types=["authorization_code", "refresh_token"],
                response_types=["code"],
                token_endpoint_auth_method="none",
            ),
            storage=self.keeper,
            redirect_handler=self.go_to,
            callback_handler=self.came_back,
        )

    async def run(self):
        keeper = self.keeper
        async with self.step("challenge, discovery, registration, authorization and code exchange"):
            await self.call("whoami")
        client_id = keeper.client.client_id
        async with self.step("tool call with the access token"):
            claims = json.loads(await self.call("whoami"))
            assert claims["client_id"] == client_id
            assert claims["aud"] == self.url
        async with self.step("refresh when the access token has ended"):
            before = keeper.tokens
            self.let_the_token_end()
            await self.call("whoami")
            assert keeper.tokens.access_token != before.access_token
            assert keeper.tokens.refresh_token != before.refresh_token
            assert self.signed_in == 1
        async with self.step("a token that the resource refuses leads back to the person"):
            await self.call("expire")
            await self.call("whoami")
            assert self.signed_in == 2
            assert keeper.client.client_id == client_id
        async with self.step("a dead refresh token leads back to the person"):
            self.provider.context.current_tokens = OAuthToken(access_token="dead", refresh_token="dead")
            self.let_the_token_end()
            await self.call("whoami")
            assert self.signed_in == 3

    @asynccontextmanager
    async def step(self, name):
        self.surroundings.current = name
        yield
        self.surroundings.steps.append(name)

    async def call(self, tool):
        """Calls a tool over a new connection."""
        hooks = {"response": [self.received]}
        async with AsyncClient(auth=self.provider, event_hooks=hooks, timeout=TIMEOUT_SECONDS, trust_env=False) as http:
            async with Client(streamable_http_client(self.url, http_client=http)) as mcp:
                result = await mcp.call_tool(tool, {})
                return result.content[0].text

    def let_the_token_end(self):
        self.provider.context.token_expiry_time = 1

    async def received(self, response):
        await response.aread()
        self.surroundings.exchanges.received(response)

    async def go_to(self, url):
        self.signed_in += 1
        self.redirect = await asyncio.to_thread(self.surroundings.authorize, url, REDIRECT_URI)

    async def came_back(self):
        answer = {name: values[0] for name, values in parse_qs(urlsplit(self.redirect).query).items()}
        return AuthorizationCodeResult(code=answer["code"], state=answer["state"], iss=answer["iss"])


@contextmanager
def resource():
    """The URL of an MCP server that takes tokens of ISSUER; it ends with its input."""
    command = [node(), str(HERE / "mcp" / "resource.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()


def flow(surroundings):
    with resource() as url:
        asyncio.run(Flow(surroundings, url).run())


if __name__ == "__main__":
    sys.exit(program("mcp", flow))
