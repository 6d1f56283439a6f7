import { fanari, onlyPost, respondToLogout } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = onlyPost;

export async function POST(request: Request): Promise<Response> {
  return respondToLogout(fanari(), request);
}
