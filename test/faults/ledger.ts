/** One command the API acknowledged, and what the client may count on since. */
export type Operation =
  | { readonly kind: 'trigger'; readonly webhookId: string; readonly triggerId: string; readonly episodeId: string }
  | { readonly kind: 'reply'; readonly tokenHash: string; readonly answer: string }
  | { readonly kind: 'claim'; readonly taskId: string; readonly accountId: string }
  | { readonly kind: 'completion'; readonly taskId: string; readonly accountId: string; readonly outcome: string }
  | { readonly kind: 'referral'; readonly referralId: string; readonly status: string }
  | { readonly kind: 'opt-out'; readonly personId: string };

export type Acknowledged = Operation & { readonly at: number };
type Kind = Operation['kind'];

/** What a client was told: an operation counts from the moment it was acknowledged. */
export class Ledger {
  private readonly told = new Map<string, Acknowledged>();
  /** Operations of which the API has said two different things. */
  readonly contradictions: string[] = [];

  /** A repeat of what was told before adds nothing. */
  acknowledge(operation: Operation, at: number = Date.now()): void {
    const key = keyOf(operation);
    const before = this.told.get(key);
    if (!before) this.told.set(key, { ...operation, at });
    else if (contentOf(before) !== contentOf(operation)) {
      this.contradictions.push(`${key}: ${contentOf(before)}, then ${contentOf(operation)}`);
    }
  }

  all(): Acknowledged[] {
    return [...this.told.values()];
  }

  of<Wanted extends Kind>(kind: Wanted): Extract<Acknowledged, { kind: Wanted }>[] {
    return this.all().filter((one): one is Extract<Acknowledged, { kind: Wanted }> => one.kind === kind);
  }
}

function keyOf(operation: Operation): string {
  switch (operation.kind) {
    case 'trigger':
      return `trigger ${operation.webhookId}`;
    case 'reply':
      return `reply ${operation.tokenHash}`;
    // A task given back may be claimed by another; here nobody gives one back.
    case 'claim':
      return `claim ${operation.taskId}`;
    case 'completion':
      return `completion ${operation.taskId}`;
    case 'referral':
      return `referral ${operation.referralId} ${operation.status}`;
    case 'opt-out':
      return `opt-out ${operation.personId}`;
  }
}

/** All that must be the same when an operation is acknowledged again. */
function contentOf(operation: Operation): string {
  const { kind, ...content } = operation;
  const told = Object.entries(content).filter(([name]) => name !== 'at');
  return `${kind} ${told.map(([name, value]) => `${name}=${String(value)}`).join(' ')}`;
}
