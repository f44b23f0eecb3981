import { describe, expect, it } from '@jest/globals';
import { Activity, collectActivities } from './activity.js';

class Callers {
  private readonly greeting = 'called';

  @Activity()
  async call(name: string): Promise<string> {
    return `${this.greeting} ${name}`;
  }

  async unmarked(): Promise<void> {
    throw new Error('not an activity');
  }
}

class OtherCallers {
  @Activity()
  async call(): Promise<void> {
    throw new Error('never bound');
  }
}

describe('collectActivities', () => {
  it('binds what is marked, and nothing else', async () => {
    const activities = collectActivities(new Callers());
    expect(Object.keys(activities)).toEqual(['call']);
    expect(await activities['call']!('episode 7' as never)).toBe('called episode 7');
  });

  it('refuses two activities of one name', () => {
    expect(() => collectActivities(new Callers(), new OtherCallers())).toThrow('Two activities are called call');
  });
});
