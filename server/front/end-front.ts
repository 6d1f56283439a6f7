import type { Server } from 'node:http';
import { Server as Listener } from 'node:net';
import { setImmediate as afterPoll, setTimeout as sleep } from 'node:timers/promises';
import type { OpenAnswers } from '@/server/front/open-answers';
import { beginEnd, serviceOfProcess } from '@/server/process-end';
import { closeWrites, writesSettled } from '@/server/writes-under-way';

/** While somebody asks again and again, more is answered for so long: balancers that nobody told find out meanwhile. */
const LONGEST_LINGER_MS = 2_000;
/** Nobody who has not asked for so long is kept waiting for an end. */
const QUIET_MS = 500;
/** Within this, what had been sent on connections before is read. */
const READ_MS = 200;
/** What is not answered so long after the last connection was accepted is cut, writes under way excepted. */
const GRACE_MS = 2_000;
/** For the answer of a write that took longer. */
const LAST_ANSWER_MS = 500;

/**
 * Ends the server so that a replica can be replaced while people work. First it is only not ready any more, and closes
 * each connection after its next answer; then it accepts no connection, so that browsers whose streams end here begin
 * them elsewhere; then what was asked is answered. A write that has begun is finished and answered before the process
 * ends, within `writesSettled`; one that comes too late for that is not begun.
 */
export async function endFront(front: Server, answers: OpenAnswers): Promise<void> {
  beginEnd();
  answers.makeLast();
  await answers.quiet(QUIET_MS, LONGEST_LINGER_MS);
  await stopListening(front);
  serviceOfProcess()?.endStreams();
  await answers.sent(GRACE_MS);
  closeWrites();
  await writesSettled();
  await answers.sent(LAST_ANSWER_MS);
  front.closeAllConnections();
  serviceOfProcess()?.stop();
}

/**
 * Accepts no connection any more, and waits until what came on the last ones is read. `close` of an HTTP server would
 * also break those off at once that have not been read yet, a write on them included.
 */
async function stopListening(front: Server): Promise<void> {
  // Just after the event loop has accepted who waited: the system resets those who still wait when it closes.
  await afterPoll();
  Listener.prototype.close.call(front);
  await sleep(READ_MS);
}
