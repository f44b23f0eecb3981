import { createHash, webcrypto } from 'node:crypto';
import { type Payload, type PayloadCodec, ValueError } from '@temporalio/common';
import proto from '@temporalio/proto';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

const ENCODING = 'binary/encrypted';
/** The size NIST SP 800-38D recommends for GCM; random for every payload. */
const NONCE_BYTES = 12;

interface NamedKey {
  readonly id: string;
  readonly key: Promise<webcrypto.CryptoKey>;
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
    return Promise.all(payloads.map((payload) => this.seal(payload)));
  }

  /** A payload that was never sealed passes through. Throws ValueError when the key is not known or it was altered. */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.open(payload)));
  }

  private async seal(payload: Payload): Promise<Payload> {
    const { id } = this.current;
    const nonce = webcrypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const plain = PayloadMessage.encode(payload).finish();
    const sealed = await webcrypto.subtle.encrypt(cipher(nonce, id), await this.current.key, Buffer.from(plain));
    return {
      metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(id) },
      data: Buffer.concat([nonce, Buffer.from(sealed)]),
    };
  }

  private async open(payload: Payload): Promise<Payload> {
    if (readText(payload, 'encoding') !== ENCODING) return payload;
    const id = readText(payload, 'encryption-key-id');
    const named = this.keys.get(id);
    if (!named) throw new ValueError(`No key ${id} to open a payload with`);
    const data = Buffer.from(payload.data ?? []);
    const nonce = data.subarray(0, NONCE_BYTES);
    try {
      const plain = await webcrypto.subtle.decrypt(cipher(nonce, id), await named.key, data.subarray(NONCE_BYTES));
      return PayloadMessage.decode(new Uint8Array(plain));
    } catch (cause) {
      throw new ValueError(`A payload sealed with key ${id} was altered`, cause);
    }
  }
}

function cipher(nonce: Uint8Array, keyId: string): webcrypto.AesGcmParams {
  return { name: 'AES-GCM', iv: Buffer.from(nonce), additionalData: Buffer.from(keyId) };
}

/** The id tells keys apart without giving anything of them away. */
function nameKey(base64: string): NamedKey {
  const bytes = Buffer.from(base64, 'base64');
  const id = createHash('sha256').update('fairway payload key').update(bytes).digest('hex').slice(0, 16);
  return { id, key: webcrypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']) };
}

function readText(payload: Payload, name: string): string {
  return Buffer.from(payload.metadata?.[name] ?? []).toString();
}
