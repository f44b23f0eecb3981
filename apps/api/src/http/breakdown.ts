/** Prisma's codes for a database that cannot be reached, has gone, or has no connection free. */
const PRISMA = new Set(['P1000', 'P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037']);
/** The system's and Postgres's own: refused, cut, starting, stopping, full. */
const LINE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08001',
  '08003',
  '08006',
]);
const WORDS =
  /Connection terminated|Can't reach database server|server closed the connection|timeout exceeded when trying to connect|Client has encountered a connection error/;

/** True when `error` says that a part of the service does not answer, rather than that the program is wrong. */
export function isUnavailable(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, originalCode, message, cause, meta, driverAdapterError, kind } = error as Record<string, unknown>;
  if ([code, originalCode].some((named) => typeof named === 'string' && (PRISMA.has(named) || LINE.has(named)))) {
    return true;
  }
  if (kind === 'DatabaseNotReachable' || kind === 'ConnectionClosed' || kind === 'TooManyConnections') return true;
  if (typeof message === 'string' && WORDS.test(message)) return true;
  const within = error instanceof AggregateError ? error.errors : [];
  return [cause, meta, driverAdapterError, ...within].some((inner) => isUnavailable(inner, depth + 1));
}
