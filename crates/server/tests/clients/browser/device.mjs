// A person at a browser who was told by a device where to go: signs in, types the code, compares it, allows it.
//
//   USERNAME=… PASSWORD=… node device.mjs VERIFICATION_URI USER_CODE
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from './authorize.mjs';

const PAGE_LIMIT_MS = 20_000;

/** Allows the device that shows `userCode`, at the address that it shows. Answers what the last page says. */
export async function allowDevice({ verificationUri, userCode, username, password }) {
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(PAGE_LIMIT_MS);
    await page.goto(verificationUri);
    if (await page.locator('#login-submit').count()) {
      await page.locator('input[name="username"]').fill(username);
      await page.locator('input[name="password"]').fill(password);
      await page.locator('#login-submit').click();
    }
    await page.locator('input[name="user_code"]').fill(userCode.toLowerCase());
    await page.locator('#device-continue').click();
    await page.getByText(userCode).waitFor();
    await page.locator('#device-allow').click();
    return await page.locator('#device-done').innerText();
  } finally {
    await browser.close();
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [verificationUri, userCode] = process.argv.slice(2);
  const { USERNAME: username, PASSWORD: password } = process.env;
  if (!verificationUri || !userCode || !username || !password) {
    console.error('usage: USERNAME=… PASSWORD=… node device.mjs VERIFICATION_URI USER_CODE');
    process.exit(2);
  }
  try {
    console.log(await allowDevice({ verificationUri, userCode, username, password }));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
