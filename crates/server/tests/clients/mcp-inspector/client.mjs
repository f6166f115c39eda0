// The MCP inspector, in a browser: it is given the URL of an MCP server and nothing else, and somebody clicks.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from '../browser/authorize.mjs';
import { serveResource } from '../mcp/resource.mjs';
import { program } from '../program.mjs';
import { freePort } from '../site.mjs';

const NAME = '@modelcontextprotocol/inspector';
const FOLDER = new URL(`node_modules/${NAME}/`, import.meta.url);
const { version, bin } = JSON.parse(readFileSync(new URL('package.json', FOLDER), 'utf8'));
const PROGRAM = fileURLToPath(new URL(bin['mcp-inspector'], FOLDER));
const LIMIT_MS = 30_000;

await program(NAME, flow, { version, from: 'npm' });

async function flow({ issuer, step, credentials }) {
  const resource = await serveResource(issuer.href.replace(/\/$/, ''));
  let inspector;
  let browser;
  try {
    inspector = await serve(resource.url);
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
    const page = await browser.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    await page.goto(inspector.url);
    const connection = () => page.getByLabel(/^Connect or disconnect/);
    const clientId = await step('challenge, discovery and registration', async () => {
      await connection().click({ force: true });
      await page.locator('#login-submit').waitFor();
      return new URL(page.url()).searchParams.get('client_id');
    });
    await step('authorization', async () => {
      await page.locator('input[name="username"]').fill(credentials.username);
      await page.locator('input[name="password"]').fill(credentials.password);
      await page.locator('#login-submit').click();
      await page.locator('#consent-allow').click();
      await page.waitForURL((url) => url.origin === new URL(inspector.url).origin);
    });
    await step('code exchange', () => page.getByText('Connected', { exact: true }).waitFor());
    const tools = () => page.getByText('Tools', { exact: true }).first().click();
    const call = async (tool) => {
      await page.getByRole('button', { name: tool, exact: true }).click();
      const answered = page.waitForResponse(async (response) => (response.request().postData() ?? '').includes('tools/call'));
      await page.getByRole('button', { name: 'Execute Tool' }).click();
      await answered;
    };
    const whoami = async (before) => {
      await call('whoami');
      const shown = page.getByText(/"jti": "/);
      await shown.waitFor();
      const id = /"jti": "(\w+)"/.exec(await page.locator('body').innerText())[1];
      assert.notEqual(id, before);
      assert.ok((await page.locator('body').innerText()).includes(`"client_id": "${clientId}"`));
      return id;
    };
    const token = await step('tool call with the access token', async () => {
      await tools();
      return whoami();
    });
    const renewed = await step('refresh after the resource refused the token', async () => {
      await call('expire');
      await page.getByText('expired', { exact: true }).waitFor();
      return whoami(token);
    });
    await step('opened again, and connected without a person', async () => {
      await page.goto(inspector.url);
      await page.getByText('Disconnected', { exact: true }).waitFor();
      await connection().click({ force: true });
      await page.getByText('Connected', { exact: true }).waitFor();
      await tools();
      await call('whoami');
      await page.getByText(renewed).waitFor();
    });
  } catch (error) {
    const page = browser?.contexts()[0]?.pages()[0];
    const text = await page?.locator('body').innerText().catch(() => '');
    error.stack += `\n\n${inspector?.log() ?? ''}\n\n${page?.url()}\n${text ?? ''}`;
    throw error;
  } finally {
    await browser?.close();
    await inspector?.close();
    resource.close();
  }
}

/** The inspector, which keeps what it has to keep in a folder of its own. `url` is where a browser opens it. */
async function serve(resource) {
  const home = mkdtempSync(join(tmpdir(), 'mcp-inspector-'));
  const child = spawn(process.execPath, [PROGRAM, '--web', '--transport', 'http', '--server-url', resource], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      MCP_STORAGE_DIR: home,
      MCP_INSPECTOR_SECRET_STORE: 'memory',
      MCP_INSPECTOR_API_TOKEN: randomUUID(),
      MCP_AUTO_OPEN_ENABLED: 'false',
      CLIENT_PORT: String(await freePort()),
      MCP_SANDBOX_PORT: '0',
      MCP_APP_ORIGIN_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const ended = once(child, 'exit');
  const url = await Promise.race([
    new Promise((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          log += text;
          const said = /(http:\S+\?MCP_INSPECTOR_API_TOKEN=\S+)\s/.exec(log)?.[1];
          if (said) resolve(said);
        });
      }
    }),
    ended.then(() => assert.fail(`it ended:\n${log}`)),
  ]);
  return {
    url,
    log: () => log.split('\n').slice(-60).join('\n'),
    async close() {
      child.kill();
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
