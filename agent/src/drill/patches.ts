/**
 * Replaces functions of the host for a while, and proves that the originals stand in their places again.
 *
 * Somebody else may have wrapped a function of ours meanwhile. Their work is not ours to remove: then ours stays below it,
 * only handing through, and the place counts as not restored.
 */
export interface Patches {
  /** @param what  the place in words: `net.Socket.prototype.connect` */
  replace<T extends object, K extends keyof T>(what: string, object: T, key: K, make: (original: T[K]) => T[K]): void;
  /** Puts everything back, last first. @returns for each place whether the original stands there */
  restore(): { readonly what: string; readonly restored: boolean }[];
}

export function createPatches(): Patches {
  const places: { what: string; putBack(): void; isOriginal(): boolean }[] = [];
  return {
    replace(what, object, key, make) {
      const before = Object.getOwnPropertyDescriptor(object, key);
      const original = object[key];
      const ours = make(original);
      // As the original stood: an own member as own, an inherited one above the one that it hides.
      if (before) Object.defineProperty(object, key, { ...plain(before), value: ours });
      else Object.defineProperty(object, key, { value: ours, writable: true, enumerable: false, configurable: true });
      places.push({
        what,
        putBack() {
          if (object[key] !== ours) return;
          if (before) Object.defineProperty(object, key, before);
          else delete object[key];
        },
        isOriginal: () => object[key] === original && Object.hasOwn(object, key) === (before !== undefined),
      });
    },
    restore() {
      const restored = [];
      for (const place of places.splice(0).reverse()) {
        try {
          place.putBack();
        } catch {}
        restored.push({ what: place.what, restored: place.isOriginal() });
      }
      return restored;
    },
  };
}

/** A getter becomes a value for as long as the drill lasts. */
function plain({ enumerable = false, configurable = false, writable }: PropertyDescriptor): PropertyDescriptor {
  return { enumerable, configurable, writable: writable ?? true };
}
