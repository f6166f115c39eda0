// The application in the page: one function per thing a person would click. What it asks the server crosses origins.
const { UserManager, WebStorageStateStore } = window.oidc;

let manager;

window.application = {
  /** Registers this page by dynamic registration, as a page does that knows only the issuer. */
  async register(issuer, metadata) {
    const discovered = await fetch(`${issuer}/.well-known/openid-configuration`).then((response) => response.json());
    const response = await fetch(discovered.registration_endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(metadata),
    });
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    return response.json();
  },

  open(settings) {
    manager = new UserManager({ ...settings, userStore: new WebStorageStateStore({ store: window.sessionStorage }) });
  },

  signIn: () => manager.signinRedirect({ prompt: 'consent' }),
  signedIn: async () => plain(await manager.signinCallback(location.href)),
  renew: async () => plain(await manager.signinSilent()),
  revoke: () => manager.revokeTokens(['refresh_token']),
  signOut: () => manager.signoutRedirect(),
  signedOut: () => manager.signoutCallback(location.href),
  user: async () => plain(await manager.getUser()),
};

function plain(user) {
  return user && { profile: user.profile, scopes: user.scopes, access_token: user.access_token, refresh_token: user.refresh_token };
}
