/**
 * Work that takes long, in steps: whoever runs it may let others go on between two of them. A batch runs all of them at once; a
 * dashboard answers keys in between.
 *
 * What the work reads must not change until its last step.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As `Array.map`, with a step after every `size` items and after the last one. */
export function* mapInSteps<From, To>(items: readonly From[], size: number, to: (item: From, index: number) => To): Steps<To[]> {
  const made: To[] = [];
  for (let i = 0; i < items.length; i++) {
    made.push(to(items[i]!, i));
    if ((i + 1) % size === 0 || i === items.length - 1) yield;
  }
  return made;
}
