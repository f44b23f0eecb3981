import { z } from 'zod';
import { type Shown } from '../http/parts.schema.js';

export const changeSchema = z
  .object({
    what: z.string().describe('What changed, such as task.opened.'),
    episode: z.string().optional(),
  })
  .meta({ id: 'Change' });
export type ChangeView = Shown<typeof changeSchema>;
