// Apache with mod_auth_openidc: a person opens a page of the site, and the module discovers, registers and signs in.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from '../browser/authorize.mjs';
import { debian, program } from '../program.mjs';
import { freePort } from '../site.mjs';

const APACHE = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';
// What the module asks for by itself and nobody gives it, so that it must not hear of it in the answer.
const LEFT_OUT = ['initiate_login_uri', 'frontchannel_logout_uri', 'backchannel_logout_uri'];
const LIMIT_MS = 20_000;

await program('mod_auth_openidc', flow, debian('libapache2-mod-auth-openidc'));

async function flow({ issuer, registrationToken, step, credentials }) {
  const authority = issuer.href.replace(/\/$/, '');
  const site = await serve(authority, registrationToken);
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    await step('discovery and registration', async () => {
      await page.goto(`${site.origin}/private/page`);
      const { searchParams } = new URL(page.url());
      const chosen = new URL(searchParams.get('oidc_callback'));
      chosen.searchParams.set('iss', authority);
      for (const name of ['target_link_uri', 'x_csrf', 'method']) chosen.searchParams.set(name, searchParams.get(name));
      await page.goto(chosen.href);
      await page.locator('#login-submit').waitFor();
      const registered = site.registered();
      assert.deepEqual(registered.response_types, ['code']);
      assert.deepEqual(registered.grant_types, ['authorization_code', 'refresh_token']);
      for (const name of LEFT_OUT) assert.equal(registered[name], undefined, name);
    });
    const opened = await step('authorization, code exchange, id token and userinfo', async () => {
      const arrived = page.waitForResponse((response) => response.url() === `${site.origin}/private/page`);
      await page.locator('input[name="username"]').fill(credentials.username);
      await page.locator('input[name="password"]').fill(credentials.password);
      await page.locator('#login-submit').click();
      await page.locator('#consent-allow').click();
      return arrived;
    });
    assert.equal(opened.status(), 200);
    assert.equal(opened.headers()['x-remote-user'], credentials.username);
    await step('refresh before the access token ends', async () => {
      const again = await page.goto(`${site.origin}/private/page`);
      assert.equal(again.status(), 200);
      const [before, after] = [opened, again].map((response) => response.headers()['x-access-token']);
      assert.ok(before && after && before !== after, `${before} ${after}`);
    });
    await step('logout, and back to the site', async () => {
      const logout = `${site.origin}/private/redirect?logout=${encodeURIComponent(`${site.origin}/public`)}`;
      await page.goto(logout);
      if (await page.locator('#logout-confirm').count()) await page.locator('#logout-confirm').click();
      await page.waitForURL(`${site.origin}/public*`);
    });
  } catch (error) {
    const page = browser.contexts()[0]?.pages()[0];
    const text = await page?.locator('body').innerText().catch(() => '');
    error.stack += `\n\n${site.log()}\n\n${page?.url()}\n${text ?? ''}`;
    throw error;
  } finally {
    await browser.close();
    site.close();
  }
}

/** Apache in a folder of its own. The module is told nothing of the issuer but the token to register with. */
async function serve(authority, registrationToken) {
  const folder = mkdtempSync(join(tmpdir(), 'mod-auth-openidc-'));
  for (const name of ['site', 'site/private', 'metadata']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'site/private/page'), 'private');
  for (const name of ['public', 'choose']) writeFileSync(join(folder, 'site', name), name);
  const about = join(folder, 'metadata', encodeURIComponent(new URL(authority).host));
  writeFileSync(`${about}.conf`, JSON.stringify({ registration_token: registrationToken }));
  // Whoever runs as root serves as somebody else, who must be able to write there.
  execFileSync('chmod', ['-R', 'a+rwX', folder]);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const variables = { FOLDER: folder, PORT: port, ORIGIN: origin, MODULES, PASSPHRASE: randomUUID() };
  const template = readFileSync(new URL('apache.conf', import.meta.url), 'utf8');
  const configuration = join(folder, 'apache.conf');
  writeFileSync(configuration, template.replaceAll(/\$\{(\w+)\}/g, (_, name) => variables[name]));
  const apache = (command) => execFileSync(APACHE, ['-f', configuration, '-k', command], { stdio: 'pipe' });
  apache('start');
  return {
    origin,
    /** What the module keeps of the answer to its registration. */
    registered: () => JSON.parse(readFileSync(`${about}.client`, 'utf8')),
    log: () => readFileSync(join(folder, 'error.log'), 'utf8').split('\n').slice(-60).join('\n'),
    close() {
      apache('stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
