// Asks how good the password in a form with `data-strength` is while it is typed, and shows the answer in its <meter> and its list. The
// attribute is the address to ask; the form's own `csrf` is not for it, so it has `data-strength-csrf`.
"use strict";
(() => {
  const wait = 250;

  for (const form of document.querySelectorAll("form[data-strength]")) {
    const field = form.elements.new_password;
    const shown = form.querySelector("[data-strength-shown]");
    const [meter, words] = [shown.querySelector("meter"), shown.querySelector("ul")];
    let timer;
    let asked = 0;

    const show = (answer) => {
      shown.hidden = false;
      // Also the worst shows something.
      meter.value = answer.score + 1;
      meter.textContent = answer.label;
      words.replaceChildren(
        ...[answer.label, ...answer.sentences].map((sentence) => {
          const line = document.createElement("li");
          line.textContent = sentence;
          return line;
        }),
      );
    };

    const ask = async () => {
      const turn = ++asked;
      if (!field.value) {
        shown.hidden = true;
        return;
      }
      const body = new URLSearchParams({ csrf: form.dataset.strengthCsrf, new_password: field.value });
      const response = await fetch(form.dataset.strength, { method: "POST", body });
      if (!response.ok || response.redirected) return;
      const answer = await response.json();
      if (turn === asked) show(answer);
    };

    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => ask().catch(() => {}), wait);
    });
  }
})();
