// oauth2-proxy before a site: it lets in whoever the issuer knows, and hands the site who that is. It is registered for it by plain HTTP.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from '../browser/authorize.mjs';
import { program } from '../program.mjs';
import { freePort, register, serve } from '../site.mjs';

// Where `cargo xtask clients` has put what Go made.
const MADE = process.env.WAYLEAVE_CLIENTS ?? fileURLToPath(new URL('../../../../../target/clients', import.meta.url));
const PROGRAM = join(MADE, 'go/oauth2-proxy');
const SCOPE = 'openid profile email offline_access';
const LIMIT_MS = 30_000;

await program('oauth2-proxy', flow, { version: version(), from: 'Go module proxy' });

async function flow({ issuer, registrationToken, fetch, step, credentials }) {
  const authority = issuer.href.replace(/\/$/, '');
  const metadata = await (await fetch(`${authority}/.well-known/openid-configuration`)).json();
  const origin = `http://127.0.0.1:${await freePort()}`;
  const client = await step('registered by plain HTTP', () =>
    register(fetch, metadata, registrationToken, {
      client_name: 'oauth2-proxy test',
      redirect_uris: [`${origin}/oauth2/callback`],
      post_logout_redirect_uris: [`${origin}/ping`],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: SCOPE,
    }),
  );
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
  let site;
  let proxy;
  try {
    site = await listen((request, response) => {
      const said = { token: request.headers['x-forwarded-access-token'], name: request.headers['x-forwarded-preferred-username'] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    });
    const settings = settingsOf({ origin, site: site.origin, authority, client });
    proxy = await step('discovery', () => serve(PROGRAM, settings, `${origin}/ping`));
    const page = await browser.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    const first = await step('authorization, code exchange and id token', async () => {
      await page.goto(`${origin}/private`);
      const arrived = page.waitForResponse((response) => response.url() === `${origin}/private` && response.ok());
      await page.locator('input[name="username"]').fill(credentials.username);
      await page.locator('input[name="password"]').fill(credentials.password);
      await page.locator('#login-submit').click();
      await page.locator('#consent-allow').click();
      return (await arrived).json();
    });
    assert.equal(first.name, credentials.username);
    await step('session refreshed, with a new token', async () => {
      const end = Date.now() + LIMIT_MS;
      for (let token = first.token; token === first.token; await after(200)) {
        assert.ok(Date.now() < end, 'the token is the old one');
        const answer = await page.request.get(`${origin}/private`, { maxRedirects: 0 });
        assert.equal(answer.status(), 200);
        ({ token } = await answer.json());
        assert.ok(token);
      }
    });
    await step('signed out here and at the issuer', async () => {
      const logout = new URL(metadata.end_session_endpoint);
      logout.search = new URLSearchParams({ client_id: client.client_id, post_logout_redirect_uri: `${origin}/ping` });
      await page.goto(`${origin}/oauth2/sign_out?rd=${encodeURIComponent(logout)}`);
      if (await page.locator('#logout-confirm').count()) await page.locator('#logout-confirm').click();
      await page.waitForURL(`${origin}/ping*`);
      await page.goto(`${origin}/private`);
      await page.locator('#login-submit').waitFor();
    });
    return 'needs `--oidc-email-claim` where an account may have no mail address';
  } catch (error) {
    const page = browser.contexts()[0]?.pages()[0];
    const text = await page?.locator('body').innerText().catch(() => '');
    error.stack += `\n\n${proxy?.log() ?? ''}\n\n${page?.url()}\n${text ?? ''}`;
    throw error;
  } finally {
    await browser.close();
    await proxy?.close();
    site?.close();
  }
}

/** The proxy at `origin` before `site` is told of the issuer no more than its name. */
function settingsOf({ origin, site, authority, client }) {
  const settings = {
    provider: 'oidc',
    'oidc-issuer-url': authority,
    'client-id': client.client_id,
    'client-secret': client.client_secret,
    scope: SCOPE,
    'code-challenge-method': 'S256',
    'oidc-email-claim': 'preferred_username',
    'email-domain': '*',
    'http-address': new URL(origin).host,
    'redirect-url': `${origin}/oauth2/callback`,
    'whitelist-domain': new URL(authority).host,
    'skip-provider-button': true,
    upstream: site,
    'pass-access-token': true,
    'cookie-secret': randomBytes(16).toString('hex'),
    'cookie-secure': false,
    'cookie-refresh': '1s',
  };
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}

async function listen(answer) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** That which `go.mod` names. */
function version() {
  return /oauth2-proxy\/v7 v(\S+)/.exec(readFileSync(new URL('go.mod', import.meta.url), 'utf8'))[1];
}
