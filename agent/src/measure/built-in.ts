/**
 * Node's own modules, asked for when they are needed.
 *
 * Before the runtime client has loaded what they stand on, `v8`, `worker_threads` and `perf_hooks` together cost four
 * milliseconds of a cold start; afterwards next to nothing.
 */
export const builtIn: typeof process.getBuiltinModule = process.getBuiltinModule;
