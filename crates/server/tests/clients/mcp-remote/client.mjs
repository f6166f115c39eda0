// mcp-remote, started as desktop applications start it: a local MCP server on stdio, in front of one that wants a token.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { serveResource } from '../mcp/resource.mjs';
import { program } from '../program.mjs';

const PROGRAM = new URL('../node_modules/mcp-remote/dist/proxy.js', import.meta.url).pathname;
const LIMIT_SECONDS = 120;

await program('mcp-remote', async ({ issuer, step, authorize }) => {
  const resource = await serveResource(issuer.href.replace(/\/$/, ''));
  const home = mkdtempSync(join(tmpdir(), 'mcp-remote-'));
  let mcp;
  let log = '';
  const start = () => {
    mcp = new Client({ name: 'test', version: '1.0.0' });
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [PROGRAM, resource.url, '--transport', 'http-only', '--auth-timeout', String(LIMIT_SECONDS)],
      // Without a PATH it finds no browser to open, and prints the address for a person instead.
      env: { HOME: home, MCP_REMOTE_CONFIG_DIR: home, PATH: '' },
      stderr: 'pipe',
    });
    const asked = new Promise((resolve) => {
      transport.stderr.on('data', (chunk) => {
        log += chunk;
        const url = /^(http\S+\/authorize\?\S+)\s/m.exec(log)?.[1];
        if (url) resolve(url);
      });
    });
    const connected = mcp.connect(transport, { timeout: LIMIT_SECONDS * 1000 });
    connected.catch(() => {});
    return { asked, connected };
  };
  const whoami = async () => {
    const { content } = await mcp.callTool({ name: 'whoami', arguments: {} });
    return JSON.parse(content[0].text);
  };
  try {
    const first = start();
    const url = await step('challenge, discovery and registration', () =>
      Promise.race([first.asked, first.connected.then(() => assert.fail('the resource was open'))]),
    );
    await step('authorization and code exchange', async () => {
      const arrival = first.connected.then(() => new URL(url).searchParams.get('redirect_uri'));
      await authorize(url, { arrival });
    });
    const { client_id } = await step('tool call with the access token', whoami);
    await step('refresh after the resource refused the token', async () => {
      await mcp.callTool({ name: 'expire', arguments: {} });
      assert.equal((await whoami()).client_id, client_id);
    });
    await step('second start without a person', async () => {
      await mcp.close();
      log = '';
      await start().connected;
      assert.equal((await whoami()).client_id, client_id);
    });
  } catch (error) {
    error.stack += `\n\n${log}`;
    throw error;
  } finally {
    await mcp?.close();
    resource.close();
    rmSync(home, { recursive: true, force: true });
  }
});
