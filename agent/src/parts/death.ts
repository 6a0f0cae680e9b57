/** Loaded when a predecessor left traces, or when the time limit comes near. */
import type { Agent } from '../agent.ts';
import { takeFound, tellDeaths as tell } from '../host/lambda/tell-death.ts';

export { tellOpen } from '../host/lambda/tell-death.ts';

export const tellDeaths = (agent: Agent, file: number): 1 | 2 | 3 => tell(agent, takeFound(file));
