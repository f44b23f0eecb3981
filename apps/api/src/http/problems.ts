interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every problem this API may answer with, by its stable code. The docs page and the OpenAPI document are made from it. */
export const PROBLEMS = {
  'request.invalid': { status: 400, title: 'The request does not fit what this route takes' },
  'request.malformed': { status: 400, title: 'The request cannot be read' },
  'request.not_found': { status: 404, title: 'There is nothing at this address' },
  'request.method_not_allowed': { status: 405, title: 'This address does not take this method' },
  'request.timeout': { status: 408, title: 'The request took too long to arrive' },
  'request.too_large': { status: 413, title: 'The request is larger than this route takes' },
  'request.uri_too_long': { status: 414, title: 'The address is too long' },
  'request.media_unsupported': { status: 415, title: 'This route does not take this kind of content' },
  'request.too_many': { status: 429, title: 'Too many requests; wait a moment' },
  'request.headers_too_large': { status: 431, title: 'The headers are too large' },
  'server.failed': { status: 500, title: 'Something went wrong on our side' },
  'server.unavailable': { status: 503, title: 'A part of the service does not answer just now' },
  'server.not_ready': { status: 503, title: 'Not every part of the service is ready' },
  'identity.not_signed_in': { status: 401, title: 'Nobody is signed in' },
  'identity.not_allowed': { status: 403, title: 'Your role may not do this' },
  'identity.csrf_wrong': { status: 403, title: 'The request does not carry the token of its session' },
  'identity.provider_unavailable': { status: 503, title: 'The log-in service does not answer' },
  'triggers.signature_invalid': { status: 401, title: 'The signature does not hold, or is too old' },
  'allocation.trigger_reused': { status: 409, title: 'This webhook-id was used for another message' },
  'tasks.task_missing': { status: 404, title: 'There is no such task' },
  'tasks.task_changed': { status: 409, title: 'The task has changed since you read it' },
  'tasks.task_closed': { status: 409, title: 'The task is closed' },
  'tasks.already_claimed': { status: 409, title: 'Somebody else has claimed the task' },
  'tasks.outcome_unknown': { status: 422, title: 'The task has no such outcome' },
  'tasks.value_not_allowed': { status: 422, title: 'The reading is not asked for, or not within its range' },
  'tasks.worklist_query_wrong': { status: 422, title: 'This place in the list is not known' },
  'population.date_impossible': { status: 422, title: 'That date cannot be true for this person' },
  'tasks.note_too_long': { status: 422, title: 'The note is too long' },
  'population.person_missing': { status: 404, title: 'There is no such person among those you look after' },
  'referrals.referral_missing': { status: 404, title: 'There is no such referral' },
  'referrals.referral_changed': { status: 409, title: 'The referral has changed since you read it' },
  'referrals.not_possible': { status: 409, title: 'This cannot be done with the referral now' },
  'referrals.decline_reason_unknown': { status: 422, title: 'There is no such reason' },
  'reports.person_missing': { status: 404, title: 'There is no such person among those you look after' },
  'reports.programme_missing': { status: 404, title: 'There is no such programme to report on' },
  'reports.period_wrong': { status: 422, title: 'The period cannot be reported on' },
  'contact.answer_not_offered': { status: 422, title: 'This link does not take that answer' },
  'contact.template_missing': { status: 404, title: 'There is no such message template' },
  'contact.template_version_missing': { status: 404, title: 'There is no such version of a message template' },
  'contact.template_replaced': { status: 409, title: 'A newer version is approved' },
  'contact.template_not_approved': { status: 409, title: 'The version is a draft' },
  'programmes.programme_missing': { status: 404, title: 'There is no such programme' },
  'ingest.run_missing': { status: 404, title: 'There is no such import' },
  'welcome.not_embedded': { status: 404, title: 'The guided page is only there in embedded mode' },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;
