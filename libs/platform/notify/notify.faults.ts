import { Fault } from '#platform/kernel';

/** Thrown when a message can never be sent as it is, such as to a number that is none. */
export class NotifyRefused extends Fault {
  readonly kind = 'invalid';
  readonly code = 'notify.refused';
  constructor(facts: Readonly<Record<string, string>> = {}) {
    super('GOV.UK Notify refused the message.', facts);
  }
}

/** Thrown when a message was surely not taken, and may be tried again; also when our own set-up there is wrong. */
export class NotifyUnavailable extends Fault {
  readonly kind = 'unavailable';
  readonly code = 'notify.unavailable';
  constructor(facts: Readonly<Record<string, string>> = {}) {
    super('GOV.UK Notify did not take the message.', facts);
  }
}

/** Thrown when no answer came to a request that was sent: it may have been taken. Sending again may send it twice. */
export class NotifyUncertain extends Fault {
  readonly kind = 'unavailable';
  readonly code = 'notify.uncertain';
  constructor(facts: Readonly<Record<string, string>> = {}) {
    super('GOV.UK Notify may or may not have taken the message.', facts);
  }
}
