import { html } from './html.js';

/** Threat: a name or an alias contains a script. */
it('escapes every value, in text and in attributes', () => {
  const name = `<script>alert("x")</script>&'`;
  expect(html`<p title="${name}">${name}</p>`.text).toBe(
    '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;</p>',
  );
});

it('takes HTML as it is, and nothing for what is not there', () => {
  const items = [html`<li>${1}</li>`, html`<li>2</li>`];
  expect(html`<p>${items}${undefined}</p>`.text).toBe('<p><li>1</li><li>2</li></p>');
});
