const EPOCH_SECONDS = /^[0-9]{1,19}$/;
/** The largest number of seconds that AWS accepts. */
const MAX_EPOCH_SECONDS = 9_223_372_036_854_775_807n;

/**
 * W3C's ISO 8601 profile, and other forms that AWS accepts: years before 0 and after 9999, one digit instead of two, a
 * `T` without a time, a time with only hours, a zone with only hours.
 */
const ISO =
  /^(-?[0-9]{1,9})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?(?:[Tt](?:([0-9]{1,2})(?::([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]{1,9}))?)?)?)?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$/;
const YEARS = { first: -292_275_054, last: 292_278_993 } as const;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const DAY_MS = 86_400_000;

/**
 * A date in a policy or a request. Four digits are a year, as in ISO 8601, and so are digits after a minus sign; other
 * digits are seconds since 1970. A time without a zone is UTC.
 *
 * Source: AWS IAM User Guide, "Date condition operators": "The value must be in one of the W3C implementations of the
 * ISO 8601 date formats or in epoch (UNIX) time"; https://www.w3.org/TR/NOTE-datetime.
 *
 * @returns milliseconds since 1970, with a fraction if the text has one; undefined if the text is not a date
 */
export function parseDate(text: string): number | undefined {
  if (text.length !== 4 && EPOCH_SECONDS.test(text)) {
    return text.length < 19 || BigInt(text) <= MAX_EPOCH_SECONDS ? Number(text) * 1000 : undefined;
  }
  const parts = ISO.exec(text);
  if (parts === null) return undefined;
  const [
    ,
    yearText,
    monthText = '1',
    dayText = '1',
    hourText = '0',
    minuteText = '0',
    secondText = '0',
    fraction,
    zone,
  ] = parts;
  const year = Number(yearText);
  const month = Number(monthText);
  const day = Number(dayText);
  const hour = Number(hourText);
  const minute = Number(minuteText);
  const second = Number(secondText);
  const offset = zoneMinutes(zone);
  if (year < YEARS.first || year > YEARS.last) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined;
  const milliseconds = fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000;
  return daysSince1970(year, month, day) * DAY_MS + ((hour * 60 + minute - offset) * 60 + second) * 1000 + milliseconds;
}

function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = zone.length > 3 ? Number(zone.slice(-2)) : 0;
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

/** Proleptic Gregorian calendar. */
function daysSince1970(year: number, month: number, day: number): number {
  const before = year - 1;
  let days = before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_162;
  for (let earlier = 1; earlier < month; earlier++) days += daysInMonth(year, earlier);
  return days + day - 1;
}
