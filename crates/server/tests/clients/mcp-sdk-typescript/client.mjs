// The client of the MCP TypeScript SDK, as an application embeds it: it is given the URL of an MCP server and nothing else.
import assert from 'node:assert/strict';
import { UnauthorizedError, auth } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { serveResource } from '../mcp/resource.mjs';
import { program } from '../program.mjs';
import { Keeper } from './keeper.mjs';

const NAME = '@modelcontextprotocol/sdk';

await program(NAME, async ({ issuer, fetch, redirectUri, step, authorize }) => {
  const resource = await serveResource(withoutRootSlash(issuer));
  const keeper = new Keeper(redirectUri);
  let mcp;
  const connect = async () => {
    mcp = new Client({ name: 'test', version: '1.0.0' });
    const transport = new StreamableHTTPClientTransport(new URL(resource.url), { authProvider: keeper, fetch });
    await mcp.connect(transport).catch(async (error) => {
      await mcp.close();
      throw Object.assign(error, { transport });
    });
  };
  const whoami = async () => {
    const { content } = await mcp.callTool({ name: 'whoami', arguments: {} });
    return JSON.parse(content[0].text);
  };
  try {
    const refused = await step('challenge, discovery and registration', () =>
      connect().then(
        () => assert.fail('the resource was open'),
        (error) => {
          assert.ok(error instanceof UnauthorizedError, error.stack);
          return error.transport;
        },
      ),
    );
    const { client_id } = keeper.client;
    const redirect = await step('authorization', () => authorize(keeper.authorizationUrl.href));
    await step('code exchange', () => refused.finishAuth(new URL(redirect).searchParams.get('code')));
    await step('tool call with the access token', async () => {
      await connect();
      const claims = await whoami();
      assert.equal(claims.client_id, client_id);
      assert.equal(claims.aud, resource.url);
    });
    await step('refresh after the resource refused the token', async () => {
      const before = keeper.kept.refresh_token;
      await mcp.callTool({ name: 'expire', arguments: {} });
      assert.equal((await whoami()).client_id, client_id);
      assert.notEqual(keeper.kept.refresh_token, before);
    });
    await step('a dead refresh token leads back to the person', async () => {
      keeper.kept = { ...keeper.kept, refresh_token: 'dead' };
      assert.equal(await auth(keeper, { serverUrl: resource.url, fetchFn: fetch }), 'REDIRECT');
      assert.equal(keeper.kept, undefined);
      assert.equal(keeper.client.client_id, client_id, 'the registration was good and is kept');
    });
    await step('an unknown client id leads to a new registration', async () => {
      keeper.client = { ...keeper.client, client_id: 'forgotten' };
      keeper.kept = { access_token: 'dead', token_type: 'Bearer', refresh_token: 'dead', issuer: keeper.client.issuer };
      assert.equal(await auth(keeper, { serverUrl: resource.url, fetchFn: fetch }), 'REDIRECT');
      assert.equal(keeper.client.client_id, client_id, 'the same application is the same client');
    });
  } finally {
    await mcp?.close();
    resource.close();
  }
});

/** The issuer as its metadata spells it: one without a path has no slash. */
function withoutRootSlash({ href }) {
  return href.replace(/\/$/, '');
}
