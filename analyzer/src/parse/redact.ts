/**
 * Takes secrets and personal data out of a text before anybody sees it.
 *
 * Log lines get pasted into chats and tickets, and published logs were seen to hold live tokens, customers' names and
 * phone numbers. Redaction is therefore on by default and errs on the side of hiding. What a diagnosis lives on stays:
 * request ids, trace ids, log stream names, timestamps, plain numbers, paths, and ARNs but for their account.
 *
 * Every step is linear in the length of the text: a pattern either starts with a fixed word and then takes all it can,
 * or is bounded. test/analyzer/redact.test.ts feeds each a megabyte of its worst case.
 */
import { withoutControls } from './control-characters.ts';

/** For a text of several lines: newlines and tabs stay. Redacting twice changes nothing more. */
export function redact(text: string): string {
  let now = withoutControls(text);
  // Removing one secret can bring together the parts of another; two rounds were enough for every text tried.
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = now;
    now = redactOnce(before);
    if (now === before) break;
  }
  return now;
}

/** For a place where one line is shown: line breaks and tabs become a space. */
export function redactLine(text: string): string {
  const redacted = redact(text);
  return BREAK.test(redacted) ? redacted.replace(BREAKS, ' ') : redacted;
}

function redactOnce(text: string): string {
  let now = text;
  if (now.includes('-----BEGIN ')) now = now.replace(PRIVATE_KEY, '[private key]');
  if (now.includes('://')) now = now.replace(URL_REST, redactUrl);
  if (now.includes('?')) now = now.replace(QUERY, '?…');
  if (AUTHORIZATION_SCHEME.test(now)) now = now.replace(AUTHORIZATION_SCHEMES, redactAuthorization);
  now = redactNamedSecrets(now);
  now = now.replace(KNOWN_TOKEN, '[token]');
  if (now.includes('@')) now = redactEmails(now, '@');
  if (now.includes('%40')) now = redactEmails(now, '%40');
  if (TWELVE_DIGITS.test(now)) now = now.replace(ACCOUNT, '$1[account]');
  if (PHONE_OR_CARD.test(now)) {
    now = now.replace(CARD, redactCard);
    now = now.replace(PHONE, redactPhone);
  }
  return now;
}

/** After `://`: credentials before the host, and everything after `?` or in a fragment that carries values. */
function redactUrl(rest: string): string {
  const query = rest.search(/[?#]/);
  const base = query < 0 ? rest : rest.slice(0, query);
  const path = base.indexOf('/', 3);
  const authority = path < 0 ? base.slice(3) : base.slice(3, path);
  const at = authority.lastIndexOf('@');
  // A password with an unescaped "?" or "#" pushes the host behind it.
  if (at < 0 && path < 0 && query >= 0 && PASSWORD_WITH_QUERY.test(rest)) return rest.replace(PASSWORD_WITH_QUERY, '://[credentials]@');
  const host = at < 0 ? base : `://[credentials]${base.slice(3 + at)}`;
  if (query < 0) return host;
  if (rest[query] === '?') return query === rest.length - 1 ? `${host}?` : `${host}?…`;
  return rest.includes('=', query) ? `${host}#…` : host + rest.slice(query);
}

function redactAuthorization(found: string, scheme: string, space: string, value: string): string {
  if (scheme.toUpperCase() === 'AWS4-HMAC-SHA256') return `${scheme}${space}[token]`;
  // "Bearer authentication failed" is prose.
  const end = value.search(/[,;)}\]]/);
  const token = end < 0 ? value : value.slice(0, end);
  return looksSecret(token, 6) ? `${scheme}${space}[token]${end < 0 ? '' : value.slice(end)}` : found;
}

/** `password=…`, `"apiKey": "…"`, `DB_SECRET => …`: what stands after the name of a secret. */
function redactNamedSecrets(text: string): string {
  SECRET_NAME.lastIndex = 0;
  let found = SECRET_NAME.exec(text);
  if (found === null) return text;
  let redacted = '';
  let taken = 0;
  while (found !== null) {
    const start = SECRET_NAME.lastIndex;
    const first = text[start];
    // A value that is redacted already, or an object or list whose members speak for themselves.
    const end = first === '[' || first === '{' ? start : endOfValue(text, start);
    if (end > start && mustHide(found[1]!.toLowerCase(), text, start, end)) {
      redacted += `${text.slice(taken, start)}[secret]`;
      taken = end;
      SECRET_NAME.lastIndex = end;
    }
    found = SECRET_NAME.exec(text);
  }
  return taken === 0 ? text : redacted + text.slice(taken);
}

/** A quoted value ends at its quote, any other at what separates values; both at the end of their line. */
function endOfValue(text: string, start: number): number {
  const quote = text[start - 1]!;
  const quoted = quote === '"' || quote === "'" || quote === '`';
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a) break;
    if (quoted ? text[at] === quote || (code === 0x5c && text[at + 1] === quote) : isEndOfBareValue(code)) break;
  }
  return at;
}

/** Space, tab, quotes, `&`, `,`, `;`, closing brackets, `<`, `>`, backslash. */
function isEndOfBareValue(code: number): boolean {
  return (
    code === 0x20 ||
    code === 0x09 ||
    code === 0x22 ||
    code === 0x27 ||
    code === 0x26 ||
    code === 0x29 ||
    code === 0x2c ||
    code === 0x3b ||
    code === 0x3c ||
    code === 0x3e ||
    code === 0x5c ||
    code === 0x5d ||
    code === 0x60 ||
    code === 0x7d
  );
}

function mustHide(name: string, text: string, start: number, end: number): boolean {
  // Longer than any prose after a colon. It also keeps time linear, because what is hidden is not looked at again.
  if (end - start > 1024) return true;
  const value = text.slice(start, end);
  if (NO_SECRET.test(value)) return false;
  if (name.startsWith('pass') || name === 'pwd' || name.startsWith('cookie') || name === 'set-cookie') return true;
  // A file key or a sort key is an address, not a secret; only what is long and has no words in it is hidden.
  if (name === 'key') return value.length >= 24 && /^[\w+=~-]+$/.test(value) && /\d/.test(value) && !UUID.test(value);
  return looksSecret(value, 8);
}

/** Digits, changing case or sheer length: what tells a generated value from a word. Prose has spaces. */
function looksSecret(value: string, atLeast: number): boolean {
  if (value.length < atLeast || value[0] === '[' || /\s|^\d{1,12}$/.test(value)) return false;
  return value.length >= 20 || /\d|[a-z][A-Z]|=$/.test(value);
}

/** Looks around each `@` instead of searching for the part before it, which would take quadratic time. */
function redactEmails(text: string, sign: string): string {
  let redacted = '';
  let taken = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + sign.length)) {
    let from = at;
    while (from > taken && at - from < 64 && isLocalPart(text.charCodeAt(from - 1))) from--;
    let to = at + sign.length;
    while (to < text.length && to - at < 255 && isDomain(text.charCodeAt(to))) to++;
    const domain = DOMAIN.exec(text.slice(at + sign.length, to));
    // `pg@8.11.0` is a package, `@aws-sdk/client` a scope.
    if (from === at || domain === null || /^\d+\.\d/.test(domain[0])) continue;
    redacted += `${text.slice(taken, from)}[email]`;
    taken = at + sign.length + domain[0].length;
    at = taken - sign.length;
  }
  return taken === 0 ? text : redacted + text.slice(taken);
}

function isLocalPart(code: number): boolean {
  // Letters beyond ASCII count: addresses of people are written in all scripts.
  return isWord(code) || code === 0x2e || code === 0x2d || code === 0x2b || code === 0x25 || code > 0xbf;
}

function isDomain(code: number): boolean {
  return isWord(code) || code === 0x2e || code === 0x2d;
}

function isWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f;
}

/** Tries every run of whole groups in the digits found, since a neighbouring number may have been caught with them. */
function redactCard(found: string): string {
  const groups = found.split(/[ -]/);
  if (groups.length === 1) return isCard(found) ? '[card]' : found;
  let offset = 0;
  for (let first = 0; first < groups.length; first++) {
    let digits = '';
    let end = offset;
    for (let last = first; last < groups.length; last++) {
      digits += groups[last];
      end += groups[last]!.length + (last > first ? 1 : 0);
      if (isCard(digits)) return `${found.slice(0, offset)}[card]${found.slice(end)}`;
    }
    offset += groups[first]!.length + 1;
  }
  return found;
}

function isCard(digits: string): boolean {
  if (!ISSUER.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 0x30;
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

function redactPhone(found: string, label: string | undefined): string {
  const number = label === undefined ? found : found.slice(label.length);
  const digitCount = number.replace(/\D/g, '').length;
  if (digitCount < 7 || digitCount > 15 || (number[0] === '+' && digitCount < 8)) return found;
  return `${label ?? ''}[phone]`;
}

const MOST_ROUNDS = 4;

const BREAK = /[\n\t]/;
const BREAKS = /[\n\t]+/g;

const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,30}-----)?/g;

/** From `://` to the end of the URL. */
const URL_REST = /:\/\/[^\s"'<>`\\]*/g;
/** The query of a path without a host: `/orders?email=…`. */
const QUERY = /\?[\w.%[\]~-]{1,64}=[^\s"'<>`\\]*/g;

const PASSWORD_WITH_QUERY = /^:\/\/[^/?#:@]*:[^/@]*@/;

const AUTHORIZATION_SCHEME = /\b(?:bearer|basic|AWS4-HMAC-SHA256|authorization)\b/i;
const AUTHORIZATION_SCHEMES =
  /\b(bearer|basic|AWS4-HMAC-SHA256|(?<=authorization\W{1,6})\w{2,20})([ \t]{1,4}|%20)((?<=SHA256[ \t]{1,4})[^\n"'}]+|[^\s"'\\]+)/gi;

/**
 * The name of a secret and what stands between it and its value. A name may have a prefix (`DB_PASSWORD`) and a short
 * suffix (`secretAccessKey`); the quote before the value, if any, is the last character matched.
 */
const SECRET_NAME =
  /(api[-_ ]?key|access[-_]?key|private[-_]?key|secret|token|passw(?:or)?d|passphrase|pwd|credential|signature|authorization|session[-_]?id|set-cookie|cookie|(?<![a-z])key)[a-z0-9_-]{0,24}\\?["'`]?[ \t]{0,3}(?:=>|[:=])[ \t]{0,3}\\?["'`]?/gi;

const NO_SECRET = /^(?:null|undefined|none|true|false|missing|expired|invalid|required|AWS4-HMAC-SHA256|\*+|x+)$/i;

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Tokens that tell by their own beginning whose they are. */
const KNOWN_TOKEN =
  /(?<![A-Za-z0-9_])(?:A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Za-z0-9])|gh[oprsu]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|npm_[A-Za-z0-9]{30,}|xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}|eyJ[\w-]{10,}(?:\.[\w-]+)*|[prs]k_(?:live|test)_\w{8,}|sk-[\w-]{20,}|AIza[\w-]{30,}|SG\.[\w-]{16,}(?:\.[\w-]+)*|Atz[ar]\|[\w-]{8,}|(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[\w+/=-]{16,})/g;

/** Of a domain's characters, as many as make a name that ends in a top-level domain. */
const DOMAIN = /^(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}(?![A-Za-z0-9])/;

const TWELVE_DIGITS = /\d{12}/;
/** The account in an ARN, in the URL of a queue, in the name of an image, and after the word "account". */
const ACCOUNT =
  /(arn:aws[a-z-]{0,16}:[\w-]{0,32}:[\w-]{0,32}:|amazonaws\.com\/|account[ _-]?(?:id)?\\?["']?[ \t]{0,3}[:=]?[ \t]{0,3}\\?["']?)\d{12}(?!\w)/gi;

const PHONE_OR_CARD = /\d[ ()./-]{0,2}\d[ ()./-]{0,2}\d[ ()./-]{0,2}\d[ ()./-]{0,2}\d[ ()./-]{0,2}\d[ ()./-]{0,2}\d/;
const CARD = /(?<![\w.-])\d(?:[ -]?\d){12,22}(?!\w|\.\d|-\w)/g;
/** Visa, Mastercard, American Express, Discover, Diners, JCB, UnionPay, at the lengths that they issue. */
const ISSUER =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|6(?:011\d{12}|5\d{14}|4[4-9]\d{13}|2\d{14,17})|3(?:0[0-5]|[68]\d)\d{11}|35\d{14})$/;
/** After a label; in international form; in the North American form. */
const PHONE =
  /((?:phone|mobile|msisdn|\btel|\bfax)[a-z_-]{0,16}\\?["']?[ \t]{0,3}[:=][ \t]{0,3}\\?["']?)\+?[\d(][\d ().-]{5,20}\d(?!\w)|(?<![\w+.-])\+[1-9][\d ().-]{6,20}\d(?!\w)|(?<![\w.+-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-]|\.\d)/gi;
