// Looking at a page in a real browser, as it is in light and dark, narrow and wide.
//
// A fault is what nobody should meet: another status than expected, what axe-core calls serious, a request to another origin, a line in the
// browser's console (a policy that was broken among them), a page wider than its window or heavier than 60 KiB. With PICTURES=folder in
// the environment each page also leaves its pictures there.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';

const { ORIGIN: origin, LOCALE: locale = 'en', PICTURES: pictures } = process.env;
const WIDTHS = [390, 1280];
const SCHEMES = ['light', 'dark'];
const SERIOUS = new Set(['serious', 'critical']);

/** The bytes that no page exceeds. */
const HEAVIEST = 60 * 1024;

/** A page of a browser that knows nobody yet, and `look(name, reach, status)`, which reaches a document and says what is wrong with it. */
export async function visitor(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale });
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

  async function look(name, reach, status = 200) {
    met.length = 0;
    await page.setViewportSize({ width: WIDTHS[1], height: 900 });
    const answer = await reach();
    const faults = answer.status() === status ? [] : [`status ${answer.status()}`];
    for (const scheme of SCHEMES) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (tooWide > 0) faults.push(`${tooWide} px too wide at ${width} px`);
        if (pictures) await picture(page, name, scheme, width);
      }
      faults.push(...(await unfair(page, scheme)));
    }
    const weight = await weigh(page, answer);
    if (weight > HEAVIEST) faults.push(`weighs ${weight} bytes`);
    // A browser tells of a page that says no, which is what such a page is for.
    const unexpected = met.filter((line) => status === 200 || !line.includes(`status of ${status}`));
    const heading = await page.locator('h1').first().innerText().catch(() => '');
    return { path: name, heading, weight, faults: [...new Set([...faults, ...unexpected])] };
  }

  return { page, look };
}

/** Goes to an address of the server. */
export const at = (page, path) => () => page.goto(origin + path);

/** Presses a button that leads to another document. */
export const press = (page, selector) => async () => {
  const document = (response) => response.request().isNavigationRequest() && (response.status() < 300 || response.status() >= 400);
  const answer = page.waitForResponse(document);
  await page.locator(selector).click();
  await (await answer).finished();
  await page.waitForLoadState();
  return answer;
};

/** All bytes that a first visit to the page takes, nothing compressed. */
async function weigh(page, answer) {
  const parts = page.locator('link[rel="stylesheet"], script[src]');
  const urls = await parts.evaluateAll((all) => all.map((part) => part.href ?? part.src));
  const sizes = urls.map(async (url) => (await (await page.context().request.get(url)).body()).length);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, (await answer.body()).length);
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
