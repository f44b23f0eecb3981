/** Chance that comes out the same each time: the 32-bit counter of Mulberry, mixed. For demo data, never for secrets. */
export class Dice {
  constructor(private state: number) {}

  /** A number from 0 up to, not including, 1. */
  roll(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(share: number): boolean {
    return this.roll() < share;
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.roll() * end);
  }

  /** A whole number from `first` to `last`, both possible. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('Nothing to pick from.');
    return item;
  }
}
