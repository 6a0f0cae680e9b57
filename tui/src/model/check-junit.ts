/**
 * A check as JUnit XML, which every build server reads: one test case for each gate. A gate that cannot be decided is an
 * error and no failure: nothing was shown, and the build must not be green either.
 *
 * Source: the schema of Jenkins' xUnit plugin, junit-10.xsd; only what GitLab, GitHub's actions and Jenkins all read is used.
 */
import type { CheckResult, GateAnswer } from '../check/check-result.ts';

export function checkJunit({ target, gates, exit }: Pick<CheckResult, 'target' | 'gates' | 'exit'>): string {
  const suite = `nightlight check ${target.name}`;
  const cases: readonly (GateAnswer | undefined)[] = gates.length === 0 ? [undefined] : gates;
  const count = (verdict: GateAnswer['verdict']) => gates.filter((gate) => gate.verdict === verdict).length;
  const failed = count('failed');
  const errors = count('undecided') + (gates.length === 0 && exit !== 0 ? 1 : 0);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nightlight" tests="${cases.length}" failures="${failed}" errors="${errors}">
  <testsuite name="${attribute(suite)}" tests="${cases.length}" failures="${failed}" errors="${errors}">
${cases.map((gate) => testCase(target.functionName, gate, exit)).join('\n')}
  </testsuite>
</testsuites>
`;
}

function testCase(className: string, gate: GateAnswer | undefined, exit: number): string {
  const open = `    <testcase classname="${attribute(className)}" name="${gate?.gate ?? 'runs'}"`;
  if (gate === undefined) return exit === 0 ? `${open}/>` : `${open}><error message="exit ${exit}"/></testcase>`;
  switch (gate.verdict) {
    case 'passed':
      return `${open}/>`;
    case 'failed':
      return `${open}><failure message="${attribute(gate.because)}"/></testcase>`;
    case 'undecided':
      return `${open}><error message="${attribute(`cannot tell: ${gate.because}`)}"/></testcase>`;
    default:
      return gate.verdict satisfies never;
  }
}

/** XML 1.0 has no place at all for most control characters; words from a program may hold any. */
function attribute(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
