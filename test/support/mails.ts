import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

/** A mail as received by its reader. */
export interface ReceivedMail {
  /** From the envelope; for a file, from the header. */
  readonly to: readonly string[];
  readonly sender: string;
  readonly headers: string;
  readonly subject: string;
  /** Decoded parts. */
  readonly text: string;
  readonly html: string;
}

/** A real mail server on a free port, which requires a user and a password and stores what it receives. */
export interface MailServer {
  /** For `GATEHOUSE_SMTP_URL`. */
  readonly url: string;
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  stop(): Promise<void>;
}

/** @param port default: a free one */
export async function startMailServer(port = 0): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    // A certificate would have to be trusted; that is nodemailer's responsibility.
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) => {
      if (username === 'gatehouse' && password === 'mail password') done(null, { user: username });
      else done(new Error('Wrong password'));
    },
    onData: (stream, { envelope }, done) => {
      void text(stream).then((content) => {
        const sender = envelope.mailFrom ? envelope.mailFrom.address : '';
        mails.push({ ...parse(content), sender, to: envelope.rcptTo.map(({ address }) => address) });
        done();
      });
    },
  });
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const { port: taken } = server.server.address() as AddressInfo;
  return {
    url: `smtp://gatehouse:mail%20password@127.0.0.1:${taken}`,
    port: taken,
    mails,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** The mails to an address that a server without a mail server has written, oldest first. */
export function mailFiles({ dataDirectory }: { dataDirectory: string }, address?: string): ReceivedMail[] {
  const folder = join(dataDirectory, 'mail');
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.eml') && !name.startsWith('.'));
    names.sort();
  } catch {
    return [];
  }
  const mails = names.map((name) => parse(readFileSync(join(folder, name), 'utf8')));
  return mails.filter(({ to }) => address === undefined || to.includes(address));
}

/** Waits until one has arrived. */
export async function mailWith(
  mails: () => readonly ReceivedMail[],
  subject: RegExp,
  seconds = 30,
): Promise<ReceivedMail> {
  for (let tries = 0; tries < seconds * 20; tries += 1) {
    const found = mails().findLast((mail) => subject.test(mail.subject));
    if (found) return found;
    await pause(50);
  }
  const subjects = mails().map((mail) => mail.subject);
  throw new Error(`No mail ${subject.source} among ${JSON.stringify(subjects)}`);
}

/** The only link of a mail. */
export function linkIn({ text: content }: ReceivedMail): string {
  return /https?:\S+/.exec(content)![0];
}

/** The token of the only link of a mail. */
export function tokenIn(mail: ReceivedMail): string {
  return new URL(linkIn(mail)).searchParams.get('token')!;
}

function parse(content: string): ReceivedMail {
  const [headers = '', ...rest] = content.replaceAll('\r\n', '\n').split('\n\n');
  const header = (name: string, of = headers) =>
    (new RegExp(`^${name}: (.*(?:\n[ \t].*)*)`, 'im').exec(of)?.[1] ?? '').replace(/\n[ \t]/g, ' ');
  const boundary = /boundary="([^"]+)"/.exec(header('content-type'))![1]!;
  const parts = rest.join('\n\n').split(`--${boundary}`);
  const part = (type: string) => {
    const found = parts.find((one) => header('content-type', one).startsWith(type))!;
    return quotedPrintable(found.slice(found.indexOf('\n\n') + 2));
  };
  const to = header('to')
    .split(',')
    .map((one) => one.trim());
  return { to, sender: '', headers, subject: header('subject'), text: part('text/plain'), html: part('text/html') };
}

/** RFC 2045 §6.7 */
function quotedPrintable(encoded: string): string {
  const bytes = encoded
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
