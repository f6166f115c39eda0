// A person at a browser: opens an authorization URL, logs in, allows, and reports where the browser was sent.
//
//   USERNAME=… PASSWORD=… node authorize.mjs AUTHORIZATION_URL REDIRECT_PREFIX
//
// Prints the final redirect URL. With a loopback prefix of port 0 (http://127.0.0.1:0/callback) a free port is
// chosen, and put into the redirect_uri of the authorization URL before it is opened.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { isLoopback, listen } from './loopback.mjs';

const PAGE_LIMIT_MS = 20_000;
const FORWARDING_LIMIT_MS = 5_000;

export const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Nothing beyond this machine is asked, wherever a redirect points.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]',
];

/**
 * Walks the pages from `authorizationUrl` until the browser is sent to a URL that starts with `redirectPrefix`,
 * which is returned. `listener` is one that already listens there (see `listen`); without it, one is started
 * for a loopback prefix.
 */
export async function authorize({ authorizationUrl, redirectPrefix, username, password, listener }) {
  const own = !listener && isLoopback(redirectPrefix) ? await listen(redirectPrefix) : undefined;
  const receiver = listener ?? own;
  const start = new URL(authorizationUrl);
  if (own && new URL(redirectPrefix).port === '0') start.searchParams.set('redirect_uri', own.redirectUri);

  let browser;
  try {
    browser = await chromium.launch({
      executablePath: EXECUTABLE,
      args: ARGUMENTS,
    });
    const page = await browser.newPage();
    page.setDefaultTimeout(PAGE_LIMIT_MS);
    const redirected = receiver ? receiver.arrival : redirectSeenBy(page, redirectPrefix);
    return await walk(page, start.href, redirected, { username, password });
  } finally {
    await browser?.close();
    own?.close();
  }
}

async function walk(page, start, redirected, { username, password }) {
  const done = redirected.then((url) => ({ url }));
  const act = async (action) => {
    const loaded = page.waitForEvent('load').then(() => ({}));
    loaded.catch(() => {}); // a browser that was sent to an app of its own never loads that page
    const acted = action().catch((error) => Promise.race([done, Promise.reject(error)]));
    return Promise.race([done, Promise.all([loaded, acted]).then(() => ({}))]);
  };

  let outcome = await act(() => page.goto(start, { waitUntil: 'commit' }));
  let loggedIn = false;
  while (!outcome.url) {
    if (await page.locator('#login-submit').count()) {
      if (loggedIn) throw await lost(page, 'the login page came back');
      await page.locator('input[name="username"]').fill(username);
      await page.locator('input[name="password"]').fill(password);
      loggedIn = true;
      outcome = await act(() => page.locator('#login-submit').click({ noWaitAfter: true }));
    } else if (await page.locator('#consent-allow').count()) {
      outcome = await act(() => page.locator('#consent-allow').click({ noWaitAfter: true }));
    } else {
      // A page that forwards by itself (form_post, a meta refresh) needs a moment; a dead end has none to come.
      outcome = await Promise.race([done, after(FORWARDING_LIMIT_MS)]);
      if (!outcome.url) throw await lost(page, 'a page without a known button');
    }
  }
  return outcome.url;
}

function redirectSeenBy(page, redirectPrefix) {
  return new Promise((resolve) => {
    const look = (url, form) => {
      if (!url?.startsWith(redirectPrefix)) return;
      const arrival = new URL(url);
      for (const [name, value] of new URLSearchParams(form ?? '')) arrival.searchParams.append(name, value);
      resolve(arrival.href);
    };
    page.on('request', (request) => look(request.url(), request.postData()));
    page.on('response', (response) => look(response.headers().location));
  });
}

function after(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, {}).unref());
}

async function lost(page, what) {
  const text = await page.locator('body').innerText().catch(() => '');
  const buttons = await page.locator('button, input[type="submit"]').evaluateAll((all) => all.map((one) => `#${one.id}`));
  return new Error(`${what}: ${page.url()}\nbuttons: ${buttons.join(' ') || 'none'}\n${text.slice(0, 2000)}`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [authorizationUrl, redirectPrefix] = process.argv.slice(2);
  const { USERNAME: username, PASSWORD: password } = process.env;
  if (!authorizationUrl || !redirectPrefix || !username || !password) {
    console.error('usage: USERNAME=… PASSWORD=… node authorize.mjs AUTHORIZATION_URL REDIRECT_PREFIX');
    process.exit(2);
  }
  try {
    console.log(await authorize({ authorizationUrl, redirectPrefix, username, password }));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
