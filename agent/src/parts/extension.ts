/** The part `extension`: loaded when spans are to leave Lambda, by NIGHTLIGHT_FLUSH and an endpoint. */
export { startExtension } from '../host/lambda/extension.ts';
