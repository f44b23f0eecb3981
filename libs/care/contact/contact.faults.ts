import { Fault } from '#platform/kernel';

/** No such link. A malformed one gets the same answer, so that guessing teaches nothing. */
export class LinkUnknown extends Fault {
  readonly kind = 'missing';
  readonly code = 'contact.link_unknown';
  constructor() {
    super('This link does not work. Check that you copied all of it.');
  }
}

export class LinkExpired extends Fault {
  readonly kind = 'gone';
  readonly code = 'contact.link_expired';
  constructor() {
    super('This link has run out.');
  }
}

/** The help the link offered has ended. */
export class LinkClosed extends Fault {
  readonly kind = 'gone';
  readonly code = 'contact.link_closed';
  constructor() {
    super('This offer has ended, so there is nothing to answer.');
  }
}

export class AnswerNotOffered extends Fault {
  readonly kind = 'invalid';
  readonly code = 'contact.answer_not_offered';
  constructor() {
    super('Choose one of the answers on the page.');
  }
}

export class TemplateMissing extends Fault {
  readonly kind = 'invalid';
  readonly code = 'contact.template_missing';
  constructor(template: string) {
    super(`There is no message template called ${template}.`, { template });
  }
}

export class MessageEpisodeMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'contact.episode_missing';
  constructor(episodeId: string) {
    super('There is no such episode.', { episodeId });
  }
}

/** Nobody has loaded a contact policy, so nothing may be sent. */
export class ContactPolicyMissing extends Fault {
  readonly kind = 'unavailable';
  readonly code = 'contact.policy_missing';
  constructor() {
    super('No contact policy is loaded. Load programmes/contact/contact-policy.yaml with the templates command.');
  }
}
