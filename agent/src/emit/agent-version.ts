/** The version that spans carry as that of their instrumentation; a test holds it equal to the package's. */
export const AGENT_VERSION = '0.1.0';
