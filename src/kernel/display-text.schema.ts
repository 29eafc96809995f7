import { z } from 'zod';

/** Unicode's bidirectional controls (UAX #9): they display text in a different order than it is stored. */
const DIRECTION = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';

const shortText = new RegExp(`^(?=.*\\S)[^\\p{Cc}${DIRECTION}]+$`, 'u');
const longText = new RegExp(`^(?:[\\t\\n\\r]|[^\\p{Cc}${DIRECTION}])*$`, 'u');

/** One line of text for people, such as a name or a reason: not blank, and displayed as it is stored. */
export const displayText = (maximum: number) =>
  z.string().min(1).max(maximum).regex(shortText, {
    message:
      'Member must not be blank, and must not contain control characters or characters that change the text direction',
  });

/** Like `displayText`, with several lines, or empty. */
export const displayTextOfLines = (maximum: number) =>
  z.string().max(maximum).regex(longText, {
    message: 'Member must not contain control characters or characters that change the text direction',
  });
