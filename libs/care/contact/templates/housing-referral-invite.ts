import type { MessageTemplate } from './template.js';

export const housingReferralInvite: MessageTemplate = {
  name: 'housing-referral-invite',
  subject: 'An offer of help from your local health team',
  paragraphs: [
    'Is your home cold, damp or not safe? Are you worried that you may lose it? You do not have to sort it out alone.',
    'There are people near you who help with homes each day. We can ask them to call you.',
    'We will only pass on your name if you say yes.',
  ],
  button: 'Tell us what you want',
  page: {
    heading: 'Would you like help with your home?',
    body: 'We can ask a housing team near you to call you. It is your choice. Your care does not change if you say no.',
    yes: 'Yes please, call me',
    thanks: 'Thank you. We will ask a housing team near you to call you soon.',
  },
};
