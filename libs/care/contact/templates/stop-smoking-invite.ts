import type { MessageTemplate } from './template.js';

export const stopSmokingInvite: MessageTemplate = {
  name: 'stop-smoking-invite',
  subject: 'A free offer from your local health team',
  paragraphs: [
    'Would you like some help to stop smoking? It is free. It is near you.',
    'A trained helper can talk with you each week. They can also tell you about things that make it less hard to stop.',
    'Stopping is tough to do alone. With help, you are far more likely to do it.',
  ],
  button: 'Tell us what you want',
  page: {
    heading: 'Would you like free help to stop smoking?',
    body: 'Your local health team asked us to write to you. It is your choice. Your care does not change if you say no.',
    yes: 'Yes please, call me',
    thanks: 'Thank you. We will pass your name to a stop smoking helper. They will call you soon.',
  },
};
