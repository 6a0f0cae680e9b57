/** The version of all three workspaces; a test holds it against package.json, which would cost a read at every start. */
export const VERSION = '0.1.0';
