import type { ApiProblem } from '@/components/queries/api-problem';
import { hideToast, showToast } from '@/components/shell/toasts';

const CLOSE = { 'aria-label': 'Dismiss' };

/**
 * Says that a write was accepted; goes away by itself. What was said before `about` the same thing goes at once: it holds
 * no more.
 */
export function toastWritten(about: string, title: string, message: string): void {
  showToast({ id: idOf(about), closeButtonProps: CLOSE, color: 'green', title, message });
}

/** Takes away what was said to be written of something that is gone. */
export function forgetWritten(about: string): void {
  hideToast(idOf(about));
}

function idOf(about: string): string {
  return `written ${about}`;
}

/** Says why a write was refused; stays until it is dismissed. */
export function toastRefused({ title, detail }: ApiProblem): void {
  showToast({ closeButtonProps: CLOSE, color: 'red', title, message: detail, autoClose: false });
}
