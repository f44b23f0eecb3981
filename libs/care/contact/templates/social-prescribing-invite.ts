import type { MessageTemplate } from './template.js';

export const socialPrescribingInvite: MessageTemplate = {
  name: 'social-prescribing-invite',
  subject: 'An offer from your local health team',
  paragraphs: [
    'Life can be hard at times, and it is not all about pills. Would you like to talk with someone about what matters to you?',
    'We call this person a link worker. They listen. They know the groups and clubs near you, and who can help with money or your home.',
    'You choose what to do next, and how fast.',
  ],
  button: 'Tell us what you want',
  page: {
    heading: 'Would you like to talk with a link worker?',
    body: 'A link worker listens and helps you find things near you that you like. It is your choice. Your care does not change if you say no.',
    yes: 'Yes please, call me',
    thanks: 'Thank you. A link worker will call you soon.',
  },
};
