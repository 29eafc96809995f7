/** An element as returned by the XML parser: attributes under `@name`, text under `#text` if there are attributes. */
export type XmlNode = Readonly<Record<string, unknown>>;

/** The first child element of that name, if it has attributes or children. */
export function child(node: XmlNode, name: string): XmlNode | undefined {
  return children(node, name)[0];
}

export function children(node: XmlNode, name: string): readonly XmlNode[] {
  const value = node[name];
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item): item is XmlNode => typeof item === 'object' && item !== null);
}

/** The text of an element or attribute; empty if there is none. */
export function text(value: unknown): string {
  if (typeof value === 'object' && value !== null) return text((value as XmlNode)['#text']);
  return typeof value === 'string' ? value.trim() : '';
}
