import { z } from 'zod';

/** Unicode's controls of the writing direction (UAX #9): they make a text show in another order than it is stored. */
const DIRECTION = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';

const shortText = new RegExp(`^(?=.*\\S)[^\\p{Cc}${DIRECTION}]+$`, 'u');
const longText = new RegExp(`^(?:[\\t\\n\\r]|[^\\p{Cc}${DIRECTION}])*$`, 'u');

/** One line that people read, such as a name or a reason: not blank, and what it shows is what it is. */
export const displayText = (maximum: number) =>
  z.string().min(1).max(maximum).regex(shortText, {
    message:
      'Member must not be blank, and must not contain control characters or characters that change the text direction',
  });

/** As `displayText`, of several lines, or none. */
export const displayTextOfLines = (maximum: number) =>
  z.string().max(maximum).regex(longText, {
    message: 'Member must not contain control characters or characters that change the text direction',
  });
