/**
 * Puts the optional packages of other platforms back into the lock file.
 *
 * A registry mirror that does not carry them makes npm leave them out when it writes the lock, and `npm ci` then
 * refuses that lock everywhere. Run after every change of a dependency: `node setup/complete-lock.mjs`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
let added = 0;
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (lock.packages[path] !== undefined || !EXACT.test(version)) continue;
    const [os] = name.match(/android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|aix|win32/) ?? [];
    const [cpu] = name.match(/arm64|x64|ia32|arm|loong64|mips64el|ppc64|riscv64|s390x|wasm32/) ?? [];
    lock.packages[path] = { version, ...(cpu && { cpu: [cpu] }), dev: true, optional: true, ...(os && { os: [os] }) };
    added += 1;
  }
}
const { '': root, ...rest } = lock.packages;
lock.packages = { '': root, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))) };
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.error(`${added} packages of other platforms added`);
