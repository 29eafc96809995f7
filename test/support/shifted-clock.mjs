/**
 * Preloaded into a server's process (`node --import`): its clock is ahead by as many milliseconds as the file
 * `CLOCK_FILE` says, so that a test need not wait for what takes minutes.
 */
import { readFileSync } from 'node:fs';

const RealDate = Date;

function now() {
  return RealDate.now() + Number(readFileSync(process.env.CLOCK_FILE, 'utf8'));
}

globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }

  static now() {
    return now();
  }
};
