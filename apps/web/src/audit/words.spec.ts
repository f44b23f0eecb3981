import { describe, expect, it } from '@jest/globals';
import { saidAction, saidSubject } from './words';

describe('the audit trail in the words of the screens', () => {
  it.each([
    ['episode.transferred', 'Episode handed over'],
    ['task.escalated', 'Task raised'],
    ['task.completed', 'Task completed'],
    ['template.withdrawn', 'Template withdrawn'],
  ])('says %s as: %s', (action, said) => {
    expect(saidAction(action)).toBe(said);
  });

  it('calls drift a difference', () => {
    expect([saidSubject('drift'), saidSubject('template-version')]).toEqual(['Difference', 'Template version']);
  });
});
