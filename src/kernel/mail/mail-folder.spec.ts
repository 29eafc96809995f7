import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MailFolder } from './mail-folder.js';

const now = new Date('2026-11-28T15:04:05.123Z');
const daysBefore = (days: number, of = now) => new Date(of.getTime() - days * 86_400_000);
const nameAt = (at: Date, suffix = '00000000') => `${at.toISOString().replaceAll(':', '-')}-${suffix}.eml`;
const mail = Buffer.from('Subject: One\r\n\r\nText');

let parent: string;
let directory: string;
let folder: MailFolder;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'gatehouse-mail-'));
  directory = join(parent, 'mail');
  folder = new MailFolder(directory);
});
afterEach(() => rmSync(parent, { recursive: true }));

const files = () => readdirSync(directory).sort();
const put = (name: string) => writeFileSync(join(directory, name), '');

it('keeps a mail as a file that only its owner may read', async () => {
  await folder.add(mail, now);
  const [name] = files();
  expect(name).toMatch(/^2026-11-28T15-04-05\.123Z-[0-9a-f]{8}\.eml$/);
  expect(readFileSync(join(directory, name!))).toEqual(mail);
  expect(statSync(join(directory, name!)).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

it('removes what is older than 30 days, leftovers too, and nothing else', async () => {
  await folder.add(mail, daysBefore(31));
  expect(files()).toHaveLength(1);
  const kept = [nameAt(daysBefore(29)), `.${nameAt(daysBefore(1))}`, 'notes.txt', 'old.eml'];
  for (const name of [...kept, `.${nameAt(daysBefore(40))}`]) put(name);
  await folder.add(mail, now);
  expect(files()).toHaveLength(kept.length + 1);
  expect(files()).toEqual(expect.arrayContaining(kept));
});

it('keeps the newest thousand', async () => {
  await folder.add(mail, now);
  const older = Array.from({ length: 1005 }, (_, minutes) => nameAt(daysBefore((minutes + 1) / 1440)));
  older.forEach(put);
  await folder.add(mail, now);
  const left = files();
  expect(left).toHaveLength(1000);
  expect(left).toEqual(expect.arrayContaining(older.slice(0, 998)));
  expect(left).not.toContain(older[998]);
});
