/** Loaded on Node 20, whose runtime client requires CommonJS. */
export { requireExports } from '../host/lambda/require-exports.ts';
