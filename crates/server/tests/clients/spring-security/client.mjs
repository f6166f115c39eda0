// A site on Spring Boot whose sign-in is Spring Security's: a person opens a page of it, and it discovers and signs them in. It is
// registered for it by plain HTTP, since the library has no words for that.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from '../browser/authorize.mjs';
import { program } from '../program.mjs';
import { freePort, register, serve } from '../site.mjs';

// Where `cargo xtask clients` has put what Maven made.
const MADE = join(process.env.WAYLEAVE_CLIENTS ?? fileURLToPath(new URL('../../../../../target/clients', import.meta.url)), 'java/spring-security');
const CLASS_PATH = [join(MADE, 'classes'), join(MADE, 'dependency/*')].join(':');
const SCOPES = ['openid', 'profile', 'email', 'offline_access'];
const LIMIT_MS = 60_000;

await program('spring-security-oauth2-client', flow, { version: version(), from: 'Maven Central' });

async function flow({ issuer, registrationToken, fetch, step, credentials }) {
  const authority = issuer.href.replace(/\/$/, '');
  const origin = `http://127.0.0.1:${await freePort()}`;
  const metadata = await (await fetch(`${authority}/.well-known/openid-configuration`)).json();
  const client = await step('registered by plain HTTP', () =>
    register(fetch, metadata, registrationToken, {
      client_name: 'Spring Security test',
      redirect_uris: [`${origin}/login/oauth2/code/person`],
      post_logout_redirect_uris: [`${origin}/public`],
      // Nobody lends a stranger its own name.
      grant_types: ['authorization_code', 'refresh_token', ...(registrationToken ? ['client_credentials'] : [])],
      scope: SCOPES.join(' '),
    }),
  );
  const introspect = async (token) => {
    const answer = await fetch(metadata.introspection_endpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client.client_id}:${client.client_secret}`)}` },
      body: new URLSearchParams({ token }),
    });
    return answer.json();
  };
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
  let site;
  try {
    site = await step('discovery', () => serve('java', settings(origin, authority, client), `${origin}/public`));
    const page = await browser.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    const opened = async (path) => {
      const answer = await page.goto(`${origin}${path}`);
      assert.equal(answer.status(), 200);
      return answer.json();
    };
    const first = await step('authorization, code exchange, id token and userinfo', async () => {
      await page.goto(`${origin}/private`);
      const chosen = page.getByRole('link', { name: 'person' });
      if (await chosen.count()) await chosen.click();
      const arrived = page.waitForResponse((response) => new URL(response.url()).href.startsWith(`${origin}/private`));
      await page.locator('input[name="username"]').fill(credentials.username);
      await page.locator('input[name="password"]').fill(credentials.password);
      await page.locator('#login-submit').click();
      await page.locator('#consent-allow').click();
      return (await arrived).json();
    });
    assert.equal(first.userinfo.preferred_username, credentials.username);
    assert.equal((await introspect(first.token)).sub, first.name);
    await step('refresh before the access token ends', async () => {
      const again = await opened('/private');
      assert.notEqual(again.token, first.token);
      assert.equal((await introspect(again.token)).sub, first.name);
    });
    if (registrationToken) {
      await step('client credentials', async () => {
        const { token } = await opened('/itself');
        const said = await introspect(token);
        assert.ok(said.active && said.client_id === client.client_id && said.sub !== first.name, JSON.stringify(said));
      });
    }
    await step('logout, and back to the site', async () => {
      await page.goto(`${origin}/logout`);
      await page.getByRole('button').click();
      if (await page.locator('#logout-confirm').count()) await page.locator('#logout-confirm').click();
      await page.waitForURL(`${origin}/public*`);
      await page.goto(`${origin}/private`);
      assert.notEqual(new URL(page.url()).pathname, '/private');
    });
  } catch (error) {
    const page = browser.contexts()[0]?.pages()[0];
    const text = await page?.locator('body').innerText().catch(() => '');
    error.stack += `\n\n${site?.log() ?? ''}\n\n${page?.url()}\n${text ?? ''}`;
    throw error;
  } finally {
    await browser.close();
    await site?.close();
  }
}

/** The site is told of the issuer no more than its name. */
function settings(origin, authority, client) {
  const registration = (name, grant, scope) => {
    const properties = {
      provider: 'wayleave',
      'client-id': client.client_id,
      'client-secret': client.client_secret,
      'authorization-grant-type': grant,
      scope,
    };
    return Object.entries(properties)
      .filter(([, value]) => value)
      .map(([property, value]) => `--spring.security.oauth2.client.registration.${name}.${property}=${value}`);
  };
  return [
    ...['-XX:TieredStopAtLevel=1', '-cp', CLASS_PATH, 'Site'],
    '--server.address=127.0.0.1',
    `--server.port=${new URL(origin).port}`,
    `--spring.security.oauth2.client.provider.wayleave.issuer-uri=${authority}`,
    ...registration('person', 'authorization_code', SCOPES),
    ...registration('itself', 'client_credentials'),
  ];
}

/** That of the library, as the name of its jar says. */
function version() {
  const name = /^spring-security-oauth2-client-([\d.]+)\.jar$/;
  return readdirSync(join(MADE, 'dependency')).map((file) => name.exec(file)?.[1]).find(Boolean);
}
