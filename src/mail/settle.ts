import type { MailSettings } from '../config/mail-settings.js';
import type { RecipientResult, Settlement } from './mail.js';

const LONGEST_DELAY_SECONDS = 86_400;

/**
 * What becomes of a mail after a try. Pure.
 * @param attempts tries used up before this one
 * @param everRefused whether a recipient was refused at an earlier try
 * @param scale shortens the wait under test; 1 otherwise
 */
export function settle(
  results: readonly RecipientResult[],
  attempts: number,
  everRefused: boolean,
  { maxTries, retryDelaySeconds }: Pick<MailSettings, 'maxTries' | 'retryDelaySeconds'>,
  scale = 1,
): Settlement {
  const isDeferred = results.some(({ verdict }) => verdict === 'deferred');
  const isRefused = everRefused || results.some(({ verdict }) => verdict === 'refused');
  const mayTryAgain = isDeferred && attempts + 1 < maxTries;
  const delay = Math.min(LONGEST_DELAY_SECONDS, retryDelaySeconds * 2 ** Math.min(attempts, 20));
  return {
    state: mayTryAgain ? 'pending' : isDeferred || isRefused ? 'failed' : 'done',
    results,
    usesTry: true,
    delaySeconds: mayTryAgain ? delay * scale : 0,
    lastError: results.find(({ reason }) => reason !== null)?.reason ?? null,
  };
}
