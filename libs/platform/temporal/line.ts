import { setTimeout as pause } from 'node:timers/promises';
import {
  Client,
  type ClientOptions,
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';

const CHANNEL = {
  // A line that went silent is given up after 15 seconds; a server may refuse to be asked more often than every ten.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // Else a new line would share the connection of the old one, and its silence.
  'grpc.use_local_subchannel_pool': 1,
};

/** In milliseconds: so long at most a call waits before it is tried again, and the program before it closes the line. */
const LONGEST_RETRY = 2000;
/** In milliseconds. */
const PATIENCE = 2000;
/** A timer may come later than its instant, in milliseconds. */
const SLACK = 250;

/** The gRPC codes by which a line may show that it is dead: deadline exceeded, unavailable. */
const DOUBTFUL: ReadonlySet<number> = new Set([4, 14]);

/** One line to a Temporal server. Nothing is connected before the first call. */
export class Line {
  readonly client: Client;
  private over = false;
  /** When the last call that waits to be tried again will be, in milliseconds since 1970. */
  private retriesUntil = 0;

  constructor(
    to: ConnectionOptions,
    as: Omit<ClientOptions, 'connection'>,
    private readonly doubt: () => void,
  ) {
    this.client = new Client({
      ...as,
      connection: Connection.lazy({ ...to, channelArgs: CHANNEL, interceptors: [this.retrying()] }),
    });
  }

  /** Throws when the server does not answer within two seconds. */
  async ping(): Promise<void> {
    await this.client.withDeadline(Date.now() + PATIENCE, () => this.client.workflowService.getSystemInfo({}));
  }

  /** Whether the server answers on this line, known within three seconds. */
  async answers(): Promise<boolean> {
    const answered = this.ping().then(
      () => true,
      () => false,
    );
    // A line that is still being made keeps no deadline.
    return Promise.race([answered, pause(PATIENCE + 1000, false, { ref: false })]);
  }

  async close(): Promise<void> {
    this.over = true;
    const left = this.retriesUntil + SLACK - Date.now();
    if (left > 0) await pause(left);
    await this.client.connection.close();
  }

  /** As the client's own, but a call that is tried again after the line was closed would end the process. */
  private retrying(): ReturnType<typeof makeGrpcRetryInterceptor> {
    const usual = defaultGrpcRetryOptions();
    return makeGrpcRetryInterceptor({
      retryableDecider: (attempt, status) => {
        if (DOUBTFUL.has(status.code)) this.doubt();
        return !this.over && usual.retryableDecider(attempt, status);
      },
      delayFunction: (attempt, status) => {
        const delay = Math.min(usual.delayFunction(attempt, status), LONGEST_RETRY);
        this.retriesUntil = Math.max(this.retriesUntil, Date.now() + delay);
        return delay;
      },
    });
  }
}
