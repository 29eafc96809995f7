/** This many are processed at once. */
const LONGEST = 1_000;

/**
 * Collects small pieces of work until there are many or the result is requested: processing them together costs a
 * fraction, and no request waits for more than its share.
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
