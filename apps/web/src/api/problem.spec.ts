import { describe, expect, it } from '@jest/globals';
import { inPlainWords, Problem, problemFrom } from './problem';

describe('problemFrom', () => {
  it('reads a problem document', () => {
    const problem = problemFrom(409, {
      title: 'Conflict',
      detail: 'Someone has it.',
      code: 'tasks.task_taken',
      errors: [],
    });
    expect([problem.status, problem.code, problem.message]).toEqual([409, 'tasks.task_taken', 'Someone has it.']);
  });

  it.each([null, 'gateway timeout', { detail: 7 }, []])('makes a sentence of an answer that is none: %j', (body) => {
    const problem = problemFrom(502, body);
    expect([problem.code, problem.message]).toEqual(['http.502', 'The server could not answer this.']);
  });
});

describe('inPlainWords', () => {
  it('never shows what a broken server said', () => {
    expect(inPlainWords(problemFrom(500, { detail: 'ECONNREFUSED 127.0.0.1:5432' }))).not.toContain('5432');
  });

  it('tells a lost connection from a refusal', () => {
    expect(inPlainWords(new Problem(0, 'web.unreachable', ''))).toContain('connection');
    expect(inPlainWords(problemFrom(403, {}))).toContain('role');
  });

  it('gives a refusal of what was sent in the server’s own words', () => {
    expect(inPlainWords(problemFrom(422, { detail: 'The lower number must be lower.' }))).toBe(
      'The lower number must be lower.',
    );
  });
});
