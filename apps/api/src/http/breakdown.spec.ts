import { describe, expect, it } from '@jest/globals';
import { isUnavailable } from './breakdown.js';

const coded = (code: string, rest: object = {}): Error => Object.assign(new Error('x'), { code, ...rest });

describe('isUnavailable', () => {
  it.each([
    ['a refused connection', coded('ECONNREFUSED')],
    ['a server that is stopping', coded('57P01')],
    ['no free connection', coded('P2024')],
    ['a cause within', Object.assign(new Error('outer'), { cause: coded('ECONNRESET') })],
    ['several tries at once', new AggregateError([coded('ECONNREFUSED')])],
    [
      'a driver’s own words',
      coded('P2010', { meta: { driverAdapterError: { cause: { kind: 'DatabaseNotReachable' } } } }),
    ],
    ['a cut connection', new Error('Connection terminated unexpectedly')],
  ])('knows %s', (_what, error) => {
    expect(isUnavailable(error)).toBe(true);
  });

  it.each([
    ['a broken rule of a table', coded('P2002')],
    ['a mistake of ours', new TypeError('x is not a function')],
    ['nothing', undefined],
    ['text', 'ECONNREFUSED'],
  ])('does not take %s for it', (_what, error) => {
    expect(isUnavailable(error)).toBe(false);
  });

  it('gives up on a cause that is its own cause', () => {
    const round: Error & { cause?: unknown } = new Error('round');
    round.cause = round;
    expect(isUnavailable(round)).toBe(false);
  });
});
