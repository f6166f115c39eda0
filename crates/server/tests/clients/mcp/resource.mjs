// A small MCP server that wants a bearer token and says where one is to be had (RFC 9728).
//
//   ISSUER=… node mcp/resource.mjs
//
// prints its own URL and serves until its input ends. It takes the access tokens of ISSUER that were asked for with its
// own URL as `resource` (RFC 8707, RFC 9068). Its tools: `whoami` answers the claims of the token, `expire` makes
// that token worthless here, as its end would.
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const PATH = '/mcp';
const METADATA_PATH = `/.well-known/oauth-protected-resource${PATH}`;
const SCOPES = ['openid', 'offline_access'];

/** Serves tokens of `issuer` on a free port; `url` is what a person would give to an MCP client. */
export async function serveResource(issuer) {
  const expired = new Set();
  const keys = createRemoteJWKSet(new URL(await jwksUri(issuer)));
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, origin);
    if (pathname === METADATA_PATH) return answer(response, 200, metadata);
    if (pathname !== PATH) return answer(response, 404, { error: 'not_found' });
    const token = request.headers.authorization?.match(/^Bearer (\S+)$/)?.[1];
    let claims;
    try {
      const checks = { issuer, audience: metadata.resource, typ: 'at+jwt' };
      ({ payload: claims } = await jwtVerify(token ?? '', keys, checks));
      if (expired.has(claims.jti)) throw new Error('it was made to expire');
    } catch (error) {
      const why = token ? `, error="invalid_token", error_description="${error.message.replaceAll('"', "'")}"` : '';
      const challenge = `Bearer resource_metadata="${origin}${METADATA_PATH}", scope="${SCOPES.join(' ')}"${why}`;
      return answer(response, 401, { error: 'invalid_token' }, { 'www-authenticate': challenge });
    }
    await speak(request, response, tools(claims, expired));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://localhost:${server.address().port}`;
  const metadata = {
    resource: origin + PATH,
    authorization_servers: [issuer],
    scopes_supported: SCOPES,
    bearer_methods_supported: ['header'],
  };
  return {
    url: metadata.resource,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function jwksUri(issuer) {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  return (await response.json()).jwks_uri;
}

function tools(claims, expired) {
  const server = new McpServer({ name: 'resource', version: '1.0.0' });
  const say = (text) => ({ content: [{ type: 'text', text }] });
  server.registerTool('whoami', { description: 'The claims of the token' }, () => say(JSON.stringify(claims)));
  server.registerTool('expire', { description: 'Makes the token worthless here' }, () => {
    expired.add(claims.jti);
    return say('expired');
  });
  return server;
}

/** One request, one server: nothing is kept between two of them. */
async function speak(request, response, server) {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  response.on('close', () => server.close());
  if (request.method !== 'POST') return answer(response, 405, { error: 'method_not_allowed' }, { allow: 'POST' });
  await server.connect(transport);
  await transport.handleRequest(request, response);
}

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const resource = await serveResource(process.env.ISSUER);
  console.log(resource.url);
  process.stdin.resume().on('end', resource.close);
}
