/*
 * Passkey buttons. A form with `data-passkey` is sent with the answer of the browser in its `data-passkey-answer`; its own
 * `data-options` say what the browser is asked for. What needs passkeys is hidden until this script has found that the
 * browser supports them, so that without the script, or in another browser, nothing is offered that does not work.
 */
(() => {
  const library = window.SimpleWebAuthnBrowser;
  if (!library.browserSupportsWebAuthn()) return;
  const show = (selector, visible, within = document) => {
    for (const element of within.querySelectorAll(selector)) element.hidden = !visible;
  };
  show('[data-needs-passkey]', true);
  show('[data-without-passkey]', false);

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const { passkey: kind, options } = form.dataset;
    const ask = (useBrowserAutofill) => {
      const optionsJSON = JSON.parse(options);
      return kind === 'create'
        ? library.startRegistration({ optionsJSON })
        : library.startAuthentication({ optionsJSON, useBrowserAutofill });
    };
    const send = (answer) => {
      form.querySelector('[data-passkey-answer]').value = JSON.stringify(answer);
      form.submit();
    };
    // The library ends this question when the button asks.
    const offerAutofill = async () => {
      if (!('autofill' in form.dataset) || !(await library.browserSupportsWebAuthnAutofill())) return;
      await ask(true).then(send, () => {});
    };
    let asks = false;
    window.addEventListener('pageshow', () => {
      asks = false;
    });
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      // The question of a second click would end that of the first.
      if (asks) return;
      asks = true;
      show('[data-passkey-stopped], [data-passkey-known]', false, form);
      try {
        send(await ask(false));
      } catch (error) {
        asks = false;
        const known = error.name === 'InvalidStateError' && kind === 'create';
        show(known ? '[data-passkey-known]' : '[data-passkey-stopped]', true, form);
        offerAutofill();
      }
    });
    offerAutofill();
  }
})();
