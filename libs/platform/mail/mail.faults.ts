import { Fault } from '#platform/kernel';

/** Thrown when a message can never be sent as it is: a wrong address or header, or the server's final no. */
export class MailRefused extends Fault {
  readonly kind = 'invalid';
  readonly code = 'mail.refused';
  constructor(because: string, facts: Readonly<Record<string, string>> = {}) {
    super(`The message was refused: ${because}.`, facts);
  }
}

/** Thrown when a message was surely not taken, and may be tried again. */
export class MailUnavailable extends Fault {
  readonly kind = 'unavailable';
  readonly code = 'mail.unavailable';
  constructor(facts: Readonly<Record<string, string>> = {}) {
    super('The mail server did not take the message.', facts);
  }
}

/** Thrown when the line broke after the message had begun to go: it may have been taken. Sending again may send it twice. */
export class MailUncertain extends Fault {
  readonly kind = 'unavailable';
  readonly code = 'mail.uncertain';
  constructor(facts: Readonly<Record<string, string>> = {}) {
    super('The mail server may or may not have taken the message.', facts);
  }
}
