/**
 * Keeps one copy of each compiled part (action pattern, resource pattern, condition), so that principals with equal
 * policies share memory. To release parts, replace the pool with a new one.
 */
export class MatcherPool {
  private readonly parts = new Map<string, unknown>();

  get size(): number {
    return this.parts.size;
  }

  /** @param key the kind of part and its complete text: equal keys must produce equal parts */
  share<Part>(key: string, make: () => Part): Part {
    if (this.parts.has(key)) return this.parts.get(key) as Part;
    const part = make();
    this.parts.set(key, part);
    return part;
  }
}
