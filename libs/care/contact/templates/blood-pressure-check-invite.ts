import type { MessageTemplate } from './template.js';

export const bloodPressureCheckInvite: MessageTemplate = {
  name: 'blood-pressure-check-invite',
  subject: 'A free check from your local health team',
  paragraphs: [
    'Would you like a free blood pressure check? You can have it done at a shop near you that sells medicines.',
    'It does not hurt. A soft band goes round your arm for a short time.',
    'High blood pressure does not make you feel ill at first. A check is the way to find out.',
  ],
  button: 'Tell us what you want',
  page: {
    heading: 'Would you like a free blood pressure check?',
    body: 'Your local health team asked us to write to you. It is your choice. Your care does not change if you say no.',
    yes: 'Yes please, book me in',
    thanks: 'Thank you. We will ask a pharmacy near you to get in touch and find a time that is good for you.',
  },
};
