/** So many are worked off in one go. */
const LONGEST = 1_000;

/**
 * Puts off work on small things until there are many or somebody asks: done in one go it costs a fraction, and no request
 * waits for more than its share.
 */
export class Batch<Item> {
  private items: Item[] = [];

  constructor(private readonly work: (item: Item) => void) {}

  add(item: Item): void {
    this.items.push(item);
    if (this.items.length >= LONGEST) this.flush();
  }

  flush(): void {
    const { items } = this;
    this.items = [];
    items.forEach(this.work);
  }
}
