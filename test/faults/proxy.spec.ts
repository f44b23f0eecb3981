import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Line } from './proxy.js';

let echo: Server;
let line: Line;
const sockets: Socket[] = [];

beforeAll(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
});
afterAll(() => void echo.close());
beforeEach(async () => {
  line = await Line.to((echo.address() as AddressInfo).port);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await line.close();
});

async function call(): Promise<Socket> {
  const socket = connect({ port: line.port, host: '127.0.0.1' });
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** What comes back of a word; null when nothing has within `patience`. */
async function echoOf(socket: Socket, word: string, patience = 2000): Promise<string | null> {
  const heard = once(socket, 'data').then(([chunk]) => String(chunk));
  socket.write(word);
  return Promise.race([heard, pause(patience, null, { ref: false })]);
}

/** However it ends. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

describe('a line', () => {
  it('carries what is said, both ways', async () => {
    expect(await echoOf(await call(), 'hello')).toBe('hello');
  });

  it('ends its connections when it is cut, and takes new ones', async () => {
    const socket = await call();
    await echoOf(socket, 'hello');
    const ended = closed(socket);
    line.cut();
    await ended;
    expect(await echoOf(await call(), 'again')).toBe('again');
  });

  it('takes none while it is broken', async () => {
    line.break();
    const socket = connect({ port: line.port, host: '127.0.0.1' }).on('error', () => undefined);
    await closed(socket);
    line.heal();
    expect(await echoOf(await call(), 'again')).toBe('again');
  });

  it('says nothing on a connection that went silent, not even once it is healed', async () => {
    const socket = await call();
    await echoOf(socket, 'hello');
    line.goSilent();
    expect(await echoOf(socket, 'anybody?', 200)).toBeNull();
    line.heal();
    expect(await echoOf(socket, 'anybody?', 200)).toBeNull();
    expect(socket.closed).toBe(false);
    expect(await echoOf(await call(), 'again')).toBe('again');
  });

  it('keeps the order when it becomes quick again', async () => {
    const socket = await call();
    await echoOf(socket, 'hello');
    let heard = '';
    socket.on('data', (chunk) => (heard += String(chunk)));
    line.slow(150);
    socket.write('one ');
    await pause(20);
    line.slow(0);
    socket.write('two');
    for (const end = Date.now() + 2000; heard.length < 7 && Date.now() < end; await pause(10));
    expect(heard).toBe('one two');
  });
});
