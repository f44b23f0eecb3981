import { describe, expect, it } from '@jest/globals';

import { progressOf } from './run.ts';

describe('the progress that a command prints', () => {
  it.each([
    ['  people 1 to 600', 'people 1 to 600'],
    ['{"note":"half way"}', 'half way'],
    ['{"level":30,"msg":"half way"}', 'half way'],
    ['{"level":30}', ''],
    ['{not json', ''],
  ])('reads %p as %p', (line, progress) => {
    expect(progressOf(line)).toBe(progress);
  });
});
