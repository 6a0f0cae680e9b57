/** The part `extension`: loaded when spans are to leave Lambda, by NIGHTLIGHT_FLUSH and an endpoint. */
export { startExtension } from '../host/lambda/extension.ts';
/** And the settings with it: who sets the one has set a variable, and one file of both is read and compiled faster than two. */
export { readSettings } from './settings.ts';
