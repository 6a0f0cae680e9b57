/** `Date.now()` is wrong. Timers, `performance.now()` and `new Date()` are not: whoever mixes them shows it. */
import type { ArmedDrill } from '../armed-drill.ts';

export function skewClock(drill: ArmedDrill, { skewMs }: { readonly skewMs: number }): void {
  drill.replace('Date.now', Date, 'now', (original) => () => original.call(Date) + (drill.isActive() ? skewMs : 0));
}
