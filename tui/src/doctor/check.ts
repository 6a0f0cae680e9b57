/** One thing that was looked at before the night in which it is needed. */
export interface Check {
  /** `?`: cannot be told, or missing and not needed by everyone. */
  readonly mark: 'ok' | '!' | '?';
  /** One word or two. */
  readonly what: string;
  readonly found: string;
  /** What to do about it; empty where nothing is to be done. */
  readonly next: string;
}

export const ok = (what: string, found: string): Check => ({ mark: 'ok', what, found, next: '' });
export const bad = (what: string, found: string, next: string): Check => ({ mark: '!', what, found, next });
export const unsure = (what: string, found: string, next = ''): Check => ({ mark: '?', what, found, next });
