import { z } from 'zod';

export const changeSchema = z
  .object({
    what: z.string().describe('What changed, such as task.opened.'),
    episode: z.string().optional(),
  })
  .meta({ id: 'Change' });
export type ChangeView = z.infer<typeof changeSchema>;
