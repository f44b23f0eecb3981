import { describe, expect, it } from '@jest/globals';

import { atLeast, goOf, serverOf } from './versions.ts';

describe('versions of the Temporal server and of Go', () => {
  it.each([
    ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)', '1.32.0'],
    ['temporal version 0.0.0-DEV (Server 1.33.1, UI 2.54.1)', '1.33.1'],
    ['command not found', undefined],
  ])('finds the server in %p', (printed, version) => {
    expect(serverOf(printed)).toBe(version);
  });

  it.each([
    ['go1.26.8', '1.26.8'],
    ['module fairway/tools/temporal\n\ngo 1.26.8\n', '1.26.8'],
    ['go1.27', '1.27'],
    ['', ''],
  ])('finds Go in %p', (text, version) => {
    expect(goOf(text)).toBe(version);
  });

  it.each([
    ['1.32.0', '1.32.0', true],
    ['1.32.1', '1.32.0', true],
    ['1.100.0', '1.32.0', true],
    ['2.0.0', '1.32.0', true],
    ['1.31.9', '1.32.0', false],
    ['1.9.0', '1.32.0', false],
    ['', '1.26.8', false],
  ])('knows whether %p is at least %p', (version, oldest, answer) => {
    expect(atLeast(version, oldest)).toBe(answer);
  });
});
