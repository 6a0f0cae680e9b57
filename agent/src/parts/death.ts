/** Loaded when a predecessor left traces, when the time limit comes near, or when traces cannot be left. */
import type { Agent } from '../agent.ts';
import { takeFound, tellDeaths as tell } from '../host/lambda/tell-death.ts';

export { tellOpen } from '../host/lambda/tell-death.ts';

export const tellDeaths = (agent: Agent, file: number): 1 | 2 | 3 => tell(agent, takeFound(file));

export const tellUnwritable = (agent: Agent): void =>
  agent.note('limit', 'NIGHTLIGHT_STATE_DIR: cannot be written, so deaths leave no trace');
