/**
 * Keeps one copy of each prepared part (action pattern, resource pattern, condition), so that principals with equal
 * policies share memory. Lives as long as its owner keeps it: drop the pool and start a new one to let go of parts.
 */
export class MatcherPool {
  private readonly parts = new Map<string, unknown>();

  get size(): number {
    return this.parts.size;
  }

  /** @param key the kind of part and its whole text: equal keys must make equal parts */
  share<Part>(key: string, make: () => Part): Part {
    if (this.parts.has(key)) return this.parts.get(key) as Part;
    const part = make();
    this.parts.set(key, part);
    return part;
  }
}
