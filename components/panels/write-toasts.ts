import type { ApiProblem } from '@/components/queries/api-problem';
import { showToast } from '@/components/shell/toasts';

const CLOSE = { 'aria-label': 'Dismiss' };

/**
 * Says that a write was accepted; goes away by itself. What was said before `about` the same thing goes at once: it holds
 * no more.
 */
export function toastWritten(about: string, title: string, message: string): void {
  showToast({ id: `written ${about}`, closeButtonProps: CLOSE, color: 'green', title, message });
}

/** Says why a write was refused; stays until it is dismissed. */
export function toastRefused({ title, detail }: ApiProblem): void {
  showToast({ closeButtonProps: CLOSE, color: 'red', title, message: detail, autoClose: false });
}
