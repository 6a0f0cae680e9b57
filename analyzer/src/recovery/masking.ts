/**
 * Does the fault show itself where it is?
 *
 * That another component alerts is normal: waiting and failing travel up. It becomes masking when the faulty component
 * itself looks healthy, or when its errors point at a third one; then everybody looks in the wrong place, however good
 * their tools are.
 */
export interface MaskingFacts {
  readonly alertComponent: string;
  readonly suspect: string;
  /** The alert's errors name the suspect. */
  readonly isNamedByAlert: boolean;
  /** The suspect fails or is slow by its own lines; undefined where its lines are not among the input. */
  readonly showsItself: boolean | undefined;
  /** Component that the suspect's own errors blame, where they do. */
  readonly blames?: string | undefined;
}

export type Masking =
  | { readonly kind: 'named'; readonly because: string }
  | { readonly kind: 'elsewhere'; readonly because: string }
  | { readonly kind: 'masked'; readonly because: string }
  | { readonly kind: 'cannot-tell'; readonly missing: string };

export function maskingOf({ alertComponent, suspect, isNamedByAlert, showsItself, blames }: MaskingFacts): Masking {
  if (suspect === alertComponent) return { kind: 'named', because: `${alertComponent} alerts and is the suspect itself` };
  if (isNamedByAlert) return { kind: 'named', because: `the errors of ${alertComponent} name ${suspect}` };
  if (blames !== undefined && blames !== alertComponent) return { kind: 'masked', because: `the errors of ${suspect} point at ${blames}` };
  if (showsItself === undefined) return { kind: 'cannot-tell', missing: `lines of ${suspect}: whether it shows anything itself` };
  if (showsItself) return { kind: 'elsewhere', because: `${alertComponent} alerts, and ${suspect} shows trouble of its own` };
  return { kind: 'masked', because: `${alertComponent} alerts, and ${suspect} shows nothing by itself` };
}
