import { describe, expect, it } from '@jest/globals';
import { nationOfPostcode } from './nation.js';

describe('nationOfPostcode', () => {
  it.each([
    ['NN1 1AA', 'england'],
    ['G1 1AA', 'scotland'],
    ['GL1 1AA', 'england'],
    ['EH1 1AA', 'scotland'],
    ['CF10 1AA', 'wales'],
    ['CH1 1AA', 'england'],
    ['BT1 1AA', 'northern-ireland'],
    ['B1 1AA', 'england'],
  ])('says of %s that it is in %s', (postcode, nation) => {
    expect(nationOfPostcode(postcode, null)).toBe(nation);
  });

  it('believes the neighbourhood before the letters', () => {
    expect(nationOfPostcode('SY23 1AA', 'W01000600')).toBe('wales');
    expect(nationOfPostcode('TD15 1AA', 'E01027400')).toBe('england');
  });
});
