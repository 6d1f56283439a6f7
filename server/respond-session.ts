import type { z } from 'zod';
import { parseValue } from '@/contract/parse-query';
import type { Problem } from '@/contract/problem';
import { returnPath } from '@/contract/return-path';
import { sessionLoginBodySchema } from '@/contract/session';
import { fail, type Result } from '@/mesh/result';
import type { Fanari } from '@/server/fanari';
import { checkHost, checkSameOrigin, readJsonBody } from '@/server/http/guard-request';
import { badRequest, jsonResponse, problemResponse } from '@/server/http/problem-response';
import type { Asker, Departure } from '@/server/identity/identity';
import { loginNotOffered } from '@/server/identity/login-problems';

/** A token of 16,000 characters, and JSON around it. */
const MAX_BODY_BYTES = 20_000;

function askerOf(fanari: Fanari, { headers, signal }: Request): Asker {
  return { headers, signal, remote: fanari.origins.clientOf(headers) };
}

function refusal(fanari: Fanari, request: Request): Problem | null {
  const { host, allowedHosts } = fanari.settings;
  return checkHost(request.headers, { listenHost: host, allowedHosts });
}

function withCookies(response: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) response.headers.append('set-cookie', cookie);
  return response;
}

/** Errors of a login may hold tokens: only their kind is logged. */
function unexpected(fanari: Fanari, caught: unknown): Response {
  const name = caught instanceof Error ? caught.name : 'unknown';
  fanari.log.error({ name }, 'a request about a session failed unexpectedly');
  return problemResponse({
    type: 'urn:fanari:problem:internal',
    title: 'Something went wrong in Fanari',
    status: 500,
    detail: 'The log says more.',
  });
}

async function readBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<Result<z.output<Schema>, Problem>> {
  const json = await readJsonBody(request, MAX_BODY_BYTES);
  if (!json.ok) return json;
  const body = parseValue(schema, json.value);
  return body.ok ? body : fail(badRequest(body.error));
}

/** Serves who asks; renews their session where that is due. */
export async function respondWithSession(fanari: Fanari, request: Request): Promise<Response> {
  const refused = refusal(fanari, request);
  if (refused !== null) return problemResponse(refused);
  try {
    const { session, cookies } = await fanari.identity.sessionOf(askerOf(fanari, request));
    return withCookies(jsonResponse(JSON.stringify(session)), cookies);
  } catch (caught) {
    return unexpected(fanari, caught);
  }
}

/** Serves a login with a token, from Fanari's own pages or programs only. */
export async function respondToTokenLogin(fanari: Fanari, request: Request): Promise<Response> {
  const refused = refusal(fanari, request) ?? checkSameOrigin(request.headers);
  if (refused !== null) return problemResponse(refused);
  const { logInWithToken } = fanari.identity;
  if (logInWithToken === undefined) return problemResponse(loginNotOffered());
  try {
    const body = await readBody(request, sessionLoginBodySchema);
    if (!body.ok) return problemResponse(body.error);
    const answer = await logInWithToken(body.value.token, askerOf(fanari, request));
    if (!answer.ok) return problemResponse(answer.error);
    const { session, cookies } = answer.value;
    return withCookies(jsonResponse(JSON.stringify(session)), cookies);
  } catch (caught) {
    return unexpected(fanari, caught);
  }
}

/** Serves a log-out, from Fanari's own pages or programs only. */
export async function respondToLogout(fanari: Fanari, request: Request): Promise<Response> {
  const refused = refusal(fanari, request) ?? checkSameOrigin(request.headers);
  if (refused !== null) return problemResponse(refused);
  try {
    const { to, cookies } = await fanari.identity.logOut(askerOf(fanari, request));
    return withCookies(jsonResponse(JSON.stringify({ to })), cookies);
  } catch (caught) {
    return unexpected(fanari, caught);
  }
}

function depart(fanari: Fanari, { to, cookies }: Departure): Response {
  const location = to.startsWith('/') ? fanari.settings.basePath + to : to;
  const headers = { location, 'cache-control': 'no-store' };
  return withCookies(new Response(null, { status: 303, headers }), cookies);
}

/** Sends a browser to the OpenID provider. Other sites cannot begin a login: they are led to the page that asks. */
export async function respondToOpenIdStart(fanari: Fanari, request: Request): Promise<Response> {
  const refused = refusal(fanari, request);
  if (refused !== null) return problemResponse(refused);
  const { openId } = fanari.identity;
  if (openId === undefined) return problemResponse(loginNotOffered());
  const returnTo = returnPath(new URL(request.url).searchParams.get('returnTo'));
  try {
    const site = request.headers.get('sec-fetch-site');
    if (site === 'cross-site' || site === 'same-site') {
      const search = new URLSearchParams({ returnTo });
      return depart(fanari, { to: `/login?${search.toString()}`, cookies: [] });
    }
    return depart(fanari, await openId.begin(askerOf(fanari, request), returnTo));
  } catch (caught) {
    return unexpected(fanari, caught);
  }
}

/** Takes a browser back from the OpenID provider. */
export async function respondToOpenIdCallback(fanari: Fanari, request: Request): Promise<Response> {
  const refused = refusal(fanari, request);
  if (refused !== null) return problemResponse(refused);
  const { openId } = fanari.identity;
  if (openId === undefined) return problemResponse(loginNotOffered());
  try {
    const search = new URL(request.url).searchParams;
    return depart(fanari, await openId.finish(askerOf(fanari, request), search));
  } catch (caught) {
    return unexpected(fanari, caught);
  }
}
