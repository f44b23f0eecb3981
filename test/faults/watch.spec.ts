import { describe, expect, it } from '@jest/globals';
import { lies, type Sample, silences } from './watch.js';

/** A process asked every second from 0 on; each letter an answer: r ready, l alive but not ready, - none. */
function told(answers: string, name = 'api', startedAt = 0): Sample[] {
  return [...answers].map((answer, second) => ({
    name,
    startedAt,
    askedAt: second * 1000,
    answeredAt: second * 1000 + 10,
    live: answer !== '-',
    ready: answer === 'r',
  }));
}

describe('silences', () => {
  it('are none while a process answers, ready or not', () => {
    expect(silences(told('rrllrr'))).toEqual([]);
  });

  it('do not count before a life has begun to answer', () => {
    expect(silences(told('----------rr'))).toEqual([]);
  });

  it('count from five seconds on', () => {
    expect(silences(told('rr-----rr'))).toEqual([]);
    expect(silences(told('rr-------rr'))).toEqual(['api did not answer for 5.0 s']);
  });

  it('begin anew with each life', () => {
    expect(silences([...told('rr---'), ...told('---rr', 'api', 5000)])).toEqual([]);
  });
});

describe('lies', () => {
  const outage = { part: 'mail', from: 0, to: 9000 } as const;

  it('are said by a process that is ready long after a part it needs has gone', () => {
    expect(lies(told('rrrrrrrrr'), [outage], [])).toEqual(['api said ready 5.0 s after mail had gone']);
    expect(lies(told('rrrrlllll'), [outage], [])).toEqual([]);
  });

  it('are not said by a process that needs no such part', () => {
    expect(lies(told('rrrrrrrrr', 'worker'), [outage], [])).toEqual([]);
    expect(lies(told('rrrrrrrrr', 'worker 2'), [{ ...outage, part: 'temporal' }], [])).toHaveLength(1);
  });

  it('are said by a process that is not ready while nothing is wrong', () => {
    const calm = [{ from: 0, to: 20_000 }];
    expect(lies(told('rrlllllr'), [], calm)).toEqual([]);
    expect(lies(told('rrllllllllr'), [], calm)).toEqual(['api said not ready for 5.0 s while nothing was wrong']);
  });
});
