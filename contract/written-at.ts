import { z } from 'zod';

/** Field `at` of the answer to a write. */
export const writtenAtSchema = z.number().describe('When it was done, epoch milliseconds');
