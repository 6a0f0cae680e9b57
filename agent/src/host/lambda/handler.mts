/** What `_HANDLER` points at: the user's handler, loaded and wrapped by the agent that the preload made. */
import { AGENT } from '../../agent.ts';

type Loading = Record<typeof AGENT, { load(): Promise<[unknown]> }>;

export const [handler]: [unknown] = await (globalThis as unknown as Loading)[AGENT].load();
