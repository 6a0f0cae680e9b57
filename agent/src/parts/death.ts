/** Loaded when a predecessor left traces, or when the time limit comes near. */
export { tellDeaths, tellOpen } from '../host/lambda/tell-death.ts';
