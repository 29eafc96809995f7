import { parseDate } from './dates.js';

describe('parseDate', () => {
  it.each([
    '1970-01-01',
    '2000-02-29',
    '2024-02-29T12:34Z',
    '2024-12-31T23:59:59Z',
    '1900-03-01T00:00:00Z',
    '0001-01-01',
    '9999-12-31T23:59:59.999Z',
    '2024-06-01T12:00:00.5+02:00',
    '2024-06-01T12:00:00-11:30',
  ])('reads %s as Date does', (text) => {
    expect(parseDate(text)).toBe(Date.parse(text));
  });

  it('reads a year, a month, seconds since 1970, and a time without a zone as UTC', () => {
    expect(parseDate('2024')).toBe(Date.UTC(2024, 0));
    expect(parseDate('2024-05')).toBe(Date.UTC(2024, 4));
    expect(parseDate('1704067200')).toBe(1_704_067_200_000);
    expect(parseDate('2024-01-01T10:00:00')).toBe(Date.UTC(2024, 0, 1, 10));
    expect(parseDate('2024-01-01t10:00:00z')).toBe(Date.UTC(2024, 0, 1, 10));
    expect(parseDate('2024-01-01T10:00:00+0100')).toBe(Date.UTC(2024, 0, 1, 9));
  });

  it('reads what AWS accepts besides', () => {
    expect(parseDate('2024-1-1')).toBe(Date.UTC(2024, 0, 1));
    expect(parseDate('01T')).toBe(Date.parse('0001-01-01'));
    expect(parseDate('2016-12-13t2:00:00.593+23')).toBe(Date.UTC(2016, 11, 12, 3, 0, 0, 593));
    expect(parseDate('2024-01-01T7Z')).toBe(Date.UTC(2024, 0, 1, 7));
    expect(parseDate('-5')).toBe(Date.parse('-000005-01-01T00:00:00Z'));
    expect(parseDate('-292275054')).toBeLessThan(-9e18);
    expect(parseDate('9223372036854775807')).toBeGreaterThan(9e21);
  });

  it.each([
    '',
    'now',
    '-292275055',
    '9223372036854775808',
    '2016-12-13t2:00:00.593194+1',
    '2016-12-13t2:00:00.1999999999+10:59',
    '234-13',
    '2023-02-29',
    '2024-00-01',
    '2024-04-31',
    '2024-01-01T24:00:00Z',
    '2024-01-01T10:60Z',
    '2024-01-01T10:00:60Z',
    '2024-01-01T10:00+24:00',
    ' 2024-01-01',
    '1.5',
  ])('refuses %j', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });
});
