import { Prisma } from './generated/client.js';

/** True when `error` is a breach of the named unique constraint or index. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return (error.code === 'P2002' || error.code === 'P2010') && JSON.stringify(error.meta ?? {}).includes(constraint);
}
