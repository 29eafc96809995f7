/** Eight groups of sixteen bits. An IPv4 address is the IPv6 address that maps it (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2). */
export type IpAddress = readonly number[];

export interface IpRange {
  readonly address: IpAddress;
  /** 0 to 128. */
  readonly prefixLength: number;
}

const GROUPS = 8;
const GROUP_BITS = 16;
const IPV4_OFFSET_BITS = 96;
const DECIMAL_BYTE = /^(?:0|[1-9][0-9]{0,2})$/;
const HEX_GROUP = /^[0-9a-fA-F]{1,4}$/;
const PREFIX_LENGTH = /^(?:0|[1-9][0-9]{0,2})$/;

/** @returns undefined for anything but one IPv4 (RFC 6943 §3.1.1 strict form) or IPv6 (RFC 4291 §2.2) address */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (!text.includes(':')) {
    const groups = parseIpv4(text);
    return groups && [0, 0, 0, 0, 0, 0xffff, ...groups];
  }
  return parseIpv6(text);
}

/** An address, or an address and a prefix length (RFC 4632 §3.1, RFC 4291 §2.3). Bits beyond the prefix are ignored. */
export function parseIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const addressText = slash === -1 ? text : text.slice(0, slash);
  const address = parseIpAddress(addressText);
  if (address === undefined) return undefined;
  const isIpv4 = !addressText.includes(':');
  const bits = isIpv4 ? GROUPS * GROUP_BITS - IPV4_OFFSET_BITS : GROUPS * GROUP_BITS;
  const lengthText = slash === -1 ? String(bits) : text.slice(slash + 1);
  if (!PREFIX_LENGTH.test(lengthText) || Number(lengthText) > bits) return undefined;
  return { address, prefixLength: Number(lengthText) + (isIpv4 ? IPV4_OFFSET_BITS : 0) };
}

export function rangeContains(range: IpRange, address: IpAddress): boolean {
  let bits = range.prefixLength;
  for (let group = 0; group < GROUPS && bits > 0; group++, bits -= GROUP_BITS) {
    const mask = bits >= GROUP_BITS ? 0xffff : (0xffff << (GROUP_BITS - bits)) & 0xffff;
    if (((range.address[group] ?? 0) & mask) !== ((address[group] ?? 0) & mask)) return false;
  }
  return true;
}

/** @returns two groups */
function parseIpv4(text: string): [number, number] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => DECIMAL_BYTE.test(part) && Number(part) <= 255)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  return [a * 256 + b, c * 256 + d];
}

function parseIpv6(text: string): IpAddress | undefined {
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

/** Colon-separated groups, the last of which may be an IPv4 address. Empty text has no groups. */
function parseGroups(text: string): number[] | undefined {
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
    groups.push(...ipv4);
  }
  return groups;
}
