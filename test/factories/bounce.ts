interface Bounce {
  /** Of the message that came back. */
  readonly messageId: string;
  readonly action: string;
  readonly status: string;
  readonly recipient: string;
  readonly id: string;
  /** How the message that came back is shown. */
  readonly returned: 'whole' | 'headers' | 'in-reply-to';
}

/** A delivery status report as Postfix writes one (RFC 3464). */
export function aBounce(changes: Partial<Bounce> = {}): string {
  const bounce: Bounce = {
    messageId: '<pathway.1@fairway.test>',
    action: 'failed',
    status: '5.1.1',
    recipient: 'alba@example.org',
    id: '<20261123100500.4F@mx.example.org>',
    returned: 'whole',
    ...changes,
  };
  const original = `Message-ID: ${bounce.messageId}\nFrom: care@fairway.invalid\nTo: ${bounce.recipient}\nSubject: An offer`;
  const parts = {
    whole: `Content-Description: Undelivered Message\nContent-Type: message/rfc822\n\n${original}\n\nHello Alba,\n`,
    headers: `Content-Type: text/rfc822-headers\n\n${original}\n`,
    'in-reply-to': 'Content-Type: text/plain\n\nThe message is not returned.\n',
  };
  return `Return-Path: <>
Date: Mon, 23 Nov 2026 10:05:00 +0000
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: care@fairway.invalid
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F.1/mx.example.org"
Message-Id: ${bounce.id}
${bounce.returned === 'in-reply-to' ? `In-Reply-To: ${bounce.messageId}\n` : ''}
This is a MIME-encapsulated message.

--4F.1/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

<${bounce.recipient}>: host mail.example.org said: 550 no such user

--4F.1/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4F
Arrival-Date: Mon, 23 Nov 2026 10:04:58 +0000 (GMT)

Final-Recipient: rfc822; ${bounce.recipient}
Original-Recipient: rfc822;${bounce.recipient}
Action: ${bounce.action}
Status: ${bounce.status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550
    no such user here

--4F.1/mx.example.org
${parts[bounce.returned]}
--4F.1/mx.example.org--
`;
}
