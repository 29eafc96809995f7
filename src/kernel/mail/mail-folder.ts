import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const KEPT_FILES = 1_000;
const KEPT_MILLISECONDS = 30 * 86_400_000;

/** The folder for mails if there is no mail server. The newest are kept, for at most a month. */
export class MailFolder {
  constructor(private readonly directory: string) {}

  /** @throws Error of the file system */
  async add(mail: Uint8Array, now: Date): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    // First, because a mail that was written must not count as failed.
    await this.makeRoom(now);
    const name = `${stamp(now)}-${randomUUID().slice(0, 8)}.eml`;
    // Readers of the folder see only complete mails.
    const unfinished = join(this.directory, `.${name}`);
    await writeFile(unfinished, mail, { mode: 0o600 });
    await rename(unfinished, join(this.directory, name));
  }

  private async makeRoom(now: Date): Promise<void> {
    const oldest = stamp(new Date(now.getTime() - KEPT_MILLISECONDS));
    const files = (await readdir(this.directory)).filter((file) => FILE.test(file));
    // By time; a leftover of a process that ended during `add` begins with a dot.
    files.sort((left, right) => (timeOf(left) < timeOf(right) ? 1 : -1));
    const old = files.filter((file, position) => position >= KEPT_FILES - 1 || timeOf(file) < oldest);
    // Other processes remove them too.
    for (const file of old) await rm(join(this.directory, file), { force: true });
  }
}

/** Other files in the folder are never touched. */
const FILE = /^\.?\d{4}-\d\d-\d\dT[\d-]+\.\d{3}Z-[0-9a-f]{8}\.eml$/;

/** `2026-11-28T15-04-05.123Z`: names sort by time. */
function stamp(at: Date): string {
  return at.toISOString().replaceAll(':', '-');
}

function timeOf(file: string): string {
  return file.startsWith('.') ? file.slice(1) : file;
}
