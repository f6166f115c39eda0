// Somebody at the portal, in a real browser with a device of its own.
//
//   ORIGIN=… PASSWORD=… node portal.mjs    signs in as alice, types a weak and a strong new password, and adds a passkey;
//                                          prints {before, weak, strong, passkey, refused}
import { chromium } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from './authorize.mjs';

const { ORIGIN: origin, PASSWORD: password } = process.env;

const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
try {
  console.log(JSON.stringify(await visit()));
} finally {
  await browser.close();
}

async function visit() {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(20_000);
  const refused = [];
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
  const device = await page.context().newCDPSession(page);
  await device.send('WebAuthn.enable');
  await page.goto(`${origin}/account/security`);
  await page.locator('#username').fill('alice');
  await page.locator('#password').fill(password);
  await page.locator('#login-submit').click();
  await page.locator('#consent-allow').click();
  await page.waitForURL(`${origin}/account/security`);
  const before = await page.locator('#strength').isVisible();
  const weak = await typed(page, 'password');
  const strong = await typed(page, 'merry plinth gossamer tuba');
  await device.send('WebAuthn.addVirtualAuthenticator', {
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
  await page.locator('#passkey-name').fill('a virtual phone');
  await page.locator('#passkey-add').click();
  await page.waitForURL(/done=added/);
  return { before, weak, strong, passkey: await page.locator('h3').innerText(), refused };
}

/** What the page says of this password once it has been asked about. */
async function typed(page, text) {
  const answered = page.waitForResponse((response) => response.url().endsWith('/account/security/strength'));
  await page.locator('#new_password').fill(text);
  await answered;
  await page.locator('#strength li').first().waitFor();
  return {
    value: await page.locator('#strength meter').evaluate((meter) => meter.value),
    lines: await page.locator('#strength li').allInnerTexts(),
  };
}
