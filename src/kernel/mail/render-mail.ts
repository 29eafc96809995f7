import { html, type Html } from '../html.js';
import type { Mail, MailContent } from './mail.js';

const FOOTER = 'You receive this mail because your address belongs to a root user. Do not reply to it.';

/**
 * Renders the message in two equivalent parts. The HTML part loads nothing, runs nothing and has only inline styles, so
 * that mail programs display it without asking.
 */
export function renderMail(to: string, content: MailContent): Mail {
  return { to, subject: oneLine(content.subject), text: textOf(content), html: htmlOf(content) };
}

function textOf({ paragraphs, facts = [], link, advice }: MailContent): string {
  const parts = [
    ...paragraphs,
    facts.map(([label, value]) => `${label}: ${oneLine(value)}`).join('\n'),
    link?.url,
    advice,
    `-- \n${FOOTER}`,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function htmlOf({ subject, paragraphs, facts = [], link, advice }: MailContent): string {
  const paragraph = (text: string): Html => html`<p style="margin:0 0 16px">${text}</p>`;
  const rows = facts.map(
    ([label, value]) =>
      html`<tr>
        <td style="padding:2px 16px 2px 0;color:#555">${label}</td>
        <td style="padding:2px 0">${oneLine(value)}</td>
      </tr>`,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${oneLine(subject)}</title>
      </head>
      <body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#111">
        ${paragraphs.map(paragraph)}
        ${
          rows.length > 0
            ? html`<table style="margin:0 0 16px;border-spacing:0">
                ${rows}
              </table>`
            : undefined
        }
        ${link && html`<p style="margin:0 0 16px"><a href="${link.url}">${link.label}</a></p>`} ${paragraph(advice)}
        <p style="margin:32px 0 0;font-size:13px;color:#555">${FOOTER}</p>
      </body>
    </html> `.text;
}

/** A line break in a header would start another header, and in a fact would forge one (CWE-93). */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** A name that a customer chose, without characters from which mail programs create links. */
export function plainName(name: string): string {
  return oneLine(name.replace(/[^\p{L}\p{M}\p{N}_&',()-]+/gu, ' ')).slice(0, 64);
}
