import { z } from 'zod';

/** Schema of the protocol of an edge. */
export const edgeProtocolSchema = z
  .enum(['http', 'grpc', 'tcp'])
  .describe('Protocol of the traffic; every edge has one');
