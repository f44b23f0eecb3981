import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { type Payload, type PayloadCodec, ValueError } from '@temporalio/common';
import proto from '@temporalio/proto';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

const ENCODING = 'binary/encrypted';
/** The size NIST SP 800-38D recommends for GCM; random for every payload. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

interface NamedKey {
  readonly id: string;
  readonly key: KeyObject;
}

/**
 * Encrypts everything Temporal keeps for us with AES-256-GCM. Each payload names the key that sealed it, so that
 * old keys go on opening what they sealed after a rotation.
 */
export class EncryptingCodec implements PayloadCodec {
  private readonly keys: ReadonlyMap<string, NamedKey>;
  private readonly current: NamedKey;

  /** `current` seals and opens, `previous` only open; each is 32 bytes in base64. */
  constructor(current: string, previous: readonly string[] = []) {
    this.current = nameKey(current);
    this.keys = new Map([...previous.map(nameKey), this.current].map((key) => [key.id, key]));
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.seal(payload));
  }

  /** A payload that was never sealed passes through. Throws ValueError when the key is not known or it was altered. */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.open(payload));
  }

  // On the spot: for payloads of this size, handing the work to another thread costs more than doing it.
  private seal(payload: Payload): Payload {
    const { id, key } = this.current;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(id));
    const sealed = [cipher.update(PayloadMessage.encode(payload).finish()), cipher.final()];
    return {
      metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(id) },
      data: Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]),
    };
  }

  private open(payload: Payload): Payload {
    if (readText(payload, 'encoding') !== ENCODING) return payload;
    const id = readText(payload, 'encryption-key-id');
    const named = this.keys.get(id);
    if (!named) throw new ValueError(`No key ${id} to open a payload with`);
    const data = Buffer.from(payload.data ?? []);
    try {
      const decipher = createDecipheriv(CIPHER, named.key, data.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(id)).setAuthTag(data.subarray(-TAG_BYTES));
      const opened = [decipher.update(data.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
      return PayloadMessage.decode(Buffer.concat(opened));
    } catch (cause) {
      throw new ValueError(`A payload sealed with key ${id} was altered`, cause);
    }
  }
}

/** The id tells keys apart without giving anything of them away. */
function nameKey(base64: string): NamedKey {
  const bytes = Buffer.from(base64, 'base64');
  const id = createHash('sha256').update('fairway payload key').update(bytes).digest('hex').slice(0, 16);
  return { id, key: createSecretKey(bytes) };
}

function readText(payload: Payload, name: string): string {
  return Buffer.from(payload.metadata?.[name] ?? []).toString();
}
