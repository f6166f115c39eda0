// Somebody who looks at every page of the console and the portal, in a real browser.
//
//   ORIGIN=… USERNAME=… PASSWORD=… node walk.mjs            prints {pages: [{path, heading, …, faults: []}]}, one page of each kind
//   … PICTURES=folder node walk.mjs                         also leaves a picture of each page, light and dark, narrow and wide
//
// A fault is what nobody should meet: an answer other than 200, what axe-core calls serious, a request to another origin, a line in the
// browser's console (a policy that was broken among them), a page wider than its window or heavier than 60 KiB.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from '../browser/authorize.mjs';

const { ORIGIN: origin, USERNAME: username, PASSWORD: password, PICTURES: pictures } = process.env;
const WIDTHS = [390, 1280];
const SCHEMES = ['light', 'dark'];
const SERIOUS = new Set(['serious', 'critical']);

/** The bytes that no page exceeds. */
const HEAVIEST = 60 * 1024;

/** Where the walk begins; from there it goes wherever a link leads. */
const STARTS = ['/', '/login', '/admin', '/account', '/device', '/nowhere'];
/** An application that nobody registered asks for something: a page to sign in on, then one to decide on. */
const ASKED =
  '/authorize?response_type=code&client_id=a-tool&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&scope=openid+email' +
  '&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256';
/** One that asks wrongly, for which there is a page that says so. */
const ASKED_WRONGLY = ASKED.replace('http%3A%2F%2F127.0.0.1%2Fcb', 'javascript%3Aalert%281%29');
/** The pages that are no pages to work on. */
const STATUS = new Map([['/nowhere', 404], [ASKED_WRONGLY, 400]]);
/** What ends the walk, or repeats it. */
const SKIPPED = /^\/(logout|admin\/oauth|account\/oauth|assets|jmap|\.well-known|jwks\.json)/;

const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
try {
  console.log(JSON.stringify({ pages: await walk() }));
} finally {
  await browser.close();
}

async function walk() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: process.env.LOCALE ?? 'en' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const met = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) met.push(`asks ${url.origin}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') met.push(`says ${message.text()}`);
  });
  const seen = new Map();
  for (const path of ['/login', '/device', ASKED]) {
    seen.set(`signed out ${kindOf(path)}`, await look(page, path, met, 'signed out '));
  }
  await signIn(page);
  for (const [name, path] of [['asked', ASKED], ['asked wrongly', ASKED_WRONGLY], ['leaving', '/logout']]) {
    seen.set(name, await look(page, path, met, `${name} `));
  }
  const ahead = [...STARTS];
  while (ahead.length > 0) {
    const path = ahead.shift();
    const kind = kindOf(path);
    if (seen.has(kind)) continue;
    const found = await look(page, path, met);
    seen.set(kind, found);
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

async function look(page, path, met, prefix = '') {
  met.length = 0;
  await page.setViewportSize({ width: WIDTHS[1], height: 900 });
  const answer = await page.goto(origin + path);
  const expected = STATUS.get(path) ?? 200;
  const faults = answer.status() === expected ? [] : [`status ${answer.status()}`];
  for (const scheme of SCHEMES) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (tooWide > 0) faults.push(`${tooWide} px too wide at ${width} px`);
      if (pictures) await picture(page, prefix + kindOf(path), scheme, width);
    }
    faults.push(...(await unfair(page, scheme)));
  }
  const weight = await weigh(page);
  if (weight > HEAVIEST) faults.push(`weighs ${weight} bytes`);
  // A browser tells of a page that says no, which is what such a page is for.
  const unexpected = met.filter((line) => expected === 200 || !line.includes(`status of ${expected}`));
  const heading = await page.locator('h1').first().innerText().catch(() => '');
  return { path: prefix + kindOf(path), heading, weight, faults: [...new Set([...faults, ...unexpected])] };
}

/** All bytes that a first visit to the page takes, nothing compressed. */
async function weigh(page) {
  const parts = page.locator('link[rel="stylesheet"], script[src]');
  const urls = [page.url(), ...(await parts.evaluateAll((all) => all.map((part) => part.href ?? part.src)))];
  const sizes = urls.map(async (url) => (await (await page.context().request.get(url)).body()).length);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function unfair(page, scheme) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run());
  const serious = violations.filter((violation) => SERIOUS.has(violation.impact));
  return serious.map(({ id, help, nodes }) => `${scheme}: ${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

async function picture(page, kind, scheme, width) {
  const folder = join(pictures, `${scheme}-${width}`);
  await mkdir(folder, { recursive: true });
  const name = kind.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'home';
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
