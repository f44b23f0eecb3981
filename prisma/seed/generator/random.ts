/** A small deterministic source of chance (sfc32): the same seed gives the same people on every machine. */
export class Chance {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: string) {
    let hash = 2_166_136_261;
    const mixed = [0, 1, 2].map((round) => {
      for (const letter of `${round}/${seed}`) hash = Math.imul(hash ^ letter.codePointAt(0)!, 16_777_619);
      return hash >>> 0;
    });
    [this.a, this.b, this.c] = mixed as [number, number, number];
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** In [0, 1). */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  yes(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `least` to `greatest`, both included. */
  whole(least: number, greatest: number): number {
    return least + Math.floor(this.next() * (greatest - least + 1));
  }

  one<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.next() * items.length)]!;
  }

  /** About normal: the sum of four draws. */
  about(mean: number, deviation: number): number {
    return mean + (this.next() + this.next() + this.next() + this.next() - 2) * Math.sqrt(3) * deviation;
  }

  /** One of the keys, each as likely as its weight. */
  weighted<Key extends string>(weights: Readonly<Partial<Record<Key, number>>>): Key {
    const entries = Object.entries(weights) as [Key, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries.at(-1)![0];
  }
}
