import type { Fanari } from '@/server/fanari';
import type { Actor } from '@/server/ports';
import type { MeshView } from '@/server/visibility/mesh-view';

/** What a Fanari without login shows to everybody. */
export function ownView(fanari: Fanari): MeshView {
  return fanari.views.ofOwnAccount();
}

/** Somebody on this machine, without login. */
export const anybody: Actor = { user: null, strategy: 'anonymous', remote: '127.0.0.1' };
