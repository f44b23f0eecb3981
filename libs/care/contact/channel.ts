/** The ways to a person, as programmes name them. `phone` is a task for somebody of the team. */
export const CHANNELS = ['email', 'sms', 'letter', 'phone'] as const;
export type Channel = (typeof CHANNELS)[number];
