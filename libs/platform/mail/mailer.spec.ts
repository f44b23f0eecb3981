import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SMTPServer } from 'smtp-server';
import { readSettings, Settings } from '#platform/config';
import { type Mail, Mailer, MailRefused, MailUnavailable, MailUncertain, parseMailAddress } from './index.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

interface Caught {
  readonly to: string[];
  readonly raw: string;
}

/** A real mail server on a free port: keeps what it is sent, and misbehaves when told to. */
class Postbox {
  readonly caught: Caught[] = [];
  behave: 'well' | 'no' | 'later' | 'cut-before' | 'cut-after' = 'well';
  readonly server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onRcptTo: (_address, _session, done) => {
      if (this.behave === 'no') return done(Object.assign(new Error('<a@x.org> unknown'), { responseCode: 550 }));
      if (this.behave === 'later') return done(Object.assign(new Error('<a@x.org> later'), { responseCode: 451 }));
      if (this.behave === 'cut-before') return this.cut();
      return done();
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        this.caught.push({ to, raw: Buffer.concat(chunks).toString('utf8') });
        if (this.behave === 'cut-after') this.cut();
        else done();
      });
    },
  });

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.server.on('error', () => undefined);
    return (this.server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private cut(): void {
    for (const connection of this.server.connections) connection.close();
  }
}

function mailerTo(port: number): Mailer {
  const settings = readSettings({
    DATABASE_URL: 'postgres://nobody@localhost/none',
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    OIDC_ISSUER: 'http://localhost:1',
    OIDC_CLIENT_SECRET: 'secret',
    PAYLOAD_KEY: KEY,
    LINK_KEY: KEY,
  });
  return new Mailer(new Settings(settings));
}

function aMail(changes: Partial<Mail> = {}): Mail {
  return {
    to: { name: 'Someone', address: 'a@x.org' },
    subject: 'Would you like help?',
    text: 'Plain words.',
    html: '<p>Plain words.</p>',
    messageId: '<one@fairway.invalid>',
    ...changes,
  };
}

const headersOf = ({ raw }: Caught): string => raw.slice(0, raw.indexOf('\r\n\r\n'));

describe('Mailer', () => {
  const postbox = new Postbox();
  let mailer: Mailer;

  beforeAll(async () => {
    mailer = mailerTo(await postbox.open());
  });

  beforeEach(() => {
    postbox.caught.length = 0;
    postbox.behave = 'well';
  });

  afterAll(async () => {
    mailer.onApplicationShutdown();
    await postbox.close();
  });

  it('delivers to the one address, with both parts and the given headers', async () => {
    await mailer.send(aMail({ headers: { 'List-Unsubscribe': '<http://localhost:3000/r/x>' } }));
    const [caught] = postbox.caught;
    expect(caught?.to).toEqual(['a@x.org']);
    expect(caught?.raw).toContain('text/plain');
    expect(caught?.raw).toContain('<p>Plain words.</p>');
    expect(headersOf(caught!)).toContain('Message-ID: <one@fairway.invalid>');
    expect(headersOf(caught!)).toContain('List-Unsubscribe: <http://localhost:3000/r/x>');
  });

  it.each([
    ['a Bcc after a line break', 'a@x.org\r\nBcc: evil@x.org'],
    ['a second address', 'a@x.org, evil@x.org'],
    ['a second recipient command', 'a@x.org>\r\nRCPT TO:<evil@x.org'],
    ['a group', 'all:evil@x.org;'],
    ['a display name in the address', 'a@x.org <evil@x.org>'],
  ])('refuses an address with %s', async (_what, address) => {
    await expect(mailer.send(aMail({ to: { address } }))).rejects.toThrow(MailRefused);
    expect(postbox.caught).toEqual([]);
  });

  it.each([
    ['the name', { to: { name: 'A\r\nBcc: evil@x.org', address: 'a@x.org' } }],
    ['the subject', { subject: 'Hello\r\nBcc: evil@x.org' }],
    ['the subject, by a line feed alone', { subject: 'Hello\nBcc: evil@x.org' }],
    ['a header', { headers: { 'X-Note': 'one\r\nBcc: evil@x.org' } }],
    ['a header name', { headers: { 'X-Note: x\r\nBcc': 'evil@x.org' } }],
    ['a header that names recipients', { headers: { bcc: 'evil@x.org' } }],
    ['a header that names the sender', { headers: { 'Reply-To': 'evil@x.org' } }],
    ['the message id', { messageId: '<a@b>\r\nBcc: evil@x.org' }],
  ])('refuses a line smuggled in by %s', async (_what, changes) => {
    await expect(mailer.send(aMail(changes))).rejects.toThrow(MailRefused);
    expect(postbox.caught).toEqual([]);
  });

  it('never opens a file named in the text', async () => {
    await mailer.send(aMail({ text: '/etc/hostname', html: 'file:///etc/hostname' }));
    expect(postbox.caught[0]?.raw).toContain('file:///etc/hostname');
  });

  it('refuses any text as an address or delivers to exactly that address', async () => {
    const pieces = fc.constantFrom(
      'a',
      'evil',
      '@',
      'x.org',
      '.',
      ',',
      ';',
      ':',
      '<',
      '>',
      '"',
      '\r\n',
      '\n',
      ' ',
      '(',
      ')',
      '\\',
      '\0',
      'Bcc:',
      '%',
      'é',
      'xn--',
    );
    const nearly = fc.array(pieces, { maxLength: 9 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress(), nearly), async (address) => {
        postbox.caught.length = 0;
        const plain = parseMailAddress(address);
        const sent = await mailer.send(aMail({ to: { address } })).then(
          () => true,
          (error: unknown) => {
            expect(error).toBeInstanceOf(MailRefused);
            return false;
          },
        );
        expect(sent).toBe(plain !== null);
        expect(postbox.caught.map(({ to }) => to)).toEqual(plain === null ? [] : [[plain]]);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps any subject and name in their own header, or refuses', async () => {
    const odd = fc.string({ unit: 'binary', maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(odd, odd, async (subject, name) => {
        postbox.caught.length = 0;
        await mailer.send(aMail({ subject, to: { name, address: 'a@x.org' } })).catch((error: unknown) => {
          expect(error).toBeInstanceOf(MailRefused);
        });
        for (const caught of postbox.caught) {
          const names = headersOf(caught)
            .replaceAll(/\r\n[ \t]/g, '')
            .split('\r\n')
            .map((line) => line.split(':')[0]);
          expect(caught.to).toEqual(['a@x.org']);
          expect(names.filter((header) => /^(to|cc|bcc)$/i.test(header ?? ''))).toEqual(['To']);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('tells a final no from a no for now, without the address in the fault', async () => {
    postbox.behave = 'no';
    const refused = await mailer.send(aMail()).catch((error: unknown) => error as MailRefused);
    expect(refused).toBeInstanceOf(MailRefused);
    expect(JSON.stringify({ ...(refused as MailRefused), message: (refused as MailRefused).message })).not.toContain(
      'a@x.org',
    );
    postbox.behave = 'later';
    await expect(mailer.send(aMail())).rejects.toThrow(MailUnavailable);
  });

  it('says that nothing went when the line breaks before the message', async () => {
    postbox.behave = 'cut-before';
    await expect(mailer.send(aMail())).rejects.toThrow(MailUnavailable);
    expect(postbox.caught).toEqual([]);
  });

  it('says that it may have gone when the line breaks after the message, and does not send it twice', async () => {
    postbox.behave = 'cut-after';
    await expect(mailer.send(aMail())).rejects.toThrow(MailUncertain);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(postbox.caught).toHaveLength(1);
  });

  it('says that nothing went when no server answers', async () => {
    const lonely = mailerTo(1);
    await expect(lonely.send(aMail())).rejects.toThrow(MailUnavailable);
    lonely.onApplicationShutdown();
  });

  it('sends again after the server was away', async () => {
    postbox.behave = 'cut-before';
    await expect(mailer.send(aMail())).rejects.toThrow(MailUnavailable);
    postbox.behave = 'well';
    await mailer.send(aMail());
    expect(postbox.caught).toHaveLength(1);
  });
});
