// The one part of the page that needs JavaScript: browsers talk to security keys and passkeys through it alone.
const { startAuthentication, startRegistration } = globalThis.SimpleWebAuthnBrowser;
for (const form of document.querySelectorAll('form[data-options], form[data-creation-options]')) {
  const { options, creationOptions } = form.dataset;
  const status = form.querySelector('[role="status"]');
  form.hidden = false;
  form.querySelector('button').addEventListener('click', async () => {
    status.textContent = 'Waiting for your security key or passkey …';
    try {
      const optionsJSON = JSON.parse(options ?? creationOptions);
      const answer = await (options ? startAuthentication : startRegistration)({ optionsJSON });
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch (error) {
      status.textContent = `The security key or passkey did not respond (${error.name}). Try again.`;
    }
  });
}
