/**
 * What `aws` says when it fails may repeat the request, signature and session token included; what is printed here
 * ends up in tickets and chats.
 */
export function hideSecrets(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  let shown = text;
  for (const name of SECRET_VARIABLES) {
    const secret = environment[name];
    // A shorter value would hide innocent words.
    if (secret !== undefined && secret.length >= 6) shown = shown.replaceAll(secret, HIDDEN);
  }
  return shown
    .replace(KEY_ID, HIDDEN)
    .replace(URL_PASSWORD, `//${HIDDEN}@`)
    .replace(LONG_TOKEN, (word) => (ARN_PART.test(word) ? word : HIDDEN));
}

const HIDDEN = '(hidden)';
const SECRET_VARIABLES = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN', 'AWS_ACCESS_KEY_ID'];
/** "Understanding unique ID prefixes", AWS IAM User Guide: AKIA for long-lived keys, ASIA for temporary ones. */
const KEY_ID = /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\b/g;
const URL_PASSWORD = /\/\/[^\s/@]+@/g;
/** Secret keys have 40 characters of base64, session tokens hundreds, signatures 64 of hex. */
const LONG_TOKEN = /[A-Za-z0-9+=_%-][A-Za-z0-9+/=_%-]{39,}/g;
/** Names of this length are also what a person needs to read: which group was refused, and to whom. */
const ARN_PART = /^(?:aws\/lambda|log-group|assumed-role|federated-user|user|role)\//;
