/** The runtime client that the user's own project has, if any: what runs a handler on Lambda, published as aws-lambda-ric. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';

export type RuntimeClient =
  | { readonly kind: 'found'; readonly version: string; readonly entry: string; readonly isNativePartBuilt: boolean }
  | { readonly kind: 'absent' };

/** @param from  the function's folder; its parents are looked through as Node does */
export function findRuntimeClient(from: string): RuntimeClient {
  for (let folder = from; ; folder = dirname(folder)) {
    const home = join(folder, 'node_modules/aws-lambda-ric');
    const description = join(home, 'package.json');
    if (existsSync(description)) {
      // Read from its description: the package exports nothing by name that could be resolved for this.
      const { version, main } = JSON.parse(readFileSync(description, 'utf8')) as { version: string; main: string };
      const entry = join(home, main);
      return { kind: 'found', version, entry, isNativePartBuilt: existsSync(join(dirname(entry), 'rapid-client.node')) };
    }
    if (folder === parse(folder).root) return { kind: 'absent' };
  }
}
