// Runs in a page of a foreign site: makes the browser send requests in all the ways that pages have.

/** Milliseconds. An answer that must not be framed, or has no page, leaves the frame as it is and raises no event. */
const LONGEST_WAIT = 1_000;
const AT_ONCE = 16;

const senders = {
  image: ({ url }) =>
    new Promise((resolve) => {
      const image = new Image();
      image.onload = image.onerror = resolve;
      image.src = url;
    }),

  form: ({ method, url, enctype = '', fields = [] }) =>
    new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.name = `frame-${Math.random()}`;
      document.body.append(frame);
      const form = Object.assign(document.createElement('form'), { action: url, target: frame.name });
      form.setAttribute('method', method);
      form.setAttribute('enctype', enctype);
      for (const [name, value] of fields) {
        form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
      }
      document.body.append(form);
      const done = () => {
        frame.remove();
        form.remove();
        resolve();
      };
      // Fields may be called "submit".
      HTMLFormElement.prototype.submit.call(form);
      frame.addEventListener('load', done);
      setTimeout(done, LONGEST_WAIT);
    }),

  fetch: ({ method, url, mode, body }) =>
    fetch(url, { method, mode, credentials: 'include', ...(body === undefined ? {} : { body }) }).catch(
      () => undefined,
    ),
};

/** @returns how many came to an end */
globalThis.sendForged = async (requests) => {
  let next = 0;
  let sent = 0;
  const work = async () => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      await senders[request.how](request);
      sent += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return sent;
};
