/** Look-ups of names, by whichever function of `dns` the program, or Node for it, makes them. */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';
import type { ArmedDrill } from '../armed-drill.ts';

type Lookup = (hostname: string, ...more: unknown[]) => unknown;

export function denyNames(drill: ArmedDrill, { code = 'ENOTFOUND' }: { readonly code?: 'ENOTFOUND' | 'EAI_AGAIN' }): void {
  const isDenied = (hostname: unknown) =>
    typeof hostname === 'string' &&
    isIP(hostname) === 0 &&
    drill.isActive() &&
    drill.quietly('look-up', () => drill.hitsCall({ protocol: 'dns', peers: [hostname] })) === true;
  const failure = (syscall: string, hostname: string) =>
    Object.assign(new Error(`${syscall} ${code} ${hostname}`), { errno: ERRNO[code], code, syscall, hostname });

  for (const name of FUNCTIONS) {
    const syscall = name === 'lookup' ? 'getaddrinfo' : name.replace('resolve', 'query');
    drill.replace(
      `dns.${name}`,
      dns as unknown as Record<string, Lookup>,
      name,
      (original) =>
        function (this: unknown, hostname: string, ...more: unknown[]) {
          const answer = more.at(-1);
          if (typeof answer !== 'function' || !isDenied(hostname)) return Reflect.apply(original!, this, [hostname, ...more]);
          process.nextTick(answer as (error: Error) => void, failure(syscall, hostname));
          return {};
        },
    );
    drill.replace(
      `dns.promises.${name}`,
      dns.promises as unknown as Record<string, Lookup>,
      name,
      (original) =>
        function (this: unknown, hostname: string, ...more: unknown[]) {
          return isDenied(hostname) ? Promise.reject(failure(syscall, hostname)) : Reflect.apply(original!, this, [hostname, ...more]);
        },
    );
  }
  // Whoever imported the functions by name has them too, and gives them back.
  syncBuiltinESMExports();
  drill.atEnd(syncBuiltinESMExports);
}

const FUNCTIONS = ['lookup', 'resolve', 'resolve4', 'resolve6'] as const;
/** As libuv numbers them. */
const ERRNO = { ENOTFOUND: -3008, EAI_AGAIN: -3001 } as const;
