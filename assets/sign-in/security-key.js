// The one part of the page that needs JavaScript: browsers talk to security keys through it alone.
const form = document.getElementById('security-key');
const status = document.getElementById('security-key-status');

form?.querySelector('button').addEventListener('click', async () => {
  status.textContent = 'Waiting for your security key …';
  try {
    const optionsJSON = JSON.parse(form.dataset.options);
    const answer = await globalThis.SimpleWebAuthnBrowser.startAuthentication({ optionsJSON });
    form.elements.credential.value = JSON.stringify(answer);
    form.submit();
  } catch (error) {
    status.textContent = `The security key did not answer (${error.name}). Try again.`;
  }
});
