/** What `_HANDLER` points at: the user's handler, loaded and wrapped by the agent that the preload made. */
export const handler: unknown = await (globalThis as unknown as Record<symbol, () => Promise<unknown>>)[Symbol.for('nightlight.load')]!();
