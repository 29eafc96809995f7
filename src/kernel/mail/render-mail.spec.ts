import { plainName, renderMail } from './render-mail.js';

const content = {
  subject: 'Something happened',
  paragraphs: ['First paragraph.', 'Second paragraph.'],
  facts: [['Account', '123456789012']] as const,
  link: { label: 'Confirm', url: 'https://iam.example.com/confirm?token=1&more=2' },
  advice: 'Do this.',
};

it('says the same in text and in HTML', () => {
  const { text, html } = renderMail('owner@example.com', content);
  for (const part of [...content.paragraphs, content.advice, '123456789012']) {
    expect(text).toContain(part);
    expect(html).toContain(part);
  }
  expect(text).toContain(`\n${content.link.url}\n`);
  expect(html).toContain('href="https://iam.example.com/confirm?token=1&amp;more=2"');
});

it('loads nothing from elsewhere', () => {
  expect(renderMail('owner@example.com', content).html).not.toMatch(/<(?:img|script|link|iframe|object)\b|url\(|src=/i);
});

/** Threat: a name contains markup, or a line break that starts a header or forges a fact. */
it('escapes values and keeps each on its line', () => {
  const facts = [['Device', '<img src=x>\r\nBcc: other@evil.test']] as const;
  const { subject, text, html } = renderMail('owner@example.com', {
    ...content,
    facts,
    subject: 'A\r\nBcc: b@evil.test',
  });
  expect(subject).toBe('A Bcc: b@evil.test');
  expect(text).toContain('Device: <img src=x> Bcc: other@evil.test\n');
  expect(html).toContain('&lt;img src=x&gt; Bcc: other@evil.test');
});

/** Threat: the name of an account contains advertising, or a link to another site. */
it('names lose what mail programs make links of', () => {
  expect(plainName('Win at https://evil.test/now!\nToday')).toBe('Win at https evil test now Today');
  expect(plainName("Müller & Söhne (Köln), O'Neil")).toBe("Müller & Söhne (Köln), O'Neil");
});
