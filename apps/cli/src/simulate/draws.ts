import { Dice } from '../dice.js';

/**
 * Chance by name: the same seed, person and name draw the same number, whatever else was drawn before and in whatever
 * order people are walked. Two runs with one seed meet the same people in the same mood.
 */
export class Draws {
  constructor(
    private readonly seed: number,
    private readonly personId: string,
  ) {}

  /** A number from 0 up to, not including, 1. */
  draw(name: string): number {
    return new Dice(hashOf(`${this.seed}/${this.personId}/${name}`)).roll();
  }

  chance(name: string, share: number): boolean {
    return this.draw(name) < share;
  }

  /** Half of all draws are within `half`; long ones get rarer and rarer. */
  length(name: string, half: number): number {
    return -Math.log2(1 - this.draw(name)) * half;
  }

  /** One of the names, each as likely as its weight; null when all weights are 0. */
  pick<Name extends string>(name: string, weights: Readonly<Record<Name, number>>): Name | null {
    const entries = Object.entries(weights) as [Name, number][];
    let left = this.draw(name) * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [choice, weight] of entries) {
      left -= weight;
      if (left < 0) return choice;
    }
    return null;
  }
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
