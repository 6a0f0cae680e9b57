/**
 * What is under way in this process, oldest first.
 *
 * A chain through the works themselves: a request is put in and taken out a hundred thousand times a second at most, and
 * only a recorder ever walks along it.
 */
import type { ServedWork } from './served-work.ts';

export interface OpenWorks {
  add(work: ServedWork): void;
  /** Takes out a work that was put in, and that has not been taken out before. */
  remove(work: ServedWork): void;
  /** At most `count` of them, oldest first; none where they are only counted. */
  oldest(count: number): ServedWork[];
  readonly count: number;
}

/** @param isChained  whether somebody will walk along them; else they are counted, and no work knows its neighbours */
export function createOpenWorks(isChained: boolean): OpenWorks {
  let oldest: ServedWork | undefined;
  let newest: ServedWork | undefined;
  let count = 0;

  function chain(work: ServedWork): void {
    work.older = newest;
    if (newest) newest.newer = work;
    else oldest = work;
    newest = work;
  }

  function unchain(work: ServedWork): void {
    const { older, newer } = work;
    if (older) older.newer = newer;
    else oldest = newer;
    if (newer) newer.older = older;
    else newest = older;
    // A work that lives on in somebody's timer must not keep its neighbours.
    work.older = work.newer = undefined;
  }

  return {
    add(work) {
      count++;
      if (isChained) chain(work);
    },
    remove(work) {
      count--;
      if (isChained) unchain(work);
    },
    oldest(most) {
      const found: ServedWork[] = [];
      for (let work = oldest; work && found.length < most; work = work.newer) found.push(work);
      return found;
    },
    get count() {
      return count;
    },
  };
}
