// The story of an administrator and a program, in a real browser: with script, or with script switched off.
//
//   ORIGIN=… USERNAME=… PASSWORD=… [SCRIPT=off] node story.mjs     prints {steps: [...]}
//
// Sign in; make an API key that may only register; let a program register itself with it; find its client, change it, disable it, delete
// it; require registration, which locks the console out until it is registered itself.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from '../browser/authorize.mjs';

const { ORIGIN: origin, USERNAME: username, PASSWORD: password, SCRIPT: script } = process.env;
const steps = [];

const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
try {
  const context = await browser.newContext({ javaScriptEnabled: script !== 'off', locale: 'en' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await tell(page);
  console.log(JSON.stringify({ steps }));
} finally {
  await browser.close();
}

async function tell(page) {
  await signIn(page);
  done('signed in');

  const key = await makeKey(page);
  const client = await register(key);
  await assertOnlyRegisters(key);
  done('a program registered with a key of its own');

  await go(page, `/admin/clients?text=${client.client_id}`);
  await page.getByRole('link', { name: 'Story of a client' }).click();
  await shows(page, 'http://127.0.0.1/story');
  done('found');

  await page.locator('#client-edit').click();
  await page.locator('#description').fill('Another name');
  await page.locator('#client-save').click();
  await shows(page, 'Another name');
  done('changed');

  await page.locator('#client-disable').click();
  assert.equal(await authorize(page, client), 400);
  done('disabled');

  await go(page, `/admin/clients?text=${client.client_id}`);
  await page.getByRole('link', { name: 'Another name' }).click();
  await page.locator('#client-delete').click();
  await page.locator('#delete-confirm').click();
  await go(page, `/admin/clients?text=${client.client_id}`);
  await shows(page, 'No client is like that');
  done('deleted');

  const somebody = await portalOf(page, 'somebody');
  await go(page, '/admin/provider');
  await page.locator('[name="requireClientRegistration"]').check();
  await page.locator('#provider-save').click();
  await page.locator('#webadmin-skip').click();
  await go(somebody, '/account');
  await shows(somebody, 'The console has to be registered first');
  done('registration is required, and the console shut out');

  await go(page, '/admin/provider');
  await page.locator('#webadmin-register').click();
  await go(somebody, '/account');
  await somebody.locator('nav').first().waitFor();
  done('registered, and back');
}

function done(step) {
  steps.push(step);
}

async function go(page, path) {
  await page.goto(origin + path);
}

async function shows(page, text) {
  await page.getByText(text).first().waitFor();
}

async function signIn(page) {
  await go(page, '/admin');
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(password);
  await page.locator('#login-submit').click();
  await page.locator('#consent-allow').click();
  await page.locator('nav').first().waitFor();
}

async function makeKey(page) {
  await go(page, '/account/api-keys');
  await page.locator('#preset-description').fill('story');
  await page.locator('#key-preset').click();
  const secret = await page.locator('#secret').innerText();
  assert.match(secret, /^wlk_/);
  return secret.trim();
}

async function register(key) {
  const response = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Story of a client',
      redirect_uris: ['http://127.0.0.1/story'],
      token_endpoint_auth_method: 'none',
    }),
  });
  assert.equal(response.status, 201, await response.clone().text());
  return response.json();
}

/** The portal of a new account that holds nothing special, in a browser of its own. */
async function portalOf(page, name) {
  await go(page, '/admin/accounts/new');
  await page.locator('#name').fill(name);
  await page.locator('#password').fill('violet-harbour-42');
  await page.locator('#account-save').click();
  const context = await browser.newContext({ javaScriptEnabled: script !== 'off', locale: 'en' });
  const portal = await context.newPage();
  portal.setDefaultTimeout(20_000);
  await go(portal, '/account');
  await portal.locator('#username').fill(name);
  await portal.locator('#password').fill('violet-harbour-42');
  await portal.locator('#login-submit').click();
  await portal.locator('#consent-allow').click();
  await portal.locator('nav').first().waitFor();
  return portal;
}

/** The key opens nothing but the door it was made for. */
async function assertOnlyRegisters(key) {
  const methodCalls = [['x:OAuthClient/query', {}, 'c']];
  const response = await fetch(`${origin}/jmap`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ using: ['urn:ietf:params:jmap:core', 'urn:stalwart:jmap'], methodCalls }),
  });
  const { methodResponses } = await response.json();
  assert.equal(methodResponses[0][1].type, 'forbidden');
}

async function authorize(page, client) {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: 'http://127.0.0.1/story',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const answer = await page.goto(`${origin}/authorize?${query}`);
  return answer.status();
}
