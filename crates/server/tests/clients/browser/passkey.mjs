// A person with a device that has passkeys, in a real browser.
//
//   ORIGIN=… OPTIONS=… node passkey.mjs create     makes a passkey as assets/passkey.js does, prints {answer, credential}
//   ORIGIN=… CREDENTIAL=… node passkey.mjs get     signs in with it on the login page, prints {url, heading, session}
//   ORIGIN=… node passkey.mjs without-script       looks at the login page with script switched off, prints {passkeyIsVisible, passwordIsVisible}
import { chromium } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from './authorize.mjs';

const { ORIGIN: origin, OPTIONS: options, CREDENTIAL: credential } = process.env;
const acts = { create, get, 'without-script': withoutScript };

const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
try {
  console.log(JSON.stringify(await acts[process.argv[2]]()));
} finally {
  await browser.close();
}

/** A page with a device: one that finds its passkeys by itself and checks who holds it. */
async function pageWithDevice() {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(20_000);
  const device = await page.context().newCDPSession(page);
  await device.send('WebAuthn.enable');
  const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { page, device, authenticatorId };
}

async function create() {
  const { page, device, authenticatorId } = await pageWithDevice();
  const escaped = options.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const html = `<!doctype html><form method="post" action="/made" data-passkey="create" data-options="${escaped}" hidden>
    <input type="hidden" name="credential"><button id="make">Make</button></form>
    <script src="/assets/passkey.js" defer></script>`;
  await page.route(`${origin}/make`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.route(`${origin}/made`, (route) => route.fulfill({ contentType: 'text/html', body: 'made' }));
  await page.goto(`${origin}/make`);
  const posted = page.waitForRequest(`${origin}/made`);
  await page.locator('#make').click();
  const answer = new URLSearchParams((await posted).postData()).get('credential');
  const { credentials } = await device.send('WebAuthn.getCredentials', { authenticatorId });
  return { answer, credential: credentials[0] };
}

async function get() {
  const { page, device, authenticatorId } = await pageWithDevice();
  await device.send('WebAuthn.addCredential', { authenticatorId, credential: JSON.parse(credential) });
  const refused = [];
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
  await page.goto(`${origin}/login`);
  const arrived = page.waitForURL((url) => !url.pathname.startsWith('/login'));
  // A browser may offer the passkey by itself and be gone before anybody presses the button.
  await page.locator('#passkey-submit').click().catch(() => {});
  await arrived;
  const cookies = await page.context().cookies();
  return {
    url: page.url(),
    heading: await page.locator('h1').innerText(),
    session: cookies.some((cookie) => cookie.name.endsWith('wayleave-session')),
    refused,
  };
}

async function withoutScript() {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(`${origin}/login`);
  return {
    passkeyIsVisible: await page.locator('#passkey-submit').isVisible(),
    passwordIsVisible: await page.locator('#password').isVisible(),
  };
}
