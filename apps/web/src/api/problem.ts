/** A request the server refused, or that never reached it. `status` 0 means no answer came. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly errors: readonly { path: string; message: string }[] = [],
  ) {
    super(message);
    this.name = 'Problem';
  }
}

interface ProblemDocument {
  title?: unknown;
  detail?: unknown;
  code?: unknown;
  errors?: unknown;
}

/** Reads a problem document (RFC 9457); anything else becomes a plain sentence. */
export function problemFrom(status: number, body: unknown): Problem {
  const document: ProblemDocument = typeof body === 'object' && body !== null ? body : {};
  const text = [document.detail, document.title].find(
    (part): part is string => typeof part === 'string' && part !== '',
  );
  const errors = Array.isArray(document.errors) ? document.errors.filter(isFieldError) : [];
  const code = typeof document.code === 'string' ? document.code : `http.${status}`;
  return new Problem(status, code, text ?? 'The server could not answer this.', errors);
}

function isFieldError(value: unknown): value is { path: string; message: string } {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
}

/** What to tell a person, and what they can do about it. */
export function inPlainWords(error: unknown): string {
  if (!(error instanceof Problem)) return 'Something went wrong on this page. Load it again.';
  if (error.status === 0) return 'Fairway cannot be reached. Check your connection, then try again.';
  if (error.status === 403) return 'Your role does not allow this.';
  if (error.status === 404) return 'It is not here, or it belongs to another team.';
  if (error.status === 409) return error.message || 'Someone changed this before you. Look at it again.';
  if (error.status === 429) return 'Too many requests at once. Wait a minute, then try again.';
  if (error.status >= 500) return 'Fairway could not answer. Nothing was changed; try again in a minute.';
  return error.message;
}
