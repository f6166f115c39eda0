// Somebody who looks at every page of the console and the portal that a link leads to, in a real browser.
//
//   ORIGIN=… USERNAME=… PASSWORD=… node walk.mjs            prints {pages: [{path, heading, …, faults: []}]}, one page of each kind
//   … PICTURES=folder node walk.mjs                         also leaves a picture of each page, light and dark, narrow and wide
import { chromium } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from '../browser/authorize.mjs';
import { at, visitor } from './look.mjs';

const { ORIGIN: origin, USERNAME: username, PASSWORD: password } = process.env;

/** Where the walk begins; from there it goes wherever a link leads. */
const STARTS = ['/', '/login', '/admin', '/account', '/device', '/nowhere'];
/** The pages that are no pages to work on. */
const STATUS = new Map([['/nowhere', 404]]);
/** What ends the walk, or repeats it. */
const SKIPPED = /^\/(logout|admin\/oauth|account\/oauth|assets|jmap|\.well-known|jwks\.json)/;

const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
try {
  console.log(JSON.stringify({ pages: await walk() }));
} finally {
  await browser.close();
}

async function walk() {
  const { page, look } = await visitor(browser);
  await signIn(page);
  const seen = new Map();
  const ahead = [...STARTS];
  while (ahead.length > 0) {
    const path = ahead.shift();
    const kind = kindOf(path);
    if (seen.has(kind)) continue;
    seen.set(kind, await look(kind, at(page, path), STATUS.get(path)));
    ahead.push(...(await links(page)));
  }
  return [...seen.values()];
}

/** Pages that differ only in what they are about are of one kind. */
function kindOf(path) {
  const [place, query] = path.split('?');
  const kind = place.replace(/\/[0-9a-v]{26}(?=\/|$)/g, '/{id}').replace(/\/((es|rs|ps)\d{3}|eddsa)-[\w-]{11}(?=\/|$)/g, '/{kid}');
  const names = [...new URLSearchParams(query)].map(([name]) => name).sort();
  return names.length > 0 ? `${kind}?${names.join('&')}` : kind;
}

async function links(page) {
  const all = await page.locator('a[href]').evaluateAll((links) => links.map((link) => link.href));
  const own = all.map((link) => new URL(link)).filter((url) => url.origin === origin && !SKIPPED.test(url.pathname));
  return own.map((url) => url.pathname + url.search);
}

async function signIn(page) {
  await page.goto(`${origin}/admin`);
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(password);
  await page.locator('#login-submit').click();
  await page.locator('#consent-allow').click();
  await page.locator('nav').first().waitFor();
}
