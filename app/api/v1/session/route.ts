import { fanari, readAndPost, respondToTokenLogin, respondWithSession } from '@/server/index';

export const dynamic = 'force-dynamic';
export const { PUT, PATCH, DELETE, OPTIONS } = readAndPost;

export async function GET(request: Request): Promise<Response> {
  return respondWithSession(fanari(), request);
}

export async function POST(request: Request): Promise<Response> {
  return respondToTokenLogin(fanari(), request);
}
