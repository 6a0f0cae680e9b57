/** Functions of packages, learned from the builds that are not bundled: in a bundle nothing else tells them from the program's own. */
import type { ErrorFacts } from '../parse/application-line.ts';
import { methodOf, readFrame } from '../parse/stack-frames.ts';

export function librariesIn(seen: readonly { readonly errors: readonly ErrorFacts[] }[]): Set<string> {
  const libraries = new Set<string>();
  const own = new Set<string>();
  for (const { errors } of seen) {
    for (const { stack } of errors) {
      const frames = stack.map(readFrame);
      const unbundled = frames.some(({ owner }) => owner === 'dependency');
      for (const { owner, name } of frames) {
        if (name === undefined) continue;
        if (owner === 'dependency') libraries.add(name).add(methodOf(name));
        else if (owner === 'own' && unbundled) own.add(name);
      }
    }
  }
  for (const name of own) {
    libraries.delete(name);
    libraries.delete(methodOf(name));
  }
  return libraries;
}
