import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A line between two parts of the product, which can be cut, go silent or be slow. */
export class Line {
  private readonly server: Server;
  private readonly pairs = new Set<Pair>();
  private delay = 0;
  private broken = false;
  private silent = false;

  private constructor(private readonly target: number) {
    this.server = createServer((near) => this.join(near));
  }

  /** Leads from a port of its own to `target`, on this machine. */
  static async to(target: number): Promise<Line> {
    const line = new Line(target);
    line.server.listen(0, '127.0.0.1');
    await once(line.server, 'listening');
    return line;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resets every connection there is. */
  cut(): void {
    for (const pair of [...this.pairs]) pair.reset();
  }

  /** Resets every connection, and each new one, until `heal`. */
  break(): void {
    this.broken = true;
    this.cut();
  }

  /**
   * Connections go half-open: nothing passes, and neither end is told. They stay so for good, as when a router has
   * forgotten them; only connections made after `heal` work.
   */
  goSilent(): void {
    this.silent = true;
    for (const pair of this.pairs) pair.silence();
  }

  /** Everything takes this much longer, in milliseconds each way. */
  slow(milliseconds: number): void {
    this.delay = milliseconds;
  }

  heal(): void {
    this.broken = false;
    this.silent = false;
    this.delay = 0;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private join(near: Socket): void {
    if (this.broken) {
      near.resetAndDestroy();
      return;
    }
    const pair = new Pair(near, connect({ port: this.target, host: '127.0.0.1' }), () => this.delay);
    this.pairs.add(pair);
    pair.whenOver(() => this.pairs.delete(pair));
    if (this.silent) pair.silence();
  }
}

/** One connection: its near and its far half. */
class Pair {
  private muted = false;
  private over: () => void = () => undefined;

  constructor(
    private readonly near: Socket,
    private readonly far: Socket,
    private readonly delay: () => number,
  ) {
    this.carry(near, far);
    this.carry(far, near);
  }

  whenOver(over: () => void): void {
    this.over = over;
  }

  silence(): void {
    this.muted = true;
  }

  reset(): void {
    this.near.resetAndDestroy();
    this.far.resetAndDestroy();
    this.over();
  }

  private carry(from: Socket, to: Socket): void {
    from.setNoDelay(true);
    let waiting = 0;
    let last = Promise.resolve();
    // Order holds, however the delay changes.
    const pass = (work: () => void): void => {
      if (this.muted) return;
      const delay = this.delay();
      if (delay === 0 && waiting === 0) return work();
      waiting += 1;
      const due = new Promise((resolve) => setTimeout(resolve, delay));
      last = last.then(async () => {
        await due;
        waiting -= 1;
        if (!this.muted) work();
      });
    };
    from.on('data', (chunk) => pass(() => to.write(chunk)));
    from.on('end', () => pass(() => to.end()));
    from.on('error', () => this.muted || this.reset());
    from.on('close', () => {
      // Nobody tells the other end of a silent connection.
      if (this.muted) return;
      pass(() => to.end());
      this.over();
    });
  }
}
