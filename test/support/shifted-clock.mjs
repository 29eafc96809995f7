/**
 * Preloaded into a server's process (`node --import`): its clock is ahead by the milliseconds in the file `CLOCK_FILE`,
 * or stands still at the time that the file gives after `=`, so that a test need not wait for minutes.
 */
import { readFileSync } from 'node:fs';

const RealDate = Date;
const realElapsed = performance.now.bind(performance);
const content = () => readFileSync(process.env.CLOCK_FILE, 'utf8');

function now() {
  const text = content();
  return text.startsWith('=') ? Number(text.slice(1)) : RealDate.now() + Number(text);
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

// Data in memory ages by this.
performance.now = () => realElapsed() + (now() - RealDate.now());
