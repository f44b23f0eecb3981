import type { FastifyInstance } from 'fastify';
import { TooManyRequests } from './request.faults.js';

/** Requests a minute from one address to the doors that stand open to everybody. Far above what honest use needs. */
const A_MINUTE: readonly (readonly [prefix: string, most: number])[] = [
  ['/r/', 600],
  ['/auth/', 600],
  ['/api/triggers', 30_000],
  ['/api/receipts/', 30_000],
];
const MOST_ADDRESSES = 50_000;

/** Slows down whoever tries links, log-ins or signatures in bulk. Counts live in memory, for this process alone. */
export function throttle(fastify: FastifyInstance, now: () => number = Date.now): void {
  let minute = 0;
  const counts = new Map<string, number>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const door = A_MINUTE.find(([prefix]) => request.url.startsWith(prefix));
    if (!door) return done();
    const current = Math.floor(now() / 60_000);
    if (current !== minute || counts.size > MOST_ADDRESSES) {
      minute = current;
      counts.clear();
    }
    const [prefix, most] = door;
    const key = `${prefix} ${request.ip}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    done(count > most ? new TooManyRequests() : undefined);
  });
}
