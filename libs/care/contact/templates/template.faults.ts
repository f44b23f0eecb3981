import { Fault } from '#platform/kernel';

/** Thrown when no template version has this id. */
export class TemplateVersionMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'contact.template_version_missing';
  constructor(versionId: string) {
    super('There is no such version of a template.', { versionId });
  }
}

/** Thrown when a version is approved although a higher one already is. */
export class TemplateReplaced extends Fault {
  readonly kind = 'conflict';
  readonly code = 'contact.template_replaced';
  constructor(versionId: string) {
    super('A newer version is approved. Withdraw that one first.', { versionId });
  }
}

/** Thrown when a draft is to be withdrawn: nobody is sent a draft. */
export class TemplateNotApproved extends Fault {
  readonly kind = 'conflict';
  readonly code = 'contact.template_not_approved';
  constructor(versionId: string) {
    super('This version is a draft and is not sent to anybody, so there is nothing to withdraw.', { versionId });
  }
}
