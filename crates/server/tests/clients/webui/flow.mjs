// Ann, of those whom fill.mjs makes, meets every page that no link leads to: an application and a device that nobody registered ask for
// something, one waits until an administrator lets it, she is asked who she is, sets up a second step, and leaves.
//
//   ORIGIN=… USERNAME=… PASSWORD=… node flow.mjs            prints {pages: [{path, heading, …, faults: []}]}; the name and the password
//   … PICTURES=folder node flow.mjs                         are those of an administrator, who lets unregistered devices ask
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { chromium } from 'playwright-core';
import { ARGUMENTS, EXECUTABLE } from '../browser/authorize.mjs';
import { at, press, visitor } from './look.mjs';

const { ORIGIN: origin, USERNAME: admin, PASSWORD: adminPassword } = process.env;
const NAME = 'ann';
const PASSWORD = 'violet-harbour-42';

const ASKED =
  '/authorize?response_type=code&client_id=a-tool&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&scope=openid+email' +
  '&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256';

const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
try {
  await letStrangersAsk();
  const pages = [];
  const { page, look } = await visitor(browser);
  const meet = async (name, reach, status) => pages.push(await look(name, reach, status));
  await signIn(page, meet);
  await answerAnApp(page, meet);
  await answerDevices(page, meet);
  await waitForAnAdministrator(page, meet);
  await setUpASecondStep(page, meet);
  await leave(page, meet);
  await comeBack(page, meet);
  console.log(JSON.stringify({ pages }));
} finally {
  await browser.close();
}

async function signIn(page, meet) {
  await meet('sign in', at(page, '/login'));
  await meet('sign in for a device', at(page, '/device'));
  await meet('sign in for an app', at(page, ASKED));
  await type(page, { username: NAME, password: 'not this one' });
  await meet('sign in again', press(page, '#login-submit'), 403);
  await type(page, { password: PASSWORD });
  await meet('consent', press(page, '#login-submit'));
}

async function answerAnApp(page, meet) {
  await meet('choose an account', at(page, `${ASKED}&prompt=select_account`));
  await meet('asked wrongly', at(page, ASKED.replace('http%3A%2F%2F127.0.0.1%2Fcb', 'javascript%3Aalert%281%29')), 400);
  await meet('asked for what there is not', at(page, ASKED.replace('response_type=code', 'response_type=token')), 400);
  // With its script the page goes on by itself.
  await page.route('**/assets/form-post.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.goto(`${origin}${ASKED}&response_mode=form_post`);
  await meet('form post', press(page, '#consent-allow'));
}

async function answerDevices(page, meet) {
  const first = await userCode();
  await meet('device, its code filled in', at(page, `/device?user_code=${first}`));
  await type(page, { 'user-code': 'BBBB-BBBB' });
  await meet('device, wrong code', press(page, '#device-continue'), 403);
  for (const answer of ['deny', 'report', 'allow']) {
    await page.goto(`${origin}/device`);
    await type(page, { 'user-code': await userCode() });
    const question = press(page, '#device-continue');
    if (answer === 'allow') await meet('device, question', question);
    else await question();
    await meet(`device, ${answer}`, press(page, `#device-${answer}`));
  }
}

/** The page that waits is not touched: the browser looks again by itself, and is where it wanted to go once somebody said yes. */
async function waitForAnAdministrator(page, meet) {
  const of = (id) => ASKED.replace('a-tool', id);
  const [twin, waits] = [await register('Сlaude'), await register('Slide rule')];
  await manage('OAuthClient', { update: { [await rowOf(twin)]: { approval: null } } });
  await meet('consent, a name like another', at(page, of(twin)));
  await meet('waiting for an administrator', at(page, of(waits)));
  const row = await rowOf(waits);
  const on = page.waitForResponse((answer) => answer.request().isNavigationRequest());
  await manage('OAuthClient', { update: { [row]: { approval: null } } });
  await on;
  await page.locator('#consent-allow').waitFor();
}

async function setUpASecondStep(page, meet) {
  await page.goto(`${origin}/account/security`);
  const allow = page.locator('#consent-allow');
  await allow.or(page.locator('#totp-set-up')).first().waitFor();
  if (await allow.isVisible()) await press(page, '#consent-allow')();
  await press(page, '#totp-set-up')();
  await type(page, { totp: '000000' });
  await meet('second step, wrong first code', press(page, '#totp-confirm'), 422);
  await type(page, { totp: totp((await page.locator('#totp-seed').innerText()).replaceAll(' ', '')) });
  await meet('second step, recovery codes', press(page, '#totp-confirm'));
}

async function leave(page, meet) {
  await meet('leaving', at(page, '/logout'));
  await meet('signed out', press(page, '#logout-confirm'));
}

async function comeBack(page, meet) {
  await page.goto(`${origin}${ASKED}`);
  await type(page, { username: NAME, password: PASSWORD });
  await meet('second step', press(page, '#login-submit'));
  await type(page, { totp: '000000' });
  await meet('second step, wrong code', press(page, '#second-step-submit'), 403);
}

async function type(page, fields) {
  for (const [id, text] of Object.entries(fields)) await page.locator(`#${id}`).fill(text);
}

/** What a device that asks for access shows. */
async function userCode() {
  const body = new URLSearchParams({ client_id: 'a-television', scope: 'openid email' });
  const answer = await fetch(`${origin}/device_authorization`, { method: 'POST', body });
  const { user_code: code } = await answer.json();
  assert.ok(code, `a code, with status ${answer.status}`);
  return code;
}

/** Unregistered devices ask, and whoever registers waits for an administrator. */
async function letStrangersAsk() {
  await manage('OidcProvider', { update: { singleton: { deviceGrant: 'anybody', anonymousClientRegistration: true } } });
  const policy = { description: 'We look first', door: 'anonymous', mode: 'approval' };
  await manage('RegistrationPolicy', { create: { policy } });
}

/** Its client id. */
async function register(name) {
  const metadata = { client_name: name, redirect_uris: ['http://127.0.0.1/cb'], token_endpoint_auth_method: 'none' };
  for (;;) {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${origin}/register`, { method: 'POST', headers, body: JSON.stringify(metadata) });
    const said = await answer.json();
    if (answer.status === 201) return said.client_id;
    // What was set is in force within a second.
    assert.equal(answer.status, 401, JSON.stringify(said));
  }
}

async function rowOf(clientId) {
  const { ids } = await call('x:OAuthClient/query', { filter: { clientId } });
  assert.equal(ids.length, 1, clientId);
  return ids[0];
}

/** Changes objects of a kind as the administrator. */
async function manage(kind, changes) {
  const said = await call(`x:${kind}/set`, changes);
  const refused = [said.notUpdated, said.notCreated].flatMap((refusals) => Object.values(refusals ?? {}));
  assert.deepEqual(refused, [], JSON.stringify(said));
}

async function call(method, args) {
  const using = ['urn:ietf:params:jmap:core', 'urn:stalwart:jmap'];
  const answer = await fetch(`${origin}/jmap`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${admin}:${adminPassword}`)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ using, methodCalls: [[method, args, 'c']] }),
  });
  const { methodResponses } = await answer.json();
  assert.equal(methodResponses?.[0][0], method, JSON.stringify(methodResponses));
  return methodResponses[0][1];
}

/** What an authenticator app shows for this seed in base 32 right now. RFC 6238. */
function totp(seed) {
  const bits = [...seed].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}
