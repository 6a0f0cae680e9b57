/** A queue delivers twice: at once, or because it was never told of the success. Whatever is not idempotent then happens twice. */
import type { HurtItem } from '../hooks/handled-items.ts';

export function acknowledgement({ how }: { readonly how: 'duplicate' | 'withheld' }): Required<Pick<HurtItem, 'finish'>> {
  if (how === 'withheld') {
    return {
      finish() {
        throw Object.assign(new Error('the message was handled, and its acknowledgement was withheld'), {
          name: 'AcknowledgementWithheld',
        });
      },
    };
  }
  return {
    finish(result, again) {
      const second = again();
      return second instanceof Promise ? second.then(() => result) : result;
    },
  };
}
