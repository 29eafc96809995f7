/**
 * An IPv4 address as a 32-bit number, or an IPv6 address as eight groups of sixteen bits. An IPv4-mapped IPv6 address
 * (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is the IPv4 address: it must not evade a Deny for that.
 */
export type IpAddress = number | readonly number[];

export interface IpRange {
  readonly address: IpAddress;
  /** 0 to 32 for IPv4, 0 to 128 for IPv6. */
  readonly prefixLength: number;
}

const GROUPS = 8;
const GROUP_BITS = 16;
const IPV4_BITS = 32;
const IPV6_BITS = 128;
const MAPPED_PREFIX_BITS = IPV6_BITS - IPV4_BITS;
const HEX_GROUP = /^[0-9a-fA-F]{1,4}$/;
const PREFIX_LENGTH = /^(?:0|[1-9][0-9]{0,2})$/;
const DOT = 46;
const ZERO = 48;

/** @returns undefined unless the text is one IPv4 (four decimal bytes) or IPv6 (RFC 4291 §2.2) address */
export function parseIpAddress(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** An address, or an address and a prefix length (RFC 4632 §3.1, RFC 4291 §2.3). Bits after the prefix are ignored. */
export function parseIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const addressText = slash === -1 ? text : text.slice(0, slash);
  const address = parseIpAddress(addressText);
  if (address === undefined) return undefined;
  const isWrittenAsIpv6 = addressText.includes(':');
  const bits = isWrittenAsIpv6 ? IPV6_BITS : IPV4_BITS;
  const lengthText = slash === -1 ? String(bits) : text.slice(slash + 1);
  const length = Number(lengthText);
  if (!PREFIX_LENGTH.test(lengthText) || length > bits) return undefined;
  if (typeof address !== 'number' || !isWrittenAsIpv6) return { address, prefixLength: length };
  // A range of mapped addresses is an IPv4 range; a larger one would mix the families.
  return length < MAPPED_PREFIX_BITS ? undefined : { address, prefixLength: length - MAPPED_PREFIX_BITS };
}

/** An IPv4 range contains no IPv6 addresses, and vice versa. */
export function rangeContains({ address: network, prefixLength }: IpRange, address: IpAddress): boolean {
  if (typeof network === 'number' || typeof address === 'number') {
    if (typeof network !== 'number' || typeof address !== 'number') return false;
    // A shift by 32 is a shift by 0 in JavaScript.
    return prefixLength === 0 || (network ^ address) >>> (IPV4_BITS - prefixLength) === 0;
  }
  let bits = prefixLength;
  for (let group = 0; group < GROUPS && bits > 0; group++, bits -= GROUP_BITS) {
    const mask = bits >= GROUP_BITS ? 0xffff : (0xffff << (GROUP_BITS - bits)) & 0xffff;
    if ((((network[group] ?? 0) ^ (address[group] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

/**
 * Four decimal bytes without leading zeros (RFC 6943 §3.1.1, strict). Reads character by character, because it runs
 * often.
 */
function parseIpv4(text: string): number | undefined {
  let address = 0;
  let byte = -1;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (byte === -1 || ++dots > 3) return undefined;
      address = address * 256 + byte;
      byte = -1;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || byte === 0) return undefined;
    byte = byte === -1 ? digit : byte * 10 + digit;
    if (byte > 255) return undefined;
  }
  return dots === 3 && byte !== -1 ? address * 256 + byte : undefined;
}

function parseIpv6(text: string): IpAddress | undefined {
  const groups = expandGroups(text);
  if (groups === undefined) return undefined;
  const isMapped = groups.every((group, index) => index > 5 || group === (index === 5 ? 0xffff : 0));
  return isMapped ? (groups[6] ?? 0) * 0x10000 + (groups[7] ?? 0) : groups;
}

/** @returns eight groups */
function expandGroups(text: string): readonly number[] | undefined {
  const gap = text.indexOf('::');
  if (gap === -1) {
    const groups = parseGroups(text);
    return groups?.length === GROUPS ? groups : undefined;
  }
  const head = parseGroups(text.slice(0, gap));
  const tail = parseGroups(text.slice(gap + 2));
  if (head === undefined || tail === undefined || head.length + tail.length >= GROUPS) return undefined;
  return [...head, ...new Array<number>(GROUPS - head.length - tail.length).fill(0), ...tail];
}

/** Colon-separated groups, of which the last may be an IPv4 address. Empty text has no groups. */
function parseGroups(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (HEX_GROUP.test(part)) {
      groups.push(parseInt(part, 16));
      continue;
    }
    const ipv4 = index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (ipv4 === undefined) return undefined;
    groups.push(Math.floor(ipv4 / 0x10000), ipv4 % 0x10000);
  }
  return groups;
}
