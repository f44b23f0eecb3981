import { Fault } from '#platform/kernel';

/** Thrown when a receipt does not come with the token that was agreed for its kind, or none was. */
export class ReceiptTokenWrong extends Fault {
  readonly kind = 'unauthenticated';
  readonly code = 'receipts.token_wrong';
  constructor() {
    super('Send the token that was agreed for these receipts, as Authorization: Bearer.');
  }
}

/** Thrown when a mail is no delivery status report. */
export class NotAReport extends Fault {
  readonly kind = 'invalid';
  readonly code = 'receipts.not_a_report';
  constructor() {
    super('Send a delivery status report (RFC 3464) as it came, with all its headers.');
  }
}
