import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cursor, id, slug, text } from './parts.schema.js';

describe('text', () => {
  it('trims and counts what is left', () => {
    expect(text(5).parse('  hello  ')).toBe('hello');
    expect(text(5).safeParse('  hello! ').success).toBe(false);
  });

  it.each(['', '   ', 'a\0b', 'half \ud800 a pair'])('refuses %j', (typed) => {
    expect(text(50).safeParse(typed).success).toBe(false);
  });

  it('takes everything else that people write', () => {
    const written = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((typed) => typed.trim() !== '');
    fc.assert(fc.property(written, (typed) => text(200).safeParse(typed).success === !typed.includes('\0')));
  });
});

describe('id', () => {
  it('is written in small letters', () => {
    expect(id.parse('018F3A6E-1111-7ABC-8DEF-0123456789AB')).toBe('018f3a6e-1111-7abc-8def-0123456789ab');
  });

  it.each(['', '1', "' OR 1=1 --", '018f3a6e-1111-7abc-8def-0123456789a', '../../etc/passwd'])(
    'refuses %j',
    (typed) => {
      expect(id.safeParse(typed).success).toBe(false);
    },
  );
});

describe('slug and cursor', () => {
  it.each(['stop-smoking', 'a', 'core20plus5'])('take %s', (typed) => {
    expect(slug.safeParse(typed).success).toBe(true);
  });

  it.each(['Stop', 'a--b', '-a', 'a_b', 'a/b', '__proto__', 'a'.repeat(81)])('refuse %s', (typed) => {
    expect(slug.safeParse(typed).success).toBe(false);
  });

  it('hold no spaces', () => {
    expect(cursor.safeParse('a b').success).toBe(false);
  });
});
