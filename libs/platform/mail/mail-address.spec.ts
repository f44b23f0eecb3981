import { describe, expect, it } from '@jest/globals';
import { parseMailAddress } from './index.js';

describe('parseMailAddress', () => {
  it.each(['a@x.org', "o'neil+tag@mail.example.org", 'first.last@sub.domain.nhs.uk', '{x}=!#@ex-ample.co'])(
    'takes %s as it is',
    (address) => {
      expect(parseMailAddress(address)).toBe(address);
    },
  );

  it('writes the host in lower case and leaves the name alone', () => {
    expect(parseMailAddress('First.Last@EXAMPLE.Org')).toBe('First.Last@example.org');
  });

  it.each([
    ['no at sign', 'a.x.org'],
    ['no host', 'a@'],
    ['no name', '@x.org'],
    ['one label', 'a@localhost'],
    ['two at signs', 'a@b@x.org'],
    ['a new header', 'a@x.org\r\nBcc: evil@x.org'],
    ['a bare line feed', 'a@x.org\nevil@x.org'],
    ['a line break at the end', 'a@x.org\n'],
    ['two addresses', 'a@x.org,evil@x.org'],
    ['two with a semicolon', 'a@x.org;evil@x.org'],
    ['a display name', 'A <evil@x.org>'],
    ['an address in brackets', '<a@x.org>'],
    ['a group', 'friends:a@x.org,b@x.org;'],
    ['a quoted name', '"a b"@x.org'],
    ['a comment', 'a(comment)@x.org'],
    ['a literal host', 'a@[127.0.0.1]'],
    ['a space', 'a b@x.org'],
    ['a space before', ' a@x.org'],
    ['letters outside ASCII', 'é@x.org'],
    ['a host outside ASCII', 'a@exämple.org'],
    ['a route', '@evil.org:a@x.org'],
    ['a percent sign with NUL', 'a\u0000@x.org'],
    ['two dots', 'a..b@x.org'],
    ['a dot at the end of the name', 'a.@x.org'],
    ['a dot at the end of the host', 'a@x.org.'],
    ['a hyphen at the edge of a label', 'a@-x.org'],
    ['nothing', ''],
    ['a name too long', `${'a'.repeat(65)}@x.org`],
    [
      'an address too long',
      `a@${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(20)}.org`,
    ],
  ])('refuses %s', (_what, text) => {
    expect(parseMailAddress(text)).toBeNull();
  });
});
