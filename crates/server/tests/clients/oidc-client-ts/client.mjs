// oidc-client-ts in a page of another origin: every answer of the server has to say that this page may read it (CORS).
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from '../browser/authorize.mjs';
import { program } from '../program.mjs';

const LIMIT_MS = 20_000;
const FILES = {
  '/page.mjs': ['text/javascript', new URL('page.mjs', import.meta.url)],
  '/oidc-client-ts.min.js': [
    'text/javascript',
    new URL('../node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js', import.meta.url),
  ],
};
const PAGE = ['text/html', new URL('page.html', import.meta.url)];

await program('oidc-client-ts', async ({ issuer, step, credentials }) => {
  const authority = issuer.href.replace(/\/$/, '');
  const site = await serve();
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
  const heard = [];
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    page.on('console', (message) => heard.push(message.text()));
    page.on('requestfinished', async (request) => {
      const response = await request.response();
      if (request.url().startsWith(authority)) heard.push(`${request.method()} ${request.url()} ${response?.status()}`);
    });
    const call = (name, ...parameters) =>
      page.evaluate(([name, parameters]) => window.application[name](...parameters), [name, parameters]);
    const arrive = async (path) => {
      await page.waitForURL((url) => url.origin === site.origin && url.pathname === path);
      await page.waitForFunction(() => window.application);
      await call('open', settings);
    };
    const leave = (name) =>
      page.evaluate((name) => void setTimeout(() => window.application[name]()), name);

    await page.goto(`${site.origin}/`);
    await page.waitForFunction(() => window.application);
    const registered = await step('discovery and registration across origins', () =>
      call('register', authority, {
        client_name: 'oidc-client-ts test',
        redirect_uris: [`${site.origin}/callback`],
        post_logout_redirect_uris: [`${site.origin}/goodbye`],
        token_endpoint_auth_method: 'none',
      }),
    );
    const settings = {
      authority,
      client_id: registered.client_id,
      redirect_uri: `${site.origin}/callback`,
      post_logout_redirect_uri: `${site.origin}/goodbye`,
      scope: 'openid profile email offline_access',
      loadUserInfo: true,
      automaticSilentRenew: false,
    };
    await call('open', settings);

    await step('authorization', async () => {
      await leave('signIn');
      await page.locator('input[name="username"]').fill(credentials.username);
      await page.locator('input[name="password"]').fill(credentials.password);
      await page.locator('#login-submit').click();
      await page.locator('#consent-allow').click();
      await arrive('/callback');
    });
    const user = await step('code exchange, id token and userinfo across origins', () => call('signedIn'));
    assert.equal(user.profile.preferred_username, credentials.username);
    const renewed = await step('renewal by refresh token across origins', () => call('renew'));
    assert.notEqual(renewed.access_token, user.access_token);
    assert.notEqual(renewed.refresh_token, user.refresh_token);
    await step('revocation across origins', () => call('revoke'));
    await step('logout, and back to the page', async () => {
      await leave('signOut');
      await page.locator('#logout-confirm').click();
      await arrive('/goodbye');
      await call('signedOut');
      assert.equal(await call('user'), null);
    });
  } catch (error) {
    const text = await browser.contexts()[0]?.pages()[0]?.locator('body').innerText().catch(() => '');
    error.stack += `\n\n${heard.join('\n')}\n\n${text ?? ''}`;
    throw error;
  } finally {
    await browser.close();
    site.close();
  }
});

/** The page's own origin. */
async function serve() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const [type, file] = FILES[pathname] ?? PAGE;
    response.writeHead(200, { 'content-type': type }).end(readFileSync(file));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
