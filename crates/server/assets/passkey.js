// Hands the question of a form with `data-passkey` to the browser, puts the device's answer into its field `credential`, and posts it.
// `data-passkey` is `get` (sign in) or `create` (a new passkey); `data-options` is the question as JSON. Such forms are hidden until here, and
// what says why (`data-passkey-none`) is shown.
"use strict";
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const question = (form) => {
    const options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    if (options.excludeCredentials) options.excludeCredentials = known(options.excludeCredentials);
    if (options.allowCredentials) options.allowCredentials = known(options.allowCredentials);
    return options;
  };

  const answer = (key) => {
    const response = { clientDataJSON: text(key.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (key.response[name]) response[name] = text(key.response[name]);
    }
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response, extensions: {} });
  };

  let waiting;
  const ask = async (form, mediation) => {
    waiting?.abort();
    waiting = new AbortController();
    const request = { publicKey: question(form), signal: waiting.signal };
    if (mediation) request.mediation = mediation;
    const create = form.dataset.passkey === "create";
    const key = await (create ? navigator.credentials.create(request) : navigator.credentials.get(request));
    form.elements.credential.value = answer(key);
    form.submit();
  };

  for (const none of document.querySelectorAll("[data-passkey-none]")) none.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const failed = form.querySelector("[data-passkey-failed]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (failed) failed.hidden = true;
      ask(form).catch(() => {
        if (failed) failed.hidden = false;
      });
    });
    if (form.dataset.passkey !== "get") continue;
    // Where the browser offers passkeys among the names, one of them is as good as the button.
    PublicKeyCredential.isConditionalMediationAvailable?.()
      .then((available) => available && ask(form, "conditional"))
      .catch(() => {});
  }
})();
